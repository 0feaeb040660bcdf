import { expect, test } from "vitest";
import type { ConfidentialClusterArgs, ExistingClusterArgs } from "../../components";
import { existingClusterSpec } from "../../components/cluster/existing-spec";
import { clusterSpec } from "../../components/cluster/spec";
import { sgxSeries } from "../../components/sgx";

const enclavePools = [{ name: "enclave", vmSize: "Standard_DC2s_v3" }];
const old = [{ ...enclavePools[0]!, osSku: "Ubuntu2204" as const }];
const retiring = (warnings: { code: string; path?: string; message: string }[]) =>
    warnings.filter(({ code }) => code === "retiring-option").map(({ path, message }) => `${path}: ${message}`);

test.each<[args: Partial<ConfidentialClusterArgs>, warnings: RegExp[]]>([
    [{}, []],
    [{ network: { networkPolicy: "azure" } }, [/^network\.networkPolicy: .*2028-09-30.*use-network-policies/]],
    [{ network: { networkPolicy: "cilium" } }, []],
    [{ enclavePools: old }, [/^enclavePools\[0\]\.osSku: .*2027-06-30/]],
    [{ nodePools: [{ name: "web", osSku: "Ubuntu2204" }] }, [/^nodePools\[0\]\.osSku: .*2027-06-30/]],
    [{ upgradeChannel: "node-image" }, [/^upgradeChannel: .*NodeImage.*auto-upgrade-cluster/]],
    [{ tier: "Premium" }, []],
    [{ tier: "Premium", quoting: "addon" }, [/^tier: .*add-on.*long-term-support/]],
])("what %o asks for ends on a day that a warning names, with its source", (args, expected) => {
    const { problems, warnings } = clusterSpec({ enclavePools, ...args });
    expect(problems).toEqual([]);
    expect(retiring(warnings)).toEqual(expected.map((each) => expect.stringMatching(each) as string));
});

test("an existing cluster's pools are warned of as well", () => {
    const args: ExistingClusterArgs = { resourceGroupName: "g", clusterName: "c", enclavePools: old };
    expect(retiring(existingClusterSpec(args).warnings)).toHaveLength(1);
});

test("the series have their dates of the same table", () => {
    expect(sgxSeries.DCsv2.lifecycle).toMatchObject({ status: "retired", retiresOn: "2026-06-30" });
    expect(sgxSeries.DCdsv3.lifecycle).toMatchObject({
        status: "retiring",
        retiresOn: "2029-10-31",
        closedToNewSubscriptionsFrom: "2026-11-01",
    });
});
