import { celText, valueWhere, where } from "./cel";
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
import { RuleSubject, type GuardRule } from "./rule";
import { hasVariable, labelOf, listsWithin, limits as most, mountsSocket } from "./terms";

/*
 * One validation for each rule. The API server evaluates them only for a pod that breaks a rule, to name the rule, so
 * their cost does not matter.
 */

const { pod, volume, limits, socketMount, otherMount, containerSecurity, security, annotation, change } = RuleSubject;

export interface Validation {
    expression: string;
    message: string;
    messageExpression?: string;
    reason: "Forbidden";
}

/** A rule for one container, or for the part of the container that the rule is about. */
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

/** A test for each item of a list. */
interface Each {
    kind: string;
    /** The list, and the name of an item in `holds`. */
    list: string;
    one: string;
    /** The expression that names an item in the message. */
    name: string;
    holds: string;
    /** Variables that `holds` uses. */
    uses: string[];
}

function ofEach(rule: GuardRule, { kind, list, one, name, holds, uses }: Each): Validation {
    const message = `${rule.says} (${rule.id})`;
    // The empty text at the end is for a list without bad items, because this is evaluated for every rule.
    const first = `(${list}.filter(${one}, !(${holds})).map(${one}, ${name}) + [""])[0]`;
    const using = (text: string) =>
        uses.reduce((inner, variable) => valueWhere(variable, `variables.${variable}`, inner), text);
    return {
        expression: using(`${list}.all(${one}, ${holds})`),
        message: `${kind === "annotation" ? "an" : "a"} ${kind} ${message}`,
        messageExpression: using(`${celText(`${kind} "`)} + ${first} + ${celText(`" ${message}`)}`),
        reason: "Forbidden",
    };
}

/** The validations of one rule. */
export function validationsOf(rule: GuardRule): Validation[] {
    const { id, about, holds, says } = rule;
    const reason = "Forbidden";
    if (about === pod || about === change) {
        const skipped = about === pod ? "!variables.whole || !variables.within" : isCreation;
        const expression = `${skipped} || ${where("mode", "variables.mode", holds)}`;
        return [{ expression, message: `${says} (${id})`, reason }];
    }
    if (about === volume) {
        return [ofEach(rule, { kind: "volume", list: "variables.volumes", one: "v", name: "v.name", holds, uses: [] })];
    }
    if (about === annotation) {
        const uses = ["annotations"];
        return [ofEach(rule, { kind: "annotation", list: "variables.asked", one: "k", name: "k", holds, uses })];
    }
    const ofContainers = ofEach(rule, {
        ...{ kind: "container", list: "variables.containers", one: "c", name: "c.name" },
        ...{ holds: inContainer(rule), uses: ["mode", "socket"] },
    });
    if (about !== security) return [ofContainers];
    const ofPod = `!variables.whole || !has(object.spec.securityContext) || ${where("s", "object.spec.securityContext", holds)}`;
    return [{ expression: ofPod, message: `the pod ${says} (${id})`, reason }, ofContainers];
}

const listsOfAll = where("all", containers, where("count", "all.size()", `all.all(c, ${listsWithin("count")})`));
const changed = valueWhere(
    "whole",
    "variables.whole",
    valueWhere("annotations", "variables.annotations", askedAnnotations),
);

/** Variables of the policy, which the API server evaluates where a validation first uses one. */
export const variables = [
    { name: "whole", expression: isWhole },
    { name: "mode", expression: labelOf("object") },
    { name: "annotations", expression: annotations },
    { name: "changed", expression: changed },
    {
        name: "within",
        expression:
            `variables.changed.size() <= ${most.annotations} && (!variables.whole || ` +
            `(${withinLists} && ${socketVolumes}.size() <= ${most.hostPaths} && ${listsOfAll}))`,
    },
    { name: "asked", expression: "variables.within ? variables.changed : []" },
    { name: "socket", expression: `variables.whole && variables.within ? ${socketVolumes} : []` },
    { name: "volumes", expression: `variables.whole && variables.within ? ${volumes} : []` },
    { name: "containers", expression: `variables.whole && variables.within ? ${containers} : dyn([])` },
];
