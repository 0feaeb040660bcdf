import { podRequests } from "../../components/sgx/index.js";
import type { PodSpec } from "../model/objects.js";

/** Whether a pod asks for a resource of SGX. */
export function asksForSgx(spec: PodSpec): boolean {
    const { epc = 0, enclave = 0, provision = 0 } = podRequests(spec);
    return epc + enclave + provision > 0;
}
