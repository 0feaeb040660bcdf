import { describe, expect, test } from "vitest";
import { withAttestation, type EpcBudget } from "../../components";
import { callFunction } from "../../provider/functions";

const token = (name: string) => `confidential-aks:index:${name}`;
const call = (name: string, args: object) => callFunction(token(name), args).outputs as object;

/** What is wrong with a call. */
function failureOf(called: string, args: object): string {
    const { failures = [], outputs } = callFunction(called, args);
    expect(outputs).toEqual({});
    return failures.map(({ reason }) => reason).join("\n");
}

const container = { name: "app", image: "example.azurecr.io/report:1.0.0" };

describe("the functions for other languages", () => {
    test("withAttestation takes a workload and options in one object, and gives what the library's gives", () => {
        const workload = { spec: { containers: [container] } };
        const outputs = call("withAttestation", { workload, mode: "outOfProcess", containers: ["app"], epc: "32Mi" });
        const expected = withAttestation(workload, "outOfProcess", { containers: ["app"], epc: "32Mi" });
        expect(outputs).toEqual({ workload: expected });
        expect(call("withAttestation", { ...outputs, mode: "outOfProcess", containers: ["app"] })).toEqual(outputs);
    });

    test("withAttestation refuses with the sentences of the library", () => {
        const args = { workload: { spec: { containers: [container] } }, mode: "outOfProcess", containers: ["ap"] };
        expect(failureOf(token("withAttestation"), args)).toContain('did you mean "app"?');
    });

    test("convertLegacyResources gives the workload back with today's resource", () => {
        const resources = { limits: { "kubernetes.azure.com/sgx_epc_mem_in_MiB": 10 } };
        expect(call("convertLegacyResources", { workload: { containers: [{ ...container, resources }] } })).toEqual({
            workload: { containers: [{ ...container, resources: { limits: { "sgx.intel.com/epc": "10Mi" } } }] },
        });
    });

    test("findVmSize finds a size, and nothing where the spelling is another", () => {
        const size = { name: "Standard_DC2s_v3", series: "DCsv3", vcpus: 2, memoryGib: 16, epcMib: 8192 };
        expect(call("findVmSize", { name: "Standard_DC2s_v3" })).toEqual({ size });
        expect(call("findVmSize", { name: "standard_dc2s_v3" })).toEqual({});
    });

    test("epcBudget takes the name of a size", () => {
        const mib = 1024 ** 2;
        const workloads = [{ name: "report", bytes: 64 * mib }];
        const args = { vmSize: "Standard_DC4s_v2", reserves: [{ name: "aesm", bytes: 2 * mib }], workloads };
        expect(call("epcBudget", args)).toEqual<EpcBudget>({
            nodeBytes: 112 * mib,
            reserveBytes: 2 * mib,
            availableBytes: 110 * mib,
            workloads: [{ name: "report", bytes: 64 * mib, perNode: 1 }],
        });
        const alone = call("epcBudget", { vmSize: "Standard_DC4s_v2", workloads });
        expect(alone).toMatchObject({ reserveBytes: 0, availableBytes: 112 * mib });
    });

    test("epcBudget names what is wrong: the size, and every share", () => {
        const args = {
            vmSize: "Standard_DC4_v3",
            reserves: [{ name: "aesm", bytes: 0.5 }],
            workloads: [{ name: "report" }],
        };
        const failure = failureOf(token("epcBudget"), args);
        expect(failure).toContain("did you mean Standard_DC4s_v3?");
        expect(failure).toContain("reserves[0].bytes");
        expect(failure).toContain("workloads[0].bytes");
    });

    test.each([
        ["epcBudget", {}, "vmSize, workloads"],
        ["epcBudget", { vmSize: "Standard_DC2s_v3", reserves: 1, workloads: [null] }, "reserves, workloads[0]"],
        [
            "epcBudget",
            { vmSize: "Standard_DC2s_v3", reserves: null, workloads: [{}] },
            "workloads[0].name, workloads[0].bytes",
        ],
        ["findVmSize", {}, "name"],
        ["convertLegacyResources", {}, "containers"],
    ])("%s of %j says which arguments are wrong, and throws nothing", (name, args, paths) => {
        expect(callFunction(token(name), args).failures).toMatchObject([{ property: paths }]);
    });

    test.each(["confidential-aks:index:toString", "confidential-aks:index:none", "withAttestation"])(
        "there is none with the token %s",
        (other) => {
            const there = "there are confidential-aks:index:withAttestation, ";
            expect(failureOf(other, {})).toContain(`there is no function ${other}; ${there}`);
        },
    );
});
