import {
    AESM_ENV,
    AESM_ENV_VALUE,
    AESM_SOCKET_DIR,
    AESM_VOLUME,
    AESM_WAIT_CONTAINER,
    ATTESTATION_LABEL,
} from "../aesm";
import { celText, celTexts } from "./cel";

/*
 * What the expressions of both policies say about a pod, in CEL. `object` is the pod, `c` a container of any kind, `m` a mount.
 * Whatever is optional in Kubernetes is absent when it is not set, so nothing is read before `has` has looked.
 */

/** The ways to write AESM's directory that mean it, of those that somebody would write. */
export const socketDirSpellings: readonly string[] = [AESM_SOCKET_DIR, AESM_SOCKET_DIR.replace(/^\/var/, "")].flatMap(
    (dir) => [dir, `${dir}/`],
);

/** Most that a pod may have where policies apply: it keeps every expression within the API server's budget, on any pod. */
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

/** Whether a container has the variable, be it with the right value or not. */
export const hasVariable = `(has(c.env) && c.env.exists(e, e.name == ${celText(AESM_ENV)}))`;

/** Whether a variable is any but AESM's, or AESM's as it must be. */
export const variableFine =
    `(e.name != ${celText(AESM_ENV)} || ` + `(has(e.value) && e.value == ${celText(AESM_ENV_VALUE)}))`;

/** Whether a mount is at AESM's directory. */
export const atSocketDir = `(m.mountPath in ${celTexts(socketDirSpellings)})`;

/** Whether a mount is at AESM's directory or in it. */
export const inSocketDir =
    `(${atSocketDir} || ` +
    `${socketDirSpellings
        .filter((dir) => dir.endsWith("/"))
        .map((dir) => `m.mountPath.startsWith(${celText(dir)})`)
        .join(" || ")})`;

/** Whether a container is the one that waits for AESM, in any version of this package. */
export const isWait =
    `(c.name == ${celText(AESM_WAIT_CONTAINER)} && has(c.command) && c.command.size() > 0 && c.command[0] == "perl" && ` +
    `has(c.volumeMounts) && c.volumeMounts.exists(m, m.name == ${celText(AESM_VOLUME)}))`;

/** Whether the pod has the label at all, under `object` or `oldObject`, and its value then; else "". */
export function labelOf(object: "object" | "oldObject"): string {
    const label = celText(ATTESTATION_LABEL);
    return (
        `(has(${object}.metadata.labels) && ${label} in ${object}.metadata.labels ? ` +
        `${object}.metadata.labels[${label}] : "")`
    );
}

const listsOfContainer = [
    { has: "has(c.env)", list: "c.env" },
    { has: "has(c.volumeMounts)", list: "c.volumeMounts" },
    { has: "has(c.ports)", list: "c.ports" },
    {
        has: "has(c.securityContext) && has(c.securityContext.capabilities) && has(c.securityContext.capabilities.add)",
        list: "c.securityContext.capabilities.add",
    },
];

/**
 * Whether a container's variables, mounts, ports and added capabilities are few enough. The more containers, `count`, the fewer each
 * may have: so the sum is bound without adding anything up.
 */
export function listsWithin(count: string): string {
    const within = ({ has, list }: { has: string; list: string }) =>
        `(!(${has}) || ${list}.size() * ${count} <= ${limits.items})`;
    return listsOfContainer.map(within).join(" && ");
}

/**
 * Whether the pod's lists are within the limits above. `containers` and `volumes` are expressions for lists. This itself is cheap on
 * the largest pod that the API server takes.
 */
export function withinLimits(containers: string, volumes: string): string {
    return [
        `${containers}.size() <= ${limits.containers}`,
        `${volumes}.size() <= ${limits.volumes}`,
        `(!has(object.metadata.annotations) || object.metadata.annotations.size() <= ${limits.annotations})`,
    ].join(" && ");
}
