import { AESM_ENV } from "../../../components/sgx/index.js";
import type { Container, PodSpec, PodTemplate, Toleration, Variable, Volume } from "../../model/objects.js";
import { mask, start } from "../mask.js";
import { keepMeta, keepRequirement, REMOVED } from "./meta.js";
import { amounts, flag, isRaw, list, number, object, or, presence, record, text, type Keep } from "./shape.js";

/** Settings of a security context that a check or a rule may look at; no credentials are among them. */
const contextFields = [
    ...["privileged", "allowPrivilegeEscalation", "readOnlyRootFilesystem", "procMount", "capabilities"],
    ...["runAsUser", "runAsGroup", "runAsNonRoot", "fsGroup", "supplementalGroups"],
    ...["seLinuxOptions", "seccompProfile", "appArmorProfile"],
];

const securityContext: Keep<object> = (raw) =>
    isRaw(raw)
        ? Object.fromEntries(contextFields.flatMap((name) => (name in raw ? [[name, raw[name]]] : [])))
        : undefined;

const resources = object<NonNullable<Container["resources"]>>({ limits: amounts, requests: amounts });

const variable: Keep<Variable> = (raw) => {
    if (!isRaw(raw) || typeof raw.name !== "string") return undefined;
    const { name, value } = raw;
    return {
        name,
        ...(name === AESM_ENV && typeof value === "string" ? { value: start(mask(value)) } : {}),
        ...(isRaw(raw.valueFrom) ? { valueFrom: {} } : {}),
    };
};

/** The first word, since all others may hold anything. */
const command: Keep<readonly string[]> = (raw) => {
    if (!Array.isArray(raw)) return undefined;
    const [first, ...rest] = raw as unknown[];
    const [word = "", ...more] = typeof first === "string" ? first.trim().split(/\s+/) : [];
    return [start(mask(word)), ...(more.length + rest.length > 0 ? [REMOVED] : [])];
};

const container = object<Container>({
    name: or(text, ""),
    image: or(text, ""),
    restartPolicy: text,
    resources,
    env: list(variable),
    volumeMounts: list(
        object<NonNullable<Container["volumeMounts"]>[number]>({
            name: or(text, ""),
            mountPath: or(text, ""),
            readOnly: flag,
            subPath: text,
            subPathExpr: text,
            mountPropagation: text,
        }),
    ),
    volumeDevices: list(
        object<NonNullable<Container["volumeDevices"]>[number]>({ name: or(text, ""), devicePath: or(text, "") }),
    ),
    securityContext,
    terminationMessagePath: text,
    command,
});

const hostPath = object<NonNullable<Volume["hostPath"]>>({ path: or(text, ""), type: text });

/** Of a hostPath everything, of any other kind only that it is of that kind. */
const volume: Keep<Volume> = (raw) => {
    if (!isRaw(raw)) return undefined;
    const kept: Volume = { name: typeof raw.name === "string" ? raw.name : "" };
    for (const [kind, source] of Object.entries(raw)) {
        if (kind === "name") continue;
        kept[kind] = kind === "hostPath" ? hostPath(source) : presence(source);
    }
    return kept;
};

type Required = NonNullable<
    NonNullable<NonNullable<PodSpec["affinity"]>["nodeAffinity"]>["requiredDuringSchedulingIgnoredDuringExecution"]
>;

const affinity = object<NonNullable<PodSpec["affinity"]>>({
    nodeAffinity: object({
        requiredDuringSchedulingIgnoredDuringExecution: object<Required>({
            nodeSelectorTerms: or(
                list(
                    object<Required["nodeSelectorTerms"][number]>({
                        matchExpressions: list(keepRequirement),
                        matchFields: list(keepRequirement),
                    }),
                ),
                [],
            ),
        }),
    }),
});

/** The spec of a pod or of a template. */
export const keepPodSpec: Keep<PodSpec> = object<PodSpec>({
    nodeName: text,
    nodeSelector: record((value) => (typeof value === "string" ? value : undefined)),
    affinity,
    tolerations: list(
        object<Toleration>({ key: text, operator: text, value: text, effect: text, tolerationSeconds: number }),
    ),
    schedulingGates: list(object<{ name: string }>({ name: or(text, "") })),
    serviceAccountName: text,
    hostNetwork: flag,
    hostPID: flag,
    hostIPC: flag,
    securityContext,
    overhead: amounts,
    resources,
    volumes: list(volume),
    initContainers: list(container),
    containers: or(list(container), []),
});

/** The template of a workload's pods. */
export const keepTemplate: Keep<PodTemplate> = object<PodTemplate>({
    metadata: (raw) => {
        const { labels, annotations } = keepMeta(raw) ?? {};
        return { ...(labels && { labels }), ...(annotations && { annotations }) };
    },
    spec: or(keepPodSpec, { containers: [] }),
});
