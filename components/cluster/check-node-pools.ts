import { duplicate, matches, notAllowed, prefixed, required, when, type Problem } from "../problems";
import type { NodePoolArgs } from "./args-production";
import { checkWorkerPool, type PoolsOfCluster } from "./check-pools";
import { checkPlainSize, checkShortPoolName } from "./check-scale";

/** Problems of the pools without SGX, each and with the other pools of the cluster. */
export function checkNodePools(args: PoolsOfCluster): Problem[] {
    const pools: unknown = args.nodePools;
    if (!Array.isArray(pools)) return [];
    return [
        ...(pools as NodePoolArgs[]).flatMap((pool, index) => {
            return prefixed(`nodePools[${index}]`, checkNodePool(pool, args));
        }),
        ...checkNames(args, pools as NodePoolArgs[]),
    ];
}

function checkNodePool(pool: NodePoolArgs, args: PoolsOfCluster): Problem[] {
    return [
        ...required("name", pool.name, "a name for the pool", "add one, such as general"),
        ...when((pool.name as string | undefined) !== "", ...checkShortPoolName(pool.name)),
        ...checkPlainSize(pool.vmSize, "in nodePools: SGX nodes need the checks of EPC", "use enclavePools for it"),
        ...checkWorkerPool(pool, args),
        ...checkTaints(pool.taints),
    ];
}

const taintForm =
    /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?=([A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)?:(NoSchedule|PreferNoSchedule|NoExecute)$/;

/** Taints as AKS takes them (https://learn.microsoft.com/azure/aks/use-node-taints). */
function checkTaints(taints: unknown): Problem[] {
    if (!Array.isArray(taints)) return [];
    const expected = "a taint key=value:Effect with the effect NoSchedule, PreferNoSchedule or NoExecute";
    return taints.flatMap((taint, index) => {
        const path = `taints[${index}]`;
        const first = taints.indexOf(taint);
        if (first < index) return [duplicate(path, taint, `by taints[${first}]`, "remove it")];
        const isReserved = /^([^/=]*\.)?(kubernetes\.io|k8s\.io|kubernetes\.azure\.com)\//.test(String(taint));
        const reserved = notAllowed(
            path,
            taint,
            "with a reserved prefix of Kubernetes or AKS",
            "use a prefix of your own",
        );
        return isReserved ? [reserved] : matches(path, taint, taintForm, expected, "correct it");
    });
}

function checkNames({ enclavePools, systemPoolName }: PoolsOfCluster, pools: readonly NodePoolArgs[]): Problem[] {
    const enclaves = Array.isArray(enclavePools) ? enclavePools : [];
    const taken = new Map<unknown, string>(
        systemPoolName === undefined ? [] : [[systemPoolName, "by the system pool"]],
    );
    enclaves.forEach(({ name }, index) => taken.set(name, `by enclavePools[${index}]`));
    return pools.flatMap(({ name }, index) => {
        const by = taken.get(name);
        if (by !== undefined) return [duplicate(`nodePools[${index}].name`, name, by, "rename one of the two")];
        taken.set(name, `by nodePools[${index}]`);
        return [];
    });
}
