import { convertLegacyEpc, EPC_RESOURCE, LEGACY_EPC_RESOURCE, legacyEpcProblem } from "./epc";
import { containersOf, copied, fieldsOf, findPodSpec, isAbsent, type Fields } from "./pod-spec";
import { prefixed, throwIfAny, type Problem } from "./problems";

/**
 * The same workload with `kubernetes.azure.com/sgx_epc_mem_in_MiB: 10` as `sgx.intel.com/epc: "10Mi"`, in the limits and
 * requests of all containers and init containers. Takes what `withAttestation` takes; the input is not changed. Throws one
 * ValidationError for values that are no count of MiB, for containers that have both names, and when there is no pod spec.
 */
export function convertLegacyResources<T extends object>(workload: T): T {
    const result = copied(workload);
    const found = findPodSpec(result);
    const subject = "a workload with the legacy EPC resource";
    if (found === undefined) {
        const expected = "a pod spec, or a workload that contains one, known now";
        throwIfAny(subject, [{ path: "containers", value: undefined, expected, remedy: "pass the whole manifest" }]);
        return result;
    }
    const maps = containersOf(found.podSpec).flatMap(({ container, path }) =>
        ["limits", "requests"].map((kind) => ({
            path: `${path}.resources.${kind}`,
            map: fieldsOf(fieldsOf(container, "resources"), kind),
        })),
    );
    const legacy = maps.filter(({ map }) => !isAbsent(map[LEGACY_EPC_RESOURCE]));
    throwIfAny(subject, prefixed(found.path, legacy.flatMap(check)));
    for (const { map } of legacy) convert(map);
    return result;
}

function check({ path, map }: { path: string; map: Fields }): Problem[] {
    const value = map[LEGACY_EPC_RESOURCE];
    const problem = legacyEpcProblem(value, `${path}[${JSON.stringify(LEGACY_EPC_RESOURCE)}]`);
    if (problem !== undefined) return [problem];
    if (isAbsent(map[EPC_RESOURCE])) return [];
    const expected = `one of ${LEGACY_EPC_RESOURCE} and ${EPC_RESOURCE}, not both`;
    return [{ path, value: map, expected, remedy: `keep ${EPC_RESOURCE}` }];
}

function convert(map: Fields): void {
    const value = map[LEGACY_EPC_RESOURCE];
    if (typeof value !== "string" && typeof value !== "number") return;
    Reflect.deleteProperty(map, LEGACY_EPC_RESOURCE);
    map[EPC_RESOURCE] = convertLegacyEpc(value);
}
