import { EPC_RESOURCE, parseQuantity, type VmSize } from "../../../components/sgx/index.js";
import type { Node } from "../../model/objects.js";
import { ofEach, type Check, type Seen } from "../check.js";
import { gathered } from "../gather.js";
import { placeOf, sizeOf } from "../view.js";

const KiB = 1024;
const MiB = 1024 ** 2;

/** Enclave memory comes in pages of 4 KiB (Intel 64 and IA-32 Architectures Software Developer's Manual, volume 3D). */
const pageBytes = 4 * KiB;

/** Nodes may offer less than the nominal EPC of their size. Below this share of it, something is wrong. */
const least = 0.5;

/** Kubernetes gives out what the node's status says: a wrong number places pods that cannot run, or too few. */
export const n12: Check = {
    code: "CA-N12",
    reads: ["nodes"],
    run: ({ sgxNodes }) => gathered(ofEach(sgxNodes, ofNode)),
};

function ofNode(node: Node): Seen | undefined {
    const said = node.status.capacity?.[EPC_RESOURCE] ?? "0";
    const bytes = parseQuantity(said);
    const size = sizeOf(node.metadata.labels);
    if (bytes === undefined || bytes === 0) return undefined;
    const wrong = size === undefined ? pages(bytes) : (ofSize(bytes, size) ?? pages(bytes));
    if (wrong === undefined) return undefined;
    return {
        ...wrong,
        where: [placeOf("Node", node.metadata)],
        fix: "let the EPC hook or NFD write the number, and remove what else writes the node's sgx.intel.com/epc; then restart the device plugin's pod there",
    };
}

type Wrong = Pick<Extract<Seen, { reason: string }>, "reason" | "severity" | "seen">;

function ofSize(bytes: number, { name, epcMiB }: VmSize): Wrong | undefined {
    const nominal = epcMiB * MiB;
    const says = `the node says ${bytes} bytes of EPC, and ${name} has ${epcMiB}Mi`;
    const isAbout = (amount: number) => amount >= nominal * least && amount <= nominal;
    if (isAbout(bytes)) return undefined;
    if (isAbout(bytes * MiB))
        return { reason: "epc-in-mib", severity: "problem", seen: `${says}: MiB taken for bytes` };
    if (isAbout(bytes * KiB))
        return { reason: "epc-in-kib", severity: "problem", seen: `${says}: KiB taken for bytes` };
    if (bytes > nominal)
        return { reason: "epc-too-large", severity: "problem", seen: `${says}: pods get EPC that is not there` };
    return { reason: "epc-too-small", severity: "warning", seen: `${says}: the rest is not given out` };
}

function pages(bytes: number): Wrong | undefined {
    if (bytes % pageBytes === 0) return undefined;
    const seen = `the node says ${bytes} bytes of EPC, which are no whole pages of ${pageBytes} bytes: no processor has that`;
    return { reason: "no-whole-pages", severity: "warning", seen };
}
