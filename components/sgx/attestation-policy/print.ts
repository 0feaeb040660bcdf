import type { Action, AttestationPolicy, Condition, Expression, Rule, Section } from "./policy";

const order: readonly Section[] = ["configurationrules", "authorizationrules", "issuancerules"];

/** The text of a policy, one condition a line, as Azure Attestation reads it. */
export function printPolicy(policy: AttestationPolicy): string {
    const parts = order.flatMap((section) => {
        const rules = policy[section];
        return rules === undefined ? [] : [`${section} {\n${rules.map(printRule).join("")}};\n`];
    });
    return `version=${policy.version};\n${parts.join("")}`;
}

/** A rule, as it stands in a policy. */
export function printRule({ conditions, action }: Rule): string {
    const all = conditions.map(printCondition).join(" &&\n    ");
    return `    ${all}${all === "" ? "" : " "}=> ${printAction(action)};\n`;
}

/** A condition, such as `[type=="x-ms-sgx-svn", value>=2]`. */
export function printCondition({ identifier, absent, tests }: Condition): string {
    const all = tests.map(({ property, operator, operand }) => `${property}${operator}${printed(operand)}`).join(", ");
    return `${absent ? "!" : ""}${identifier === undefined ? "" : `${identifier}:`}[${all}]`;
}

function printAction(action: Action): string {
    if ("claim" in action) return `${action.verb}(claim=${action.claim})`;
    if (!("properties" in action)) return `${action.verb}()`;
    const all = action.properties.map(({ property, value }) => `${property}=${printed(value)}`);
    return `${action.verb}(${all.join(", ")})`;
}

function printed(expression: Expression): string {
    if (expression.kind === "reference") return `${expression.identifier}.${expression.property}`;
    if (expression.kind === "call") return `${expression.name}(${expression.arguments.map(printed).join(", ")})`;
    const { value } = expression;
    return typeof value === "string" ? `"${value.replace(/["\\]/g, "\\$&")}"` : String(value);
}
