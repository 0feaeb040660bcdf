import { expect, test } from "vitest";
import { healthy, resultOf } from "../support/cluster";
import { named, placesOf, setAmounts } from "../support/change";

test.each([
    ["enclave-missing", "sgx.intel.com/enclave"],
    ["provision-missing", "sgx.intel.com/provision"],
    ["epc-missing", "sgx.intel.com/epc"],
])("%s: nodes without %s are one finding", (reason, resource) => {
    const snapshot = healthy(3, ({ nodes }) => {
        for (const name of ["aks-enclave-0", "aks-enclave-2"])
            setAmounts(named(nodes, name), { [resource]: undefined });
    });
    expect(resultOf(snapshot, "CA-N10").findings).toMatchObject([{ reason, severity: "problem" }]);
    expect(placesOf(snapshot, "CA-N10").filter((place) => place.startsWith("Node"))).toEqual([
        "Node aks-enclave-0",
        "Node aks-enclave-2",
    ]);
    expect(resultOf(snapshot, "CA-N10").findings[0]?.fix).toContain(
        "`kubectl delete pod -n sgx-device-plugin sgx-device-plugin-aks-enclave-0 sgx-device-plugin-aks-enclave-2`",
    );
});

test("a node that offers nothing is one finding, and names the pod to restart", () => {
    const snapshot = healthy(1, ({ nodes }) => {
        const devices = { "sgx.intel.com/enclave": undefined, "sgx.intel.com/provision": undefined };
        setAmounts(named(nodes, "aks-enclave-0"), { ...devices, "sgx.intel.com/epc": "0" });
    });
    const { findings } = resultOf(snapshot, "CA-N10");
    expect(findings).toMatchObject([{ reason: "nothing-offered" }]);
    expect(findings[0]?.fix).toContain("kubectl delete pod -n sgx-device-plugin sgx-device-plugin-aks-enclave-0");
});

test("EPC that is missing beside a device plugin without a hook is NFD's", () => {
    const snapshot = healthy(1, ({ nodes, pods }) => {
        setAmounts(named(nodes, "aks-enclave-0"), { "sgx.intel.com/epc": undefined });
        const plugin = named(pods, "sgx-device-plugin-aks-enclave-0");
        plugin.spec = { ...plugin.spec, initContainers: [] };
    });
    expect(resultOf(snapshot, "CA-N10").findings[0]?.fix).toContain("Node Feature Discovery");
});
