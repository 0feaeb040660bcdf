import { AESM_ENV, ATTESTATION_LABEL, AttestationLabelValue, podRequests } from "../../components/sgx/index.js";
import { firstMinor } from "../../components/sgx/admission/first-minor.js";
import { isInSocketDir } from "../../components/sgx/aesm/socket-dir.js";
import type { AdmissionBinding, AdmissionPolicy, Meta, PodSpec } from "../model/objects.js";
import { minorOf } from "../model/minor.js";
import type { Place } from "../model/report.js";
import { matchesLabels } from "./placing.js";
import { subjectsOf } from "./attesting.js";
import { isLive, type View } from "./view.js";

/** Label by which this package's policies and bindings say what they are. */
const componentLabel = "app.kubernetes.io/component";

/** `guard`, `injection`, `epc-hook` or `startup-taint`. */
export function componentOf({ metadata }: { metadata: Meta }): string {
    return metadata.labels?.[componentLabel] ?? "";
}

/** Whether a binding is of a policy: of its kind, and by its name. */
export function isOf({ kind, policyName }: AdmissionBinding, policy: AdmissionPolicy): boolean {
    return kind === `${policy.kind}Binding` && policyName === policy.metadata.name;
}

/** Whether the API server is too old to set pods up. */
export function cannotInject({ snapshot }: View): boolean {
    return (minorOf(snapshot.kubernetes) ?? firstMinor.mutating) < firstMinor.mutating;
}

/**
 * Whether pods count on the API server to set them up: they carry the label and ask for EPC, and nothing else of what
 * attestation needs is there. What is set up in part is for CA-W22.
 */
function reliesOnInjection({ labels }: Pick<Meta, "labels">, spec: PodSpec): boolean {
    if (labels?.[ATTESTATION_LABEL] !== AttestationLabelValue.outOfProcess) return false;
    return (podRequests(spec).epc ?? 0) > 0 && !isBegun(spec);
}

function isBegun({ containers, initContainers = [], volumes = [] }: PodSpec): boolean {
    const hasVariable = [...containers, ...initContainers].some(({ env = [] }) =>
        env.some(({ name }) => name === AESM_ENV),
    );
    return hasVariable || volumes.some(({ hostPath }) => isInSocketDir(hostPath?.path));
}

/** A workload whose pods count on the API server to set them up. */
export interface Relying {
    place: Place;
    namespace: string;
    /** When the oldest pod that has not been set up was made; undefined: there is none. */
    oldestBare?: number;
}

/**
 * All of them, where attestation policies are in use. Without any, CA-W22 says what the pods lack. Pods that are there
 * count before their template: something else may set them up.
 */
export function relying(view: View): Relying[] {
    const { policies, policyBindings } = view.snapshot.objects;
    const inUse = [...policies, ...policyBindings].some((one) => ["guard", "injection"].includes(componentOf(one)));
    if (!inUse) return [];
    return subjectsOf(view)
        .filter(({ template }) => reliesOnInjection(template.metadata ?? {}, template.spec))
        .flatMap(({ place, pods }): Relying[] => {
            const live = pods.filter(isLive);
            const bare = live.filter((pod) => reliesOnInjection(pod.metadata, pod.spec));
            if (live.length > 0 && bare.length === 0) return [];
            const made = bare.map(({ metadata }) => Date.parse(metadata.creationTimestamp ?? ""));
            const { namespace = "" } = place;
            return [{ place, namespace, ...(made.length === 0 ? {} : { oldestBare: Math.min(...made) }) }];
        });
}

/** A policy that sets pods up, and its binding. */
export interface Injection {
    policy: AdmissionPolicy;
    binding: AdmissionBinding;
}

/** All that are bound. */
export function injections({ snapshot }: View): Injection[] {
    const { policies, policyBindings } = snapshot.objects;
    return policies
        .filter((policy) => policy.kind === "MutatingAdmissionPolicy" && componentOf(policy) === "injection")
        .flatMap((policy) =>
            policyBindings.filter((binding) => isOf(binding, policy)).map((binding) => ({ policy, binding })),
        );
}

/** Whether pods of a namespace are set up by it. */
export function covers({ policy, binding }: Injection, namespace: string, { snapshot }: View): boolean {
    const found = snapshot.objects.namespaces.find(({ metadata }) => metadata.name === namespace);
    const labels = { ...found?.metadata.labels, "kubernetes.io/metadata.name": namespace };
    return [policy, binding].every(({ namespaceSelector }) => matchesLabels(namespaceSelector, labels));
}
