import { minorOf } from "../model/minor.js";
import { roleOf } from "../model/roles.js";
import {
    BUNDLE_FORMAT,
    BUNDLE_VERSION,
    type AesmAnswer,
    type LogMark,
    type Snapshot,
    type SnapshotObjects,
} from "../model/snapshot.js";
import { Api } from "./api/api.js";
import { ApiError, notKubernetes } from "./api/errors.js";
import { loadKubeconfig, type KubeconfigRequest } from "./api/kubeconfig.js";
import { readAzure, type AzurePlace } from "./azure/index.js";
import { text } from "./keep/shape.js";
import { readObjects } from "./read.js";
import { readLogs } from "./logs.js";
import { askAesm } from "./exec.js";
import { execRights, logRights } from "./rights.js";
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
    azure?: AzurePlace;
}

/** Reads a cluster. Throws CommandError when it cannot be reached. */
export async function collect(request: CollectRequest, progress: (text: string) => void): Promise<Snapshot> {
    const { namespace } = request;
    const azure = request.azure === undefined ? {} : { azure: await readAzure(request.azure, progress) };
    progress("signing in");
    const config = await loadKubeconfig(request);
    const api = await Api.connect(config);
    try {
        progress(`asking ${api.server}`);
        const server = await serverOf(api);
        const reader = new Reader(api, namespace, minorOf(server.kubernetes), progress);
        const { objects, others } = await readObjects(reader, namespace);
        const logs = request.logs && (await reader.mayUse(logRights, objects.pods)) ? await logsOf(objects) : undefined;
        const aesm =
            request.exec && (await reader.mayUse(execRights, helpersOf(objects)))
                ? await answersOf(objects)
                : undefined;
        return {
            format: BUNDLE_FORMAT,
            version: BUNDLE_VERSION,
            takenAt: new Date().toISOString(),
            ...server,
            ...(namespace === undefined ? {} : { namespace }),
            gaps: reader.gaps,
            objects,
            others,
            ...(logs === undefined ? {} : { logs }),
            ...(aesm === undefined ? {} : { aesm }),
            ...azure,
        };
    } finally {
        api.close();
    }

    async function logsOf({ pods }: SnapshotObjects): Promise<LogMark[]> {
        progress("reading logs");
        return await readLogs(api, pods);
    }

    async function answersOf({ pods }: SnapshotObjects): Promise<AesmAnswer[]> {
        progress("asking AESM");
        return await askAesm(config, pods);
    }
}

function helpersOf({ pods }: SnapshotObjects) {
    return pods.filter(({ metadata, spec }) => roleOf(metadata, spec) === "helper");
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
