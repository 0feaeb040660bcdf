import type { V1Node, V1Pod } from "@kubernetes/client-node";
import { EPC_RESOURCE, parseQuantity, podRequests } from "../../sgx";
import { pace } from "../../shared/pace";
import { agentPoolLabel, ClusterError, type DrainClient, type DrainNode, type DrainPod } from "./cluster-client";

/** Annotation of a pod that is a file on its node. */
const mirrorAnnotation = "kubernetes.io/config.mirror";

/** The client of a real cluster. */
export async function kubernetesClient(kubeconfig: string): Promise<DrainClient> {
    // Loaded here: it takes a second, and most programs have nothing to drain.
    const { CoreV1Api, KubeConfig, PatchStrategy, setHeaderOptions, V1Eviction } =
        await import("@kubernetes/client-node");
    const config = new KubeConfig();
    config.loadFromString(kubeconfig);
    const core = config.makeApiClient(CoreV1Api);
    return {
        nodes: async (pools) => {
            const labelSelector = `${agentPoolLabel} in (${pools.join(",")})`;
            const { items } = await asked("list nodes", core.listNode({ labelSelector }));
            return items.map(toNode);
        },
        pods: async (node) => {
            const fieldSelector = `spec.nodeName=${node}`;
            const { items } = await asked("list pods", core.listPodForAllNamespaces({ fieldSelector }));
            return items.map(toPod);
        },
        cordon: async (name) => {
            const mergePatch = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
            const body = { spec: { unschedulable: true } };
            await asked("cordon nodes", core.patchNode({ name, body }, mergePatch));
        },
        evict: async ({ namespace, name, uid }) => {
            const body = Object.assign(new V1Eviction(), {
                metadata: { namespace, name },
                deleteOptions: { preconditions: { uid } },
            });
            try {
                await asked("evict pods", core.createNamespacedPodEviction({ namespace, name, body }));
                return {};
            } catch (error) {
                if (!(error instanceof StatusError)) throw error;
                // 409: another pod has the name by now.
                if (error.status === 404 || error.status === 409) return {};
                // 429: a budget forbids it now; 500: Kubernetes evicts no pod that has two budgets.
                if (error.status === 429 || error.status === 500) return { refused: error.reason };
                throw error;
            }
        },
    };
}

/** An answer of the API server that is no success. */
class StatusError extends ClusterError {
    constructor(
        action: string,
        readonly status: number,
        readonly reason: string,
    ) {
        const isFinal = status === 401 || status === 403;
        const rights = isFinal ? "; to replace a pool, the program has to list and cordon nodes and evict pods" : "";
        super(`the API server does not let this program ${action}: ${status} ${reason}${rights}`, isFinal);
    }
}

/** The answer to a request; its failure is a `ClusterError`. */
async function asked<T>(action: string, request: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
            reject(new Error(`no answer within ${pace.drain.answer} s`));
        }, pace.drain.answer * 1000);
    });
    try {
        return await Promise.race([request, silence]);
    } catch (error) {
        const { code, body } = error as { code?: unknown; body?: unknown };
        if (typeof code === "number") throw new StatusError(action, code, reasonIn(body));
        throw new ClusterError(error instanceof Error ? error.message : String(error), false);
    } finally {
        clearTimeout(timer);
    }
}

/** The cause that names the budget, where there is one, or else the message. */
function reasonIn(body: unknown): string {
    try {
        const status = (typeof body === "string" ? JSON.parse(body) : body) as {
            message?: string;
            details?: { causes?: { message?: string }[] };
        };
        return status.details?.causes?.[0]?.message ?? status.message ?? "";
    } catch {
        return String(body);
    }
}

function toNode({ metadata, spec, status }: V1Node): DrainNode {
    const isReady = status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True");
    return {
        name: metadata?.name ?? "",
        pool: metadata?.labels?.[agentPoolLabel] ?? "",
        ready: isReady === true,
        schedulable: spec?.unschedulable !== true,
        epc: parseQuantity(status?.allocatable?.[EPC_RESOURCE]) ?? 0,
    };
}

function toPod({ metadata, spec, status }: V1Pod): DrainPod {
    return {
        namespace: metadata?.namespace ?? "",
        name: metadata?.name ?? "",
        uid: metadata?.uid ?? "",
        // A copy is plain: the client makes instances of its own classes.
        epc: podRequests(structuredClone(spec) ?? {}).epc ?? 0,
        controller: metadata?.ownerReferences?.find(({ controller }) => controller === true)?.kind,
        isMirror: metadata?.annotations?.[mirrorAnnotation] !== undefined,
        isFinished: status?.phase === "Succeeded" || status?.phase === "Failed",
        endsBy: metadata?.deletionTimestamp?.getTime(),
    };
}
