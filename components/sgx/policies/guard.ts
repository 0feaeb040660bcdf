import { attestationRules } from "./attestation-rules";
import { celText } from "./cel";
import { hostRules } from "./host-rules";
import { RuleSubject, type GuardOptions, type GuardRule } from "./rule";
import { fieldOr, hasVariable, labelOf, limits as most, listsWithin, withinLimits } from "./terms";

const { pod, volume, container, limits, socketMount, otherMount, containerSecurity, security, change } = RuleSubject;

/** All rules but the one on size, in the order in which they speak. */
export function guardRules(options: GuardOptions): GuardRule[] {
    return [...hostRules(options), ...attestationRules(options)];
}

/** The rule that keeps all others affordable: the API server stops an expression that costs too much, on pods beyond this. */
export const sizeRule = {
    id: "too-large",
    says:
        `the pod is larger than pods here may be: at most ${most.containers} containers, ${most.volumes} volumes (${most.hostPaths} of them ` +
        `AESM's directory), ${most.ephemeralContainers} ephemeral containers, ${most.annotations} annotations, and for each container ` +
        `${most.items} variables, mounts, ports and capabilities divided by the number of containers`,
} as const;

const volumes = fieldOr("object.spec", "volumes", "[]");
const containers = `(object.spec.containers + ${fieldOr("object.spec", "initContainers", "[]")})`;
const ephemeral = fieldOr("object.spec", "ephemeralContainers", "[]");
const earlier = `(has(oldObject.spec.ephemeralContainers) ? oldObject.spec.ephemeralContainers.map(o, o.name) : [])`;
const socketVolumes = `${volumes}.filter(v, has(v.hostPath)).map(v, v.name)`;
const isCreation = `request.operation == "CREATE"`;
const isDebugging = `(has(request.subResource) && request.subResource == "ephemeralcontainers")`;
const withinAtCreation = withinLimits(containers, volumes);
const withinAtDebugging = `${ephemeral}.size() <= ${most.ephemeralContainers} && ${withinLimits(ephemeral, volumes)}`;
const mountsSocket = `(socket.size() > 0 && has(c.volumeMounts) && c.volumeMounts.exists(m, m.name in socket))`;

/** Kubernetes' CEL has no local variables; a list of one does. */
function where(name: string, value: string, expression: string): string {
    return `[${value}].all(${name}, ${expression})`;
}

/** One condition for the API server to ask of every pod: whether it breaks any rule. */
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
    const eachContainer = (list: string, expression: string) =>
        where(
            "mode",
            labelOf("object"),
            where(
                "socket",
                socketVolumes,
                `socket.size() <= ${most.hostPaths} && ${where("count", `${list}.size()`, expression)}`,
            ),
        );
    const created = [
        withinAtCreation,
        `(!has(object.spec.securityContext) || ${where("s", "object.spec.securityContext", all(security))})`,
        `${volumes}.all(v, ${all(volume)})`,
        eachContainer(containers, `${all(pod)} && ${containers}.all(c, ${ofContainer})`),
    ].join(" && ");
    const ofNew = `${ephemeral}.all(c, c.name in before || (${ofContainer}))`;
    const debugged = `${withinAtDebugging} && ${eachContainer(ephemeral, where("before", earlier, ofNew))}`;
    return `!(${isCreation} ? (${created}) : ${isDebugging} ? (${debugged}) : (${all(change)}))`;
}

/** A rule asked of one container, or of the part of it that the rule is about. */
function inContainer({ about, holds }: GuardRule): string {
    switch (about) {
        case limits:
            return `!has(c.resources) || !has(c.resources.limits) || ${where("l", "c.resources.limits", holds)}`;
        case socketMount:
            return `!has(c.volumeMounts) || c.volumeMounts.all(m, !(m.name in socket) || (${holds}))`;
        case otherMount:
            return `!has(c.volumeMounts) || c.volumeMounts.all(m, m.name in socket || (${holds}))`;
        case security:
        case containerSecurity:
            return `!has(c.securityContext) || ${where("s", "c.securityContext", holds)}`;
        default:
            return where("hasVariable", hasVariable, where("mountsSocket", mountsSocket, holds));
    }
}

interface Validation {
    expression: string;
    message: string;
    messageExpression?: string;
    reason: "Forbidden";
}

/** A validation of its own for each rule: only a pod that breaks one gets here, and hears which. */
function validationsOf(rule: GuardRule): Validation[] {
    const { id, about, holds, says } = rule;
    const message = (subject: string) => `${subject}${says} (${id})`;
    if (about === pod || about === change) {
        const skipped =
            about === pod ? "!variables.created || !variables.within" : "variables.created || variables.debugged";
        return [
            {
                expression: `${skipped} || ${where("mode", "variables.mode", holds)}`,
                message: message(""),
                reason: "Forbidden",
            },
        ];
    }
    const named = (kind: string, list: string, one: string, bad: string): Validation => {
        // The empty text at the end is there for a list without bad ones, since this is evaluated for every rule.
        const first = `(${list}.filter(${one}, !(${bad})).map(${one}, ${one}.name) + [""])[0]`;
        const quoted = `${celText(`${kind} "`)} + ${first} + ${celText(message('" '))}`;
        const bound = (text: string) => `[variables.socket].map(socket, [variables.mode].map(mode, ${text})[0])[0]`;
        return {
            expression: bound(`${list}.all(${one}, ${bad})`),
            message: message(`a ${kind} `),
            messageExpression: bound(quoted),
            reason: "Forbidden",
        };
    };
    if (about === volume) return [named("volume", "variables.volumes", "v", holds)];
    const ofContainers = named("container", "variables.containers", "c", inContainer(rule));
    if (about !== security) return [ofContainers];
    const expression = `!variables.created || !has(object.spec.securityContext) || [object.spec.securityContext].all(s, ${holds})`;
    return [{ expression, message: message("the pod "), reason: "Forbidden" }, ofContainers];
}

const variables = [
    { name: "created", expression: isCreation },
    { name: "debugged", expression: isDebugging },
    { name: "mode", expression: labelOf("object") },
    {
        name: "within",
        expression:
            `variables.created ? (${withinAtCreation} && ${socketVolumes}.size() <= ${most.hostPaths} && ` +
            `${containers}.all(c, ${listsWithin(`${containers}.size()`)})) : ` +
            `!variables.debugged || (${withinAtDebugging} && ${socketVolumes}.size() <= ${most.hostPaths} && ` +
            `${ephemeral}.all(c, ${listsWithin(`${ephemeral}.size()`)}))`,
    },
    { name: "socket", expression: `variables.within ? ${socketVolumes} : []` },
    { name: "volumes", expression: `variables.created && variables.within ? ${volumes} : []` },
    { name: "before", expression: `variables.debugged ? ${earlier} : []` },
    {
        name: "containers",
        expression:
            `!variables.within ? [] : variables.created ? dyn(${containers}) : ` +
            `variables.debugged ? dyn(${ephemeral}.filter(c, !(c.name in variables.before))) : dyn([])`,
    },
];

/**
 * Conditions, variables and validations of the ValidatingAdmissionPolicy. The condition asks all rules at once, which is what makes
 * pods that keep them cheap: the API server prepares the pod anew for each of condition, validations, messages and annotations, and
 * that is the larger part of the cost.
 */
export function guardExpressions(options: GuardOptions) {
    const rules = guardRules(options);
    return {
        matchConditions: [{ name: "breaks-a-rule", expression: breaksAnyRule(rules) }],
        variables,
        validations: [
            {
                expression: "variables.within",
                message: `${sizeRule.says} (${sizeRule.id})`,
                reason: "Forbidden",
            },
            ...rules.flatMap(validationsOf),
        ],
    };
}
