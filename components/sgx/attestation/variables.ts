import { isLate, type Problem } from "../../problems";
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

/** Whatever the variable, Kubernetes takes text only; what is meant to be text may be a secret, so it is not shown. */
function checkText({ name, value }: Fields, path: string): Problem[] {
    if (isAbsent(value) || typeof value === "string" || isLate(value)) return [];
    const of = typeof name === "string" ? ` of ${name}` : "";
    const compound = typeof value === "object" || typeof value === "function";
    return [
        {
            path: `${path}.value`,
            value,
            hideValue: name !== AESM_ENV,
            expected: `text, not ${kindOf(value)}: Kubernetes refuses anything else in a variable`,
            remedy: compound
                ? `write the value${of} as text, as in ${quoted}`
                : `quote the value${of}, as in ${quoted}`,
        },
    ];
}

function kindOf(value: unknown): string {
    if (Array.isArray(value)) return "a list";
    return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function checkFlag(env: Fields, path: string, outOfProcess: boolean): Problem[] {
    if (isOurEnv(env)) return [];
    if (!isAbsent(env.valueFrom)) {
        const expected = `${AESM_ENV} without valueFrom: it is a flag, any value means out-of-process`;
        return [{ path: `${path}.valueFrom`, value: env.valueFrom, expected, remedy: removeOr(outOfProcess) }];
    }
    const expected = outOfProcess
        ? `the text "${AESM_ENV_VALUE}" in ${AESM_ENV}, which is a flag and no address`
        : `no ${AESM_ENV} at all: any value, even "0", means out-of-process`;
    const remedy = outOfProcess ? `write ${quoted}, or remove the variable` : removeOr(false);
    return [{ path: `${path}.value`, value: env.value, expected, remedy }];
}

function removeOr(outOfProcess: boolean): string {
    return outOfProcess ? "remove the variable; withAttestation adds it" : "remove the variable";
}
