import { expect, test } from "vitest";
import { healthy, resultOf } from "../support/cluster";
import { named, relabel, setAmounts } from "../support/change";

const gib8 = 8 * 1024 ** 3;

function withEpc(epc: string, vmSize: string | undefined = "Standard_DC2s_v3") {
    return healthy(1, ({ nodes }) => {
        const node = named(nodes, "aks-enclave-0");
        setAmounts(node, { "sgx.intel.com/epc": epc });
        relabel(node, { "node.kubernetes.io/instance-type": vmSize });
    });
}

test.each([
    ["epc-in-mib", "8192"],
    ["epc-in-mib", "8000"],
    ["epc-in-kib", String(8 * 1024 ** 2)],
    ["epc-too-large", String(gib8 + 4096)],
    ["epc-too-large", String(gib8 * 1024)],
])("%s: %s bytes on a size with 8 GiB of EPC", (reason, epc) => {
    expect(resultOf(withEpc(epc), "CA-N12").findings).toMatchObject([{ reason, severity: "problem" }]);
});

test.each([
    ["epc-too-small", String(gib8 / 4)],
    ["no-whole-pages", String(gib8 - 100)],
])("%s: %s bytes are a warning", (reason, epc) => {
    expect(resultOf(withEpc(epc), "CA-N12").findings).toMatchObject([{ reason, severity: "warning" }]);
});

test.each([
    ["all of it", String(gib8)],
    ["all of it, as a quantity", "8Gi"],
    ["a little less, as nodes show it", String(gib8 - 2 * 1024 ** 2)],
    ["none", "0"],
])("%s is fine here", (_what, epc) => {
    expect(resultOf(withEpc(epc), "CA-N12").result).toBe("ok");
});

test("the EPC of a machine that is not in the catalogue has to be whole pages", () => {
    expect(resultOf(withEpc(String(64 * 1024 ** 2), "bare-metal"), "CA-N12").result).toBe("ok");
    expect(resultOf(withEpc("8191", "bare-metal"), "CA-N12").findings).toMatchObject([{ reason: "no-whole-pages" }]);
});

test("a size in another letter case has the same EPC", () => {
    expect(resultOf(withEpc("8192", "standard_dc2s_v3"), "CA-N12").findings).toMatchObject([{ reason: "epc-in-mib" }]);
});
