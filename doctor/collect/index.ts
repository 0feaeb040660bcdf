import { BUNDLE_FORMAT, BUNDLE_VERSION, type Snapshot } from "../model/snapshot.js";
import { Api } from "./api/api.js";
import { ApiError, notKubernetes } from "./api/errors.js";
import { loadKubeconfig, type KubeconfigRequest } from "./api/kubeconfig.js";
import { text } from "./keep/shape.js";
import { readObjects } from "./read.js";
import { Reader } from "./reader.js";

/** Which cluster to read, and how much of it. */
export interface CollectRequest extends KubeconfigRequest {
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
export async function collect(request: CollectRequest, progress: (text: string) => void): Promise<Snapshot> {
    const { namespace } = request;
    progress("signing in");
    const api = await Api.connect(await loadKubeconfig(request));
    try {
        progress(`asking ${api.server}`);
        const server = await serverOf(api);
        const reader = new Reader(api, namespace, progress);
        const { objects, others } = await readObjects(reader, namespace);
        return {
            format: BUNDLE_FORMAT,
            version: BUNDLE_VERSION,
            takenAt: new Date().toISOString(),
            ...server,
            ...(namespace === undefined ? {} : { namespace }),
            gaps: reader.gaps,
            objects,
            others,
        };
    } finally {
        api.close();
    }
}

/** Version and clock of the API server. */
async function serverOf(api: Api): Promise<Pick<Snapshot, "kubernetes" | "clockAheadSeconds">> {
    const asked = Date.now();
    try {
        const { object, date } = await api.getWithDate("/version");
        // The header has whole seconds: half of one more is the best guess.
        const ahead = date === undefined ? 0 : date + 500 - (asked + Date.now()) / 2;
        return { kubernetes: text(object.gitVersion) ?? "unknown", clockAheadSeconds: Math.round(ahead / 1000) };
    } catch (error) {
        // Some clusters show their version to few.
        if (error instanceof ApiError && error.status === 403) return { kubernetes: "unknown", clockAheadSeconds: 0 };
        if (error instanceof ApiError) throw notKubernetes(api.server, error);
        throw error;
    }
}
