import type { NodeAmounts } from "../../components/sgx/index.js";
import { valueAt, type PlanValue } from "../model/format.js";
import type { Workload } from "./pods.js";

/**
 * What Intel's plugin offers of each device where no flag says otherwise
 * (https://github.com/intel/intel-device-plugins-for-kubernetes).
 */
const intelDefault = 110;

/**
 * How many containers of a node may have the devices, as the device plugin among the DaemonSets offers them; empty:
 * none is there.
 */
export function offeredDevices(daemonSets: readonly Workload[]): NodeAmounts {
    for (const { podSpec } of daemonSets) {
        const containers = podSpec["containers"];
        for (const container of Array.isArray(containers) ? containers : []) {
            const flags = ["command", "args"].flatMap((key) => words(valueAt(container, key)));
            const image = valueAt(container, "image");
            const isPlugin = typeof image === "string" && /(^|\/)intel-sgx-plugin([:@]|$)/.test(image);
            const [enclave, provision] = [flagOf(flags, "enclave-limit"), flagOf(flags, "provision-limit")];
            if (!isPlugin && enclave === undefined && provision === undefined) continue;
            return { enclave: enclave ?? intelDefault, provision: provision ?? intelDefault };
        }
    }
    return {};
}

function words(value: PlanValue | undefined): string[] {
    return Array.isArray(value) ? value.map((word) => (typeof word === "string" ? word : "")) : [];
}

/** Value of a flag of Go's, `-name value` or `--name=value`. */
function flagOf(flags: readonly string[], name: string): number | undefined {
    for (const [index, flag] of flags.entries()) {
        const [, inline] = new RegExp(`^--?${name}(?:=(.*))?$`).exec(flag) ?? [undefined];
        const found = new RegExp(`^--?${name}(=|$)`).test(flag) ? (inline ?? flags[index + 1] ?? "") : "";
        if (/^\d+$/.test(found)) return Number(found);
    }
    return undefined;
}
