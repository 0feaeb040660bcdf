import { CommandError } from "../../terminal/errors.js";
import type { Snapshot } from "../model/snapshot.js";

/** Which cluster to read, and how much of it. */
export interface CollectRequest {
    /** The text of a kubeconfig. Default: the one that kubectl would find. */
    kubeconfig?: string;
    /** Default: the kubeconfig's current one. */
    context?: string;
    /** Workloads of this namespace only. Default: all. */
    namespace?: string;
    /** Also read logs of AESM and of waiting pods. */
    logs: boolean;
    /** Also ask AESM, by a command in its pod. */
    exec: boolean;
    /** Also ask Azure about the cluster. */
    azure?: { resourceGroup: string; cluster: string; subscription?: string };
}

/** Reads a cluster. Throws CommandError when it cannot be reached. */
export function collect(_request: CollectRequest, _progress: (text: string) => void): Promise<Snapshot> {
    return Promise.reject(new CommandError("not yet"));
}
