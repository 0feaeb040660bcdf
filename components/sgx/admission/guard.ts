import { untyped, where } from "./cel";
import {
    annotations,
    askedAnnotations,
    containers,
    isCreation,
    isWhole,
    socketVolumes,
    volumes,
    withinLists,
} from "./requests";
import { RuleSubject, type GuardOptions, type GuardRule } from "./rule";
import { guardRules } from "./rules";
import { hasVariable, labelOf, listsWithin, limits as most, mountsSocket } from "./terms";
import { validationsOf, variables, type Validation } from "./validations";

const { pod, volume, container, limits, socketMount, otherMount, containerSecurity, security, annotation, change } =
    RuleSubject;

/**
 * The rule that keeps all others affordable: the API server stops an expression that costs too much, on pods beyond
 * this.
 */
export const sizeRule = {
    id: "too-large",
    says:
        `the pod is larger than pods here may be: at most ${most.containers} containers, ${most.volumes} volumes (${most.hostPaths} of them ` +
        `AESM's directory), ${most.ephemeralContainers} ephemeral containers, ${most.annotations} annotations, and for each container ` +
        `${most.items} variables, mounts, ports, limits, requests and capabilities divided by the number of containers`,
} as const;

/** One condition for the API server to ask of every request: whether the pod breaks any rule. */
function breaksAnyRule(rules: readonly GuardRule[]): string {
    const all = (...subjects: RuleSubject[]) =>
        rules
            .filter((rule) => subjects.includes(rule.about))
            .map(({ holds }) => `(${holds})`)
            .join(" && ");
    const ofContainer = [
        listsWithin("count"),
        where("hasVariable", hasVariable, where("mountsSocket", mountsSocket, all(container))),
        `(!has(c.resources) || !has(c.resources.limits) || ${where("l", "c.resources.limits", all(limits))})`,
        `(!has(c.securityContext) || ${where("s", "c.securityContext", all(containerSecurity, security))})`,
        `(!has(c.volumeMounts) || c.volumeMounts.all(m, m.name in socket ? (${all(socketMount)}) : (${all(otherMount)})))`,
    ].join(" && ");
    const ofContainers = where("all", containers, where("count", "all.size()", `all.all(c, ${ofContainer})`));
    const ofSocket = `socket.size() <= ${most.hostPaths} && ${all(pod)} && ${ofContainers}`;
    const ofPod = [
        withinLists,
        `(!has(object.spec.securityContext) || ${where("s", "object.spec.securityContext", all(security))})`,
        `${volumes}.all(v, ${all(volume)})`,
        where("mode", labelOf("object"), where("socket", socketVolumes, ofSocket)),
    ].join(" && ");
    const ofAsked = `asked.size() <= ${most.annotations} && asked.all(k, ${all(annotation)})`;
    const ofAnnotations = where("annotations", annotations, where("asked", askedAnnotations, ofAsked));
    const holds = `(!whole || (${ofPod})) && ${ofAnnotations} && (${isCreation} || (${all(change)}))`;
    return `!${where("whole", isWhole, holds)}`;
}

/**
 * Conditions, variables and validations of the ValidatingAdmissionPolicy. The condition asks all rules at once, which
 * is what makes pods that keep them cheap: the API server prepares the pod anew for each of condition, validations,
 * messages and annotations, and that is the larger part of the cost.
 */
export function guardExpressions(options: GuardOptions) {
    const rules = guardRules(options);
    const size: Validation = {
        expression: "variables.within",
        message: `${sizeRule.says} (${sizeRule.id})`,
        reason: "Forbidden",
    };
    return {
        matchConditions: [{ name: "breaks-a-rule", expression: breaksAnyRule(rules) }],
        variables: variables.map(({ name, expression }) => ({ name, expression: untyped(expression) })),
        validations: [size, ...rules.flatMap(validationsOf)].map(({ messageExpression, ...validation }) => ({
            ...validation,
            expression: untyped(validation.expression),
            ...(messageExpression === undefined ? {} : { messageExpression: untyped(messageExpression) }),
        })),
    };
}
