import { ENCLAVE_RESOURCE, EPC_RESOURCE, PROVISION_RESOURCE } from "../../../components/sgx/index.js";
import { ofEach, unusableNode, type Check } from "../check.js";
import { gathered } from "../gather.js";
import { restartPlugin, withPlugin } from "../plugin-pod.js";
import { settling } from "../starting.js";
import { offersNow } from "../view.js";

/**
 * A kubelet that loses a device plugin takes the allocatable amount to 0; after a start of its own, the capacity as
 * well (seen with 1.36). A resource that was never there is not listed at all, which is for CA-N10.
 */
export const n11: Check = {
    code: "CA-N11",
    reads: ["nodes"],
    run: (view, found) =>
        gathered(
            ofEach(view.sgxNodes, (node) => {
                const { metadata, status } = node;
                const capacity = status.capacity ?? {};
                const gone = [
                    ...[ENCLAVE_RESOURCE, PROVISION_RESOURCE].filter((name) => capacity[name] !== undefined),
                    ...[EPC_RESOURCE].filter((name) => (capacity[name] ?? "0") !== "0"),
                ].filter((name) => !offersNow(node, name));
                if (gone.length === 0) return undefined;
                const because = found.causeOn(metadata.name, [...unusableNode, "CA-N09", "CA-P13", "CA-P14", "CA-P15"]);
                if (because !== undefined) return { because };
                const pending = settling(view, node, "plugin");
                if (pending !== undefined) return pending;
                return {
                    reason: "not-allocatable",
                    severity: "problem",
                    seen: `the node has ${gone.join(", ")}, and pods can have none of it: the kubelet has lost its device plugin`,
                    where: withPlugin(node, view),
                    fix: restartPlugin(node, view),
                };
            }),
        ),
};
