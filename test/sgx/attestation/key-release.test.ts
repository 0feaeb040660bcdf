import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { withAttestation, type AttestationMode, type KeyReleaseOptions } from "../../../components/sgx/index.js";
import { failureOf } from "../../support/failure.js";
import { fc } from "../../support/fast-check";
import { findPodSpec } from "../../support/find-pod-spec.js";
import { frozen, podSpecs, wrappingNames, wrappings } from "./workloads.js";
import { keyRelease, keyVariables as variables } from "../key-release.js";

const use = "azure.workload.identity/use";
const epc = { limits: { "sgx.intel.com/epc": "8Mi" } };

interface Container {
    name: string;
    image: string;
    env?: object[];
    resources?: object;
}
interface Job {
    metadata?: { labels?: object };
    spec: {
        template: {
            metadata?: { labels?: Record<string, unknown>; annotations?: object };
            spec: { containers: Container[]; initContainers?: Container[]; serviceAccountName?: unknown };
        };
    };
}
const enclave = (more: object = {}): Container => ({ name: "app", image: "a:1", resources: epc, ...more });
const job = (containers: Container[] = [enclave()], more: object = {}, metadata?: object): Job => ({
    spec: { template: { ...(metadata === undefined ? {} : { metadata }), spec: { containers, ...more } } },
});
const handed = (workload: Job, options: KeyReleaseOptions = keyRelease, mode: AttestationMode = "outOfProcess") =>
    withAttestation(workload, mode, { keyRelease: options }).spec.template;

describe("a workload that asks for a key", () => {
    test.each<AttestationMode>(["outOfProcess", "inProcess"])("has its identity and the variables, %s", (mode) => {
        const helper = { name: "helper", image: "h:1", env: [{ name: "A", value: "b" }] };
        const given = job([enclave({ env: [{ name: "A", value: "b" }] }), helper]);
        const { metadata, spec } = handed(given, keyRelease, mode);
        expect(metadata?.labels).toMatchObject({ [use]: "true" });
        expect(spec.serviceAccountName).toBe("payroll");
        expect(spec.containers[0]?.env).toEqual(expect.arrayContaining([{ name: "A", value: "b" }, ...variables]));
        expect(spec.containers[1]).toEqual(helper);
    });

    test("has the label on the pod template, and not on the workload", () => {
        const given = { ...job(), metadata: { labels: { team: "a" } } };
        expect(withAttestation(given, "outOfProcess", { keyRelease }).metadata).toEqual(given.metadata);
    });

    test("keeps the token of the ServiceAccount for the API server as it was", () => {
        expect(handed(job([enclave()], { automountServiceAccountToken: false })).spec).toMatchObject({
            automountServiceAccountToken: false,
        });
        expect(handed(job()).spec).not.toHaveProperty("automountServiceAccountToken");
    });

    test("takes outputs, which stay what they are, also the second time", () => {
        const outputs = {
            serviceAccountName: pulumi.output("payroll"),
            attestationUrl: pulumi.output("https://a.weu.attest.azure.net"),
            keyVaultUrl: pulumi.output("https://v.vault.azure.net"),
            keyName: Promise.resolve("k"),
        };
        const once = withAttestation(job(), "outOfProcess", { keyRelease: outputs });
        const twice = withAttestation(once, "outOfProcess", { keyRelease: outputs }).spec.template.spec;
        expect(twice.serviceAccountName).toBe(outputs.serviceAccountName);
        const values = twice.containers[0]?.env?.slice(-3) as { value: unknown }[];
        expect(values.map(({ value }) => value)).toEqual([
            outputs.attestationUrl,
            outputs.keyVaultUrl,
            outputs.keyName,
        ]);
    });

    test("gets nothing of it without the option", () => {
        expect(JSON.stringify(withAttestation(job(), "outOfProcess"))).not.toMatch(
            /workload\.identity|KEY_NAME|serviceAccount/,
        );
    });
});

describe("conflicts", () => {
    const said = (workload: object, options: object = keyRelease) =>
        failureOf(() =>
            withAttestation(workload, "outOfProcess", { keyRelease: options as KeyReleaseOptions }),
        ).problems.map(({ path, remedy }) => `${path}: ${remedy}`);
    const at = "spec.template";
    const addsIt = "remove the variable; withAttestation adds it";
    const writesIt = "remove it from the pod; withAttestation writes it";

    test.each<[string, Job, string]>([
        [
            "another ServiceAccount",
            job(undefined, { serviceAccountName: "web" }),
            `${at}.spec.serviceAccountName: ${writesIt}`,
        ],
        [
            "another one by its old field",
            job(undefined, { serviceAccount: "web" }),
            `${at}.spec.serviceAccount: ${writesIt}`,
        ],
        [
            "a ServiceAccount that is known later",
            job(undefined, { serviceAccountName: pulumi.output("payroll") }),
            `${at}.spec.serviceAccountName: ${writesIt}`,
        ],
        [
            "a variable with another value",
            job([enclave({ env: [{ name: "KEY_NAME", value: "other" }] })]),
            `${at}.spec.containers[0].env[0].value: ${addsIt}`,
        ],
        [
            "a variable from elsewhere",
            job([enclave({ env: [{ name: "KEY_VAULT_URL", valueFrom: { configMapKeyRef: {} } }] })]),
            `${at}.spec.containers[0].env[0].valueFrom: ${addsIt}`,
        ],
        [
            "a label with another value",
            job(undefined, {}, { labels: { [use]: "false" } }),
            `${at}.metadata.labels["${use}"]: remove the label; withAttestation writes it`,
        ],
        [
            "an annotation that leaves the container out",
            job(undefined, {}, { annotations: { "azure.workload.identity/skip-containers": "proxy; app" } }),
            `${at}.metadata.annotations["azure.workload.identity/skip-containers"]: remove the container from it`,
        ],
        [
            "labels that are known later",
            job(undefined, {}, { labels: pulumi.output({}) }),
            `${at}.metadata.labels: give the value itself (Outputs may stand for values inside), or call withAttestation inside apply: pulumi.output(workload).apply((known) => withAttestation(known, mode))`,
        ],
        [
            "metadata that is known later",
            job(undefined, {}, pulumi.output({})),
            `${at}.metadata: give the value itself (Outputs may stand for values inside), or call withAttestation inside apply: pulumi.output(workload).apply((known) => withAttestation(known, mode))`,
        ],
    ])("%s", (_, workload, problem) => {
        expect(said(workload)).toEqual([problem]);
    });

    test("is nothing of what other containers have, or of containers that are left out", () => {
        const helper = { name: "helper", image: "h:1", env: [{ name: "KEY_NAME", value: "other" }] };
        const annotations = { "azure.workload.identity/skip-containers": "helper" };
        const { spec } = handed(job([enclave(), helper], {}, { annotations }));
        expect(spec.containers[1]).toEqual(helper);
    });

    test("is a bare pod spec, which has no labels", () => {
        expect(said({ containers: [enclave()] })).toEqual([
            "options.keyRelease: pass the pod, the pod template or the workload that contains the pod spec, metadata and all",
        ]);
    });

    test("does not show the value of a variable, which may be a secret", () => {
        const given = job([enclave({ env: [{ name: "KEY_NAME", value: "hush-hush" }] })]);
        const { message } = failureOf(() => withAttestation(given, "outOfProcess", { keyRelease }));
        expect(message).not.toContain("hush-hush");
    });

    test.each<[string, object, string]>([
        ["no ServiceAccount", { serviceAccountName: undefined }, "serviceAccountName: name it"],
        ["a bad ServiceAccount", { serviceAccountName: "A" }, "serviceAccountName: choose a name of that form"],
        ["no address of the authority", { attestationUrl: "" }, "attestationUrl: name it"],
        [
            "a slash behind the authority",
            { attestationUrl: "https://a.weu.attest.azure.net/" },
            "attestationUrl: use the output attestationUrl of AttestationProvider",
        ],
        [
            "no https",
            { attestationUrl: "http://a.weu.attest.azure.net" },
            "attestationUrl: use the output attestationUrl of AttestationProvider",
        ],
        [
            "the key's address for the vault's",
            { keyVaultUrl: "https://v.vault.azure.net/keys/k" },
            "keyVaultUrl: use the output keyVaultUrl of EnclaveKey",
        ],
        ["a key with its version", { keyName: "k/1" }, "keyName: use the key's name, without its version"],
        ["a number", { keyName: 5 }, "keyName: use the key's name, without its version"],
    ])("%s", (_, more, problem) => {
        expect(said(job(), { ...keyRelease, ...more })).toEqual([`options.keyRelease.${problem}`]);
    });

    test("is text in the place of the option", () => {
        const remedy = "write the object; each of its values may be an output";
        expect(said(job(), "payroll" as unknown as object)).toEqual([`options.keyRelease: ${remedy}`]);
    });
});

describe("any workload that has metadata", () => {
    const wrapped = fc
        .tuple(podSpecs, fc.constantFrom(...wrappingNames))
        .map(([spec, name]) => wrappings[name](spec) as object)
        .filter((workload) => !("containers" in workload));
    const modes = fc.constantFrom<AttestationMode>("outOfProcess", "inProcess");

    test("is changed by nothing but its identity and the variables, and by nothing more the second time", () => {
        fc.assert(
            fc.property(wrapped, modes, (workload, mode) => {
                const plain = withAttestation(frozen(workload), mode);
                const once = frozen(withAttestation(frozen(workload), mode, { keyRelease }));
                expect(withAttestation(once, mode, { keyRelease })).toEqual(once);
                expect(withAttestation(plain, mode, { keyRelease })).toEqual(once);
                const spec = findPodSpec(once)!.podSpec as unknown as Job["spec"]["template"]["spec"];
                const before = findPodSpec(plain)!.podSpec as unknown as typeof spec;
                expect(spec.serviceAccountName).toBe("payroll");
                const all = (of: typeof spec) => [...of.containers, ...(of.initContainers ?? [])];
                const asks = (container: Container) =>
                    JSON.stringify(container.resources ?? {}).includes("sgx.intel.com/epc");
                for (const [index, container] of all(spec).entries()) {
                    const added = asks(container) ? variables : [];
                    const env = [...(all(before)[index]?.env ?? []), ...added];
                    expect(container.env ?? []).toEqual(env);
                }
            }),
        );
    });
});
