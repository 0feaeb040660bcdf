import type { InvokeResult } from "@pulumi/pulumi/provider/index.js";
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

/** Calls a function of the package. */
export function callFunction(token: string, args: unknown): InvokeResult {
    const run = functions[token];
    if (run === undefined) {
        throw new Error(`there is no function ${token}; there are ${Object.keys(functions).join(", ")}`);
    }
    return { outputs: run(args as never) };
}
