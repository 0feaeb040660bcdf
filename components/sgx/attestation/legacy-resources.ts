import { closed, joinPaths, notAllowed, opened, propertyPath, throwIfAny, when, type Problem } from "../../problems";
import { convertLegacyEpc, legacyEpcProblem } from "../epc/epc";
import { containersOf, fieldsOf, isAbsent, podSpecsOf, type Fields } from "../pod-spec";
import { EPC_RESOURCE, LEGACY_EPC_RESOURCE } from "../resources";
import { changeablePodSpecs } from "./places";

/**
 * The same workload with `kubernetes.azure.com/sgx_epc_mem_in_MiB: 10` as `sgx.intel.com/epc: "10Mi"`, in the limits
 * and requests of all containers and init containers. Takes what `withAttestation` takes; the input is not changed.
 * Throws one ValidationError for values that are no count of MiB, for containers that have both names, and when there
 * is no pod spec.
 */
export function convertLegacyResources<T extends object>(workload: T): T {
    const { value: result, secrets } = opened(workload);
    const subject = "a workload with the legacy EPC resource";
    const found = podSpecsOf(result);
    if (found.length === 0) throwIfAny(subject, changeablePodSpecs(result, "convertLegacyResources").problems);
    const maps = found.flatMap((place) =>
        containersOf(place.podSpec).flatMap(({ container, path }) =>
            ["limits", "requests"].map((kind) => ({
                path: joinPaths(place.path, `${path}.resources.${kind}`),
                map: fieldsOf(fieldsOf(container, "resources"), kind),
            })),
        ),
    );
    const legacy = maps.filter(({ map }) => !isAbsent(map[LEGACY_EPC_RESOURCE]));
    throwIfAny(subject, legacy.flatMap(check));
    for (const { map } of legacy) convert(map);
    return closed(result, secrets);
}

function check({ path, map }: { path: string; map: Fields }): Problem[] {
    const value = map[LEGACY_EPC_RESOURCE];
    const problem = legacyEpcProblem(value, joinPaths(path, propertyPath(LEGACY_EPC_RESOURCE)));
    if (problem !== undefined) return [problem];
    const why = `${LEGACY_EPC_RESOURCE} and ${EPC_RESOURCE} are two names of one resource`;
    return when(!isAbsent(map[EPC_RESOURCE]), notAllowed(path, map, why, `keep ${EPC_RESOURCE}`));
}

function convert(map: Fields): void {
    const value = map[LEGACY_EPC_RESOURCE];
    if (typeof value !== "string" && typeof value !== "number") return;
    Reflect.deleteProperty(map, LEGACY_EPC_RESOURCE);
    map[EPC_RESOURCE] = convertLegacyEpc(value);
}
