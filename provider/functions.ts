import type { InvokeResult } from "@pulumi/pulumi/provider/index.js";
import { ValidationError } from "../components/problems";
import { withAttestation, type AttestationMode, type WithAttestationOptions } from "../components/sgx";

/** Arguments of `withAttestation` in other languages. */
interface WithAttestationArgs extends WithAttestationOptions {
    workload: object;
    mode: AttestationMode;
}

/** The pure functions of the package, by token. */
const functions: Readonly<Record<string, (args: never) => object>> = {
    "confidential-aks:index:withAttestation": ({ workload, mode, ...options }: WithAttestationArgs) => ({
        workload: withAttestation(workload, mode, options),
    }),
};

/**
 * Calls a function of the package. What is wrong with its arguments is an answer, not an error: Pulumi's server prints
 * errors with their stacks.
 */
export function callFunction(token: string, args: unknown): InvokeResult {
    const run = functions[token];
    if (run === undefined) {
        return failed(`there is no function ${token}; there are ${Object.keys(functions).join(", ")}`, token);
    }
    try {
        return { outputs: run(args as never) };
    } catch (error) {
        if (!(error instanceof ValidationError)) throw error;
        // The options of the library's functions are arguments here.
        const problems = error.problems.map((problem) => ({
            ...problem,
            path: problem.path.replace(/^options\./, ""),
        }));
        const { message } = new ValidationError(error.subject, problems);
        return failed(message, problems.map(({ path }) => path).join(", "));
    }
}

function failed(reason: string, property: string): InvokeResult {
    return { outputs: {}, failures: [{ reason, property }] };
}
