import { AESM_WAIT_CONTAINER } from "../../components/sgx/aesm/aesm.js";
import { knownLines } from "../model/known-lines.js";
import type { ContainerStatus, Pod } from "../model/objects.js";
import { isOfNodeProof } from "../model/provers.js";
import { roleOf } from "../model/roles.js";
import type { LogMark } from "../model/snapshot.js";
import type { Api } from "./api/api.js";
import { ApiError } from "./api/errors.js";
import { pathOf, rights } from "./rights.js";

/** How far back the log of AESM is read: what is older has been mended, or shows again. */
const helperSeconds = 3600;
const tailLines = 500;
const limitBytes = 256 * 1024;
/** Logs that are read at most: those of quote helpers come first. */
const mostLogs = 600;

/** A log to read. */
interface Log {
    pod: Pod;
    container: string;
    /** What of it: the run before, which has ended, or the last seconds only. */
    query: Record<string, string>;
}

/** Looks for known lines in the logs of AESM, and of containers that wait or have failed. */
export async function readLogs(api: Api, pods: readonly Pod[]): Promise<LogMark[]> {
    const isHelper = ({ metadata, spec }: Pod) => roleOf(metadata, spec) === "helper";
    const ordered = [...pods.filter(isHelper), ...pods.filter((pod) => !isHelper(pod))];
    const logs = ordered.flatMap((pod) => logsOf(pod, isHelper(pod))).slice(0, mostLogs);
    return (await Promise.all(logs.map((log) => marksIn(api, log)))).flat();
}

const previous = { previous: "true" };

function logsOf(pod: Pod, isHelper: boolean): Log[] {
    const since: Record<string, string> = isHelper ? { sinceSeconds: String(helperSeconds) } : {};
    const { initContainerStatuses = [], containerStatuses = [] } = pod.status;
    return [...initContainerStatuses, ...containerStatuses].flatMap((status) => {
        const { name } = status;
        const hasRun = status.state?.running !== undefined || status.state?.terminated !== undefined;
        const waits = name === AESM_WAIT_CONTAINER && !hasEndedWell(status);
        return [
            ...(hasRun && (isHelper || waits || hasFailed(status)) ? [{ pod, container: name, query: since }] : []),
            ...(hasEndedBefore(pod, status) ? [{ pod, container: name, query: previous }] : []),
        ];
    });
}

/** Whether there is a run before the present one that may say something: proofs on nodes end well again and again. */
function hasEndedBefore({ metadata }: Pod, { lastState }: ContainerStatus): boolean {
    const end = lastState?.terminated;
    return end !== undefined && !(end.exitCode === 0 && isOfNodeProof(metadata.labels));
}

function hasFailed({ state }: ContainerStatus): boolean {
    return state?.terminated !== undefined && state.terminated.exitCode !== 0;
}

function hasEndedWell({ state }: ContainerStatus): boolean {
    return state?.terminated?.exitCode === 0;
}

async function marksIn(api: Api, { pod, container, query }: Log): Promise<LogMark[]> {
    const { namespace = "", name } = pod.metadata;
    const all = { container, tailLines: String(tailLines), limitBytes: String(limitBytes), ...query };
    const path = pathOf({ ...rights.pods, name }, namespace);
    const lines = await textOf(api, `${path}/log?${new URLSearchParams(all).toString()}`);
    const counts = new Map<string, number>();
    for (const line of lines.split("\n")) {
        const known = knownLines.find(({ pattern }) => pattern.test(line));
        if (known !== undefined) counts.set(known.id, (counts.get(known.id) ?? 0) + 1);
    }
    return [...counts].map(([line, count]) => ({ pod: `${namespace}/${name}`, container, line, count }));
}

/** A log that is gone, or whose node does not answer, has no lines. */
async function textOf(api: Api, path: string): Promise<string> {
    try {
        return await api.text(path);
    } catch (error) {
        if (error instanceof ApiError) return "";
        throw error;
    }
}
