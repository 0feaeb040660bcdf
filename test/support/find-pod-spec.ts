import { podSpecsOf } from "../../components/sgx";

/** The first pod spec of a workload and where it is, found by its shape; undefined where there is none. */
export function findPodSpec(workload: object) {
    const found = podSpecsOf(workload).find(({ assembled }) => !assembled);
    if (found === undefined) return undefined;
    const { path, podSpec, template } = found;
    return { path, podSpec, ...(template === undefined ? {} : { template }) };
}
