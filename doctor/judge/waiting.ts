import { AESM_WAIT_CONTAINER } from "../../components/sgx/aesm/aesm.js";
import type { ContainerStatus, Pod } from "../model/objects.js";

/** The status of the init container that waits for AESM. */
export function waitOf({ status }: Pod): ContainerStatus | undefined {
    return status.initContainerStatuses?.find(({ name }) => name === AESM_WAIT_CONTAINER);
}
