import { QuotingSource } from "../cluster/args";
import { clusterDefaults } from "../cluster/defaults";
import type { ConfidentialPlatformArgs } from "./args";
import { platformDefaults } from "./defaults";

/** Whether this package's DaemonSets are the source of quoting infrastructure. */
export function usesDaemonSets(args: ConfidentialPlatformArgs): boolean {
    return (args.quoting ?? clusterDefaults.quoting) === QuotingSource.daemonSets;
}

/** Whether the sample runs. */
export function runsSample(args: ConfidentialPlatformArgs): boolean {
    return args.runSample ?? platformDefaults.runSample;
}

/** Which of this package's images have to be built: those that the platform runs and the arguments do not name. */
export function imagesToBuild(args: ConfidentialPlatformArgs): ("aesm" | "attestation-sample")[] {
    return [
        ...(usesDaemonSets(args) && args.quoteHelper?.image === undefined ? (["aesm"] as const) : []),
        ...(runsSample(args) && args.sample?.image === undefined ? (["attestation-sample"] as const) : []),
    ];
}
