import { invalid, isLate, notAllowed, redacted, type Problem } from "../../problems";
import { AESM_ENV, AESM_ENV_VALUE } from "../aesm/aesm";
import { isAbsent, itemsOf, type Fields } from "../pod-spec";
import { isOurEnv } from "./parts";

const quoted = `value: "${AESM_ENV_VALUE}"`;

/** Problems of the variables of a container that runs enclaves. */
export function checkVariables(container: Fields, outOfProcess: boolean): Problem[] {
    return itemsOf(container, "env").flatMap(({ item, index }) => {
        const path = `env[${index}]`;
        return item.name === AESM_ENV ? checkFlag(item, path, outOfProcess) : checkText(item, path);
    });
}

/** Problems of the variables of any other container: it may have the flag, but not in a pod that attests in-process. */
export function checkOtherVariables(container: Fields, outOfProcess: boolean, oneMode: Problem): Problem[] {
    return itemsOf(container, "env").flatMap(({ item, index }) => {
        const path = `env[${index}]`;
        if (item.name !== AESM_ENV) return checkText(item, path);
        if (outOfProcess) return checkFlag(item, path, outOfProcess);
        return [{ ...oneMode, path, value: item.name }];
    });
}

/** Kubernetes accepts only text for a variable. The value may be a secret, so the problem does not show it. */
function checkText({ name, value }: Fields, path: string): Problem[] {
    if (isAbsent(value) || typeof value === "string" || isLate(value)) return [];
    const of = typeof name === "string" ? ` of ${name}` : "";
    const isCompound = typeof value === "object" || typeof value === "function";
    const expected = `text, not ${kindOf(value)}: Kubernetes refuses anything else in a variable`;
    const remedy = isCompound ? `write the value${of} as text` : `quote the value${of}`;
    return [redacted(invalid(`${path}.value`, value, expected, `${remedy}, as in ${quoted}`))];
}

function kindOf(value: unknown): string {
    if (Array.isArray(value)) return "a list";
    return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function checkFlag(env: Fields, path: string, outOfProcess: boolean): Problem[] {
    if (isOurEnv(env)) return [];
    if (!isAbsent(env.valueFrom)) {
        const why = `${AESM_ENV} is a flag, and any value means out-of-process`;
        return [notAllowed(`${path}.valueFrom`, env.valueFrom, why, removeOr(outOfProcess))];
    }
    if (!outOfProcess) {
        const why = `in-process: any value of ${AESM_ENV}, even "0", means out-of-process`;
        return [notAllowed(`${path}.value`, env.value, why, removeOr(false))];
    }
    const expected = `the text "${AESM_ENV_VALUE}" in ${AESM_ENV}, which is a flag and no address`;
    return [invalid(`${path}.value`, env.value, expected, `write ${quoted}, or remove the variable`)];
}

function removeOr(outOfProcess: boolean): string {
    return outOfProcess ? "remove the variable; withAttestation adds it" : "remove the variable";
}
