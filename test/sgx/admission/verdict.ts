import { ValidationError } from "../../../components/problems";
import { withAttestation } from "../../../components/sgx";
import { guardExpressions, injectionExpressions } from "../../../components/sgx/admission";
import type { GuardOptions } from "../../../components/sgx/admission/rule";
import type { Pod } from "../../e2e/policies/pods";
import { evaluate, toCel } from "../../support/kubernetes-cel";
import type { Change } from "./fixtures";

/** What the guard is asked, as far as its expressions read it. */
interface Asked {
    object: object;
    oldObject: object | null;
    request: { operation: "CREATE" | "UPDATE"; kind: { kind: string }; subResource?: string };
}

/** The options of the tests where nothing else is said. */
export const options: GuardOptions = { allowInProcess: false, csiDrivers: ["secrets-store.csi.k8s.io"] };

/**
 * What the guard answers, by its expressions alone: "admitted", or the id of the rule that speaks first. Throws where
 * condition and validations disagree, or where an expression errs.
 */
function verdict(
    asked: Asked,
    { matchConditions, variables, validations }: ReturnType<typeof guardExpressions>,
): string {
    const context = toCel(asked) as Record<string, unknown>;
    if (matchConditions.every(({ expression }) => evaluate(expression, context) === false)) return "admitted";
    const values: Record<string, unknown> = {};
    for (const { name, expression } of variables)
        values[name] = evaluate(expression, { ...context, variables: values });
    const known = { ...context, variables: values };
    const broken = validations.find(({ expression }) => evaluate(expression, known) === false);
    if (broken === undefined) throw new Error("the condition is true, and so is every validation");
    const message = broken.messageExpression === undefined ? broken.message : evaluate(broken.messageExpression, known);
    return / \(([a-z-]+)\)$/.exec(String(message))?.[1] ?? `a message without a rule: ${String(message)}`;
}

const ours = guardExpressions(options);
const [needsInjection] = injectionExpressions().matchConditions;

/**
 * Double of what the API server makes of a new pod before it asks: defaults that rules read, and the injection by
 * `withAttestation`.
 */
export function served(pod: Pod): Pod {
    const copy = structuredClone(pod);
    if (evaluate(needsInjection?.expression ?? "", { object: toCel(copy) }) === true && isLabelled(copy)) {
        const made = attested(copy);
        if (made !== undefined) return served(made);
    }
    const { metadata, spec } = copy;
    for (const volume of spec.volumes ?? []) if (Object.keys(volume).length === 1) volume["emptyDir"] = {};
    const isWindows = (spec["os"] as { name?: string } | undefined)?.name === "windows";
    for (const container of isWindows ? [] : spec.containers) {
        const profile = metadata.annotations?.[`container.apparmor.security.beta.kubernetes.io/${container.name}`];
        if (profile !== "unconfined") continue;
        const context = (container as { securityContext?: object }).securityContext;
        Object.assign(container, { securityContext: { ...context, appArmorProfile: { type: "Unconfined" } } });
    }
    return copy;
}

/**
 * What `withAttestation` makes of a pod; nothing where it refuses what the injection lets pass, for the guard to
 * refuse.
 */
function attested(pod: Pod): Pod | undefined {
    try {
        return withAttestation(pod, "outOfProcess");
    } catch (error) {
        if (error instanceof ValidationError) return undefined;
        throw error;
    }
}

function isLabelled({ metadata }: Pod): boolean {
    const { labels } = metadata as { labels?: Record<string, string> };
    return labels?.["confidential-aks/attestation"] === "out-of-process";
}

/** What the guard says of a new pod, as the API server gives it to the guard. */
export function ofServed(pod: object, expressions = ours): string {
    return verdict(
        { object: pod, oldObject: null, request: { operation: "CREATE", kind: { kind: "Pod" } } },
        expressions,
    );
}

/** What the guard says of a new pod, as its author writes it. */
export function ofNew(pod: Pod): string {
    return ofServed(served(pod));
}

/** What the guard says of a change of a pod that is there. */
export function ofChange({ before, by, change }: Change): string {
    if (by === "binding" || by === "bindings") {
        const binding = { kind: "Binding", metadata: { name: before.metadata.name }, target: { name: "node" } };
        change(binding as unknown as Pod);
        const subResource = by === "binding" ? { subResource: by } : {};
        const request = { operation: "CREATE" as const, kind: { kind: "Binding" }, ...subResource };
        return verdict({ object: binding, oldObject: null, request }, ours);
    }
    const after = structuredClone(before);
    change(after);
    const request = { operation: "UPDATE" as const, kind: { kind: "Pod" }, ...(by === "" ? {} : { subResource: by }) };
    return verdict({ object: after, oldObject: before, request }, ours);
}
