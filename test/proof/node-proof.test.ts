import { describe, expect, test } from "vitest";
import { checkPlatform, ConfidentialPlatform, NodeProof, type ConfidentialPlatformArgs } from "../../components";
import { construct, one } from "../support/construct";
import { failureOf } from "../support/failure";
import { podSpecOf } from "../support/pods";

const image = "r.example/sample:1";
const make = (more = {}) => construct("preview", () => new NodeProof("proof", { image, ...more }));
const pod = async (more = {}) => podSpecOf(one(await make(more), "DaemonSet"));

describe("the proof on every node", () => {
    test("has the lowest priority, takes EPC from nobody, and is awaited by nothing", async () => {
        const resources = await make();
        const { value, preemptionPolicy } = one(resources, "PriorityClass").inputs;
        expect([value, preemptionPolicy]).toEqual([-1_000_000, "Never"]);
        const { metadata } = one(resources, "DaemonSet").inputs as { metadata: { annotations: object } };
        expect(metadata.annotations).toEqual({ "pulumi.com/skipAwait": "true" });
    });

    test("runs on every enclave node, whatever its taints", async () => {
        expect(await pod()).toMatchObject({
            nodeSelector: { "confidential-aks/sgx": "true" },
            tolerations: [{ operator: "Exists" }],
            restartPolicy: "Always",
        });
    });

    test("asks for the EPC of its argument, in the control and in the proof", async () => {
        const spec = await pod({ epc: "64Mi" });
        const limits = [...(spec.initContainers ?? []), ...spec.containers].flatMap(({ name, resources }) => {
            const epc = resources.limits["sgx.intel.com/epc"];
            return epc === undefined ? [] : [[name, epc]];
        });
        expect(limits).toEqual([
            ["negative-control", "64Mi"],
            ["app", "64Mi"],
        ]);
    });

    test("proves at the interval, and its readiness knows the same one", async () => {
        const [app] = (await pod({ everyHours: 2 })).containers;
        expect(app!.command!.slice(0, 4)).toEqual(["perl", "/etc/confidential-aks/proof.pl", "run", "7200"]);
        const { exec } = app!["readinessProbe"] as { exec: { command: string[] } };
        expect(exec.command).toEqual(["perl", app!.command![1], "ready", "7200", app!.command![4]]);
    });

    test("serves the file that the proof writes, from a container without devices", async () => {
        const { containers } = await pod();
        const [app, server] = containers;
        expect(server!.command!.at(-1)).toBe(app!.command![4]);
        expect(JSON.stringify(server!.resources)).not.toContain("sgx");
        expect(server!.volumeMounts.every(({ readOnly }) => readOnly === true)).toBe(true);
    });

    test("names all that is wrong with its arguments", () => {
        const bad = { everyHours: 0, epc: "much", deadlineSeconds: 10, networkPolicy: "no" } as never;
        const failure = failureOf(() => new NodeProof("proof", bad));
        expect(failure.problems.map(({ path }) => path).sort()).toEqual([
            "deadlineSeconds",
            "epc",
            "everyHours",
            "image",
            "networkPolicy",
        ]);
    });
});

describe("in a platform", () => {
    const args: ConfidentialPlatformArgs = {
        location: "westeurope",
        enclavePools: [{ name: "enclave", vmSize: "Standard_DC2s_v3" }],
    };
    const daemonSets = async (more: Partial<ConfidentialPlatformArgs>) => {
        const made = await construct("preview", () => new ConfidentialPlatform("sgx", { ...args, ...more }));
        return {
            made,
            names: made
                .filter(({ type }) => type.endsWith(":DaemonSet"))
                .map(({ inputs }) => (inputs as { metadata: { name: string } }).metadata.name)
                .sort(),
        };
    };
    const pathOfReadiness = (made: Awaited<ReturnType<typeof make>>) => {
        const helper = made.find(
            ({ type, inputs }) =>
                type.endsWith(":DaemonSet") &&
                (inputs as { metadata: { name: string } }).metadata.name === "sgx-quote-helper",
        );
        const server = podSpecOf(helper!).containers.find(({ name }) => name === "metrics")!;
        return (server["readinessProbe"] as { httpGet: { path: string } }).httpGet.path;
    };
    const all = ["sgx-device-plugin", "sgx-node-proof", "sgx-quote-helper"];
    const without = ["sgx-device-plugin", "sgx-quote-helper"];
    const quoteHelper = { image: "r.example/aesm:1" };

    test.each<[string, Partial<ConfidentialPlatformArgs>, string[], string]>([
        ["that builds its images", {}, all, "/readyz"],
        ["that names the image of the quote helper", { quoteHelper }, without, "/healthz"],
        ["that names both images", { quoteHelper, nodeProof: { image } }, all, "/readyz"],
        ["that names one and asks for it", { quoteHelper, nodeProof: { enabled: true } }, all, "/readyz"],
        ["that runs the sample", { quoteHelper, runSample: true, sample: { image } }, all, "/readyz"],
        ["that switches it off", { nodeProof: { enabled: false } }, without, "/healthz"],
        ["that decides otherwise", { quoteHelper: { rollout: "ready" } }, all, "/healthz"],
        ["without the proxy that sees quotes", { quoteHelper: { socketProxy: false } }, all, "/healthz"],
    ])("%s", async (_, more, expected, path) => {
        const { made, names } = await daemonSets(more);
        expect(names).toEqual(expected);
        expect(pathOfReadiness(made)).toBe(path);
    });

    test("the quote helper comes after the proof, and not the other way", async () => {
        const { made } = await daemonSets({});
        const named = (name: string) => made.find((each) => each.name === name)!;
        expect(named("sgx-quote-helper").options.dependsOn).toContain("sgx-proof");
        expect(named("sgx-proof").options.dependsOn).not.toContain("sgx-quote-helper");
    });

    test("settings of a proof that is switched off are refused, each by itself", () => {
        const { problems } = checkPlatform({ ...args, nodeProof: { enabled: false, everyHours: 3, epc: "64Mi" } });
        expect(problems.map(({ path }) => path)).toEqual(["nodeProof.everyHours", "nodeProof.epc"]);
    });

    test("its EPC has to fit on a node, and the guard must leave its namespace alone", () => {
        const tooMuch = checkPlatform({ ...args, nodeProof: { epc: "100Gi" } }).problems;
        expect(tooMuch.map(({ path }) => path)).toEqual(["nodeProof.epc"]);
        const policies = { namespaces: ["sgx-node-proof"] };
        const guarded = checkPlatform({ ...args, kubernetesVersion: "1.36", policies }).problems;
        expect(guarded.map(({ path }) => path)).toEqual(["policies.namespaces[0]"]);
    });
});
