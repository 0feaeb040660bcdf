import { ENCLAVE_RESOURCE, EPC_RESOURCE, PROVISION_RESOURCE } from "../../../components/sgx/index.js";
import type { Node } from "../../model/objects.js";
import { unusableNode, type Check, type Seen } from "../check.js";
import { gathered } from "../gather.js";
import { hookOf } from "../hooks.js";
import { restartPlugin, withPlugin } from "../plugin-pod.js";
import { settling } from "../starting.js";
import type { View } from "../view.js";

/** What a node has to have: two come from the device plugin, EPC comes from the EPC hook or from NFD. */
const resources = [
    { name: ENCLAVE_RESOURCE, reason: "enclave-missing" },
    { name: PROVISION_RESOURCE, reason: "provision-missing" },
    { name: EPC_RESOURCE, reason: "epc-missing" },
] as const;

/** A pod that asks for a resource that no node has waits for ever. */
export const n10: Check = {
    code: "CA-N10",
    reads: ["nodes"],
    run: (view, found) =>
        gathered(
            view.sgxNodes.flatMap((node): readonly Seen[] => {
                const missing = resources.filter(({ name }) => isMissing(node, name));
                if (missing.length === 0) return [];
                const because = found.causeOn(node.metadata.name, [
                    ...unusableNode,
                    "CA-N09",
                    "CA-P13",
                    "CA-P14",
                    "CA-P15",
                ]);
                if (because !== undefined) return [{ because }];
                const pending = settling(view, node, "plugin");
                if (pending !== undefined) return [pending];
                return missing.length === resources.length ? [nothing(node, view)] : missing.map(ofOne(node, view));
            }),
        ),
};

/** The hook may have registered 0; a device that is listed with 0 has been there, which is for CA-N11. */
function isMissing({ status: { capacity = {} } }: Node, name: string): boolean {
    return name === EPC_RESOURCE ? (capacity[name] ?? "0") === "0" : capacity[name] === undefined;
}

function nothing(node: Node, view: View): Seen {
    return {
        reason: "nothing-offered",
        severity: "problem",
        seen: "the node offers nothing of SGX",
        where: withPlugin(node, view),
        fix: restartPlugin(node, view),
    };
}

function ofOne(node: Node, view: View): (resource: (typeof resources)[number]) => Seen {
    return ({ name, reason }) => ({
        reason,
        severity: "problem",
        seen: `the node does not offer ${name}, though it offers the rest`,
        where: withPlugin(node, view),
        fix: reason === "epc-missing" ? epcFix(node, view) : restartPlugin(node, view),
    });
}

/** EPC comes from an init container of the device plugin, which runs once, or from NFD. */
function epcFix(node: Node, view: View): string {
    const hasHook = view.onNode(node, "plugin").some((pod) => hookOf(pod.spec) !== undefined);
    if (hasHook) return `run the EPC hook again: ${restartPlugin(node, view)}`;
    return "the device plugin there has no EPC hook: install Node Feature Discovery with Intel's rule for sgx.intel.com/epc, or give the plugin the init container `intel-sgx-epchook -register`";
}
