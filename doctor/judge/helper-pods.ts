import type { Pod } from "../model/objects.js";
import { aesmOf, socketWriters } from "../model/roles.js";
import { isTrue } from "./view.js";

/** Whether a container of a quote helper is AESM, or the proxy in front of it: only their probes ask AESM. */
export function asksAesm({ spec }: Pod, container: string): boolean {
    return container === aesmOf(spec) || socketWriters(spec).includes(container);
}

/** Whether AESM is ready in a quote helper, whatever a container beside it waits for. */
export function hasReadyAesm(pod: Pod): boolean {
    if (isTrue(pod, "Ready")) return true;
    const unready = unreadyIn(pod);
    return unready.length > 0 && !unready.some(({ name }) => asksAesm(pod, name));
}

/** Its containers that are not ready. */
export function unreadyIn({ status }: Pod) {
    return (status.containerStatuses ?? []).filter(({ ready }) => !ready);
}
