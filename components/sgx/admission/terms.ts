import {
    AESM_ENV,
    AESM_ENV_VALUE,
    AESM_PROBE_REQUEST,
    AESM_SOCKET_DIR,
    AESM_VOLUME,
    AESM_WAIT_CONTAINER,
} from "../aesm/aesm";
import { ATTESTATION_LABEL, type AttestationLabelValue } from "../attestation/mode";
import { celText, celTexts } from "./cel";

/*
 * What the expressions of both policies say about a pod, in CEL. `object` is the pod, `c` a container of any kind, `m`
 * a mount. A field that is optional in Kubernetes is absent when it is not set, so the expressions ask `has` before
 * they read one.
 */

/** The spellings of AESM's directory that an author of a manifest would use. */
export const socketDirSpellings: readonly string[] = [AESM_SOCKET_DIR, AESM_SOCKET_DIR.replace(/^\/var/, "")].flatMap(
    (dir) => [dir, `${dir}/`],
);

/**
 * The limits of a pod where policies apply: they keep every expression within the API server's budget.
 */
export const limits = {
    containers: 1000,
    volumes: 1000,
    annotations: 1000,
    hostPaths: 4,
    ephemeralContainers: 100,
    items: 10_000,
} as const;

/** A field under an object, or a fallback when one of the steps is absent. */
export function fieldOr(object: string, field: string, otherwise: string): string {
    return `(has(${object}.${field}) ? ${object}.${field} : ${otherwise})`;
}

/** Whether a container has a resource among its limits. */
export function asksFor(resource: string, kind: "limits" | "requests" = "limits"): string {
    return `(has(c.resources) && has(c.resources.${kind}) && ${celText(resource)} in c.resources.${kind})`;
}

/** Whether a container has the variable, with any value. */
export const hasVariable = `(has(c.env) && c.env.exists(e, e.name == ${celText(AESM_ENV)}))`;

/** Whether a container mounts one of the volumes whose names are `socket`. */
export const mountsSocket = `(socket.size() > 0 && has(c.volumeMounts) && c.volumeMounts.exists(m, m.name in socket))`;

/** Whether a variable is any but AESM's, or AESM's as it must be. */
export const variableFine =
    `(e.name != ${celText(AESM_ENV)} || ` + `(has(e.value) && e.value == ${celText(AESM_ENV_VALUE)}))`;

/** Whether a mount is at AESM's directory. */
export const atSocketDir = `(m.mountPath in ${celTexts(socketDirSpellings)})`;

const inSocketDir = (path: string) =>
    `(${path} in ${celTexts(socketDirSpellings)} || ` +
    `${socketDirSpellings
        .filter((dir) => dir.endsWith("/"))
        .map((dir) => `${path}.startsWith(${celText(dir)})`)
        .join(" || ")})`;

/** A path that a runtime resolves before it uses the path: relative, or with an empty step, "." or "..". */
const roundabout = celText(String.raw`^[^/]|//|/\.\.?(/|$)`);

/**
 * Whether a path in a container is AESM's directory, is in it, or may resolve to it because it is not written plainly.
 * The cheapest test, which decides nearly every path, comes first.
 */
export function mayBeInSocketDir(path: string): string {
    return `(${path}.contains("aesmd") && (${inSocketDir(path)} || (${path}.contains("run/") && ${path}.matches(${roundabout}))))`;
}

/**
 * The text that the script of the waiting container has in any version of this package, because AESM's protocol has no
 * other question.
 */
const question = AESM_PROBE_REQUEST.map((byte) => byte.toString(16).padStart(2, "0")).join("");

/**
 * Whether a container is the init container that waits for AESM, in any version of this package. Names of containers
 * are unique in a pod, so the container with that name in `inits`, an expression for a list, is the same one.
 */
export function isWait(inits: string = fieldOr("object.spec", "initContainers", "[]")): string {
    return (
        `(c.name == ${celText(AESM_WAIT_CONTAINER)} && ${inits}.exists(i, i.name == c.name) && !has(c.restartPolicy) && ` +
        `has(c.command) && c.command.size() > 2 && c.command[0] == "perl" && c.command[1] == "-e" && ` +
        `c.command[2].contains(${celText(question)}) && ` +
        `has(c.volumeMounts) && c.volumeMounts.exists(m, m.name == ${celText(AESM_VOLUME)}))`
    );
}

/** Whether the pod has the label at all, under `object` or `oldObject`, and its value then; else "". */
export function labelOf(object: "object" | "oldObject"): string {
    const label = celText(ATTESTATION_LABEL);
    return (
        `(has(${object}.metadata.labels) && ${label} in ${object}.metadata.labels ? ` +
        `${object}.metadata.labels[${label}] : "")`
    );
}

/** Whether the pod is labelled with a mode; `mode` is its label. */
export function isMode(value: AttestationLabelValue): string {
    return `(mode == ${celText(value)})`;
}

/** Whether a resource is among limits `l`. */
export function inLimits(resource: string): string {
    return `(${celText(resource)} in l)`;
}

/** Whether the request binds a pod to a node: its object is a Binding, and it has no old object. */
export const isBinding = `(request.kind.kind == "Binding")`;

const listsOfContainer = [
    { has: "has(c.env)", list: "c.env" },
    { has: "has(c.volumeMounts)", list: "c.volumeMounts" },
    { has: "has(c.ports)", list: "c.ports" },
    { has: "has(c.resources) && has(c.resources.limits)", list: "c.resources.limits" },
    { has: "has(c.resources) && has(c.resources.requests)", list: "c.resources.requests" },
    {
        has: "has(c.securityContext) && has(c.securityContext.capabilities) && has(c.securityContext.capabilities.add)",
        list: "c.securityContext.capabilities.add",
    },
];

/**
 * Whether a container's variables, mounts, ports, limits, requests and added capabilities are few enough. The more
 * containers (`count`) a pod has, the fewer each may have, which limits the sum without computing it.
 */
export function listsWithin(count: string): string {
    const within = ({ has, list }: { has: string; list: string }) =>
        `(!(${has}) || ${list}.size() * ${count} <= ${limits.items})`;
    return listsOfContainer.map(within).join(" && ");
}

/**
 * Whether the pod's lists are within the limits above. `containers` and `volumes` are expressions for lists. This test
 * itself is cheap, even for the largest pod that the API server accepts.
 */
export function withinLimits(containers: string, volumes: string): string {
    return [
        `${containers}.size() <= ${limits.containers}`,
        `${volumes}.size() <= ${limits.volumes}`,
        `(!has(object.metadata.annotations) || object.metadata.annotations.size() <= ${limits.annotations})`,
    ].join(" && ");
}
