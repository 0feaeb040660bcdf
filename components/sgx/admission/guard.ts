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
 * The rule that limits the cost of all others: for larger pods, the API server would stop their expressions as too
 * expensive.
 */
export const sizeRule = {
    id: "too-large",
    says:
        `the pod is larger than pods here may be: at most ${most.containers} containers, ${most.volumes} volumes (${most.hostPaths} of them ` +
        `AESM's directory), ${most.ephemeralContainers} ephemeral containers, ${most.annotations} annotations, and for each container ` +
        `${most.items} variables, mounts, ports, limits, requests and capabilities divided by the number of containers`,
} as const;

/** One condition, which the API server evaluates for every request: whether the pod breaks any rule. */
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
 * Conditions, variables and validations of the ValidatingAdmissionPolicy. The condition tests all rules at once, so
 * that pods which break none are cheap: the API server converts the pod again for each condition, validation, message
 * and annotation, and that is the larger part of the cost.
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
