import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { AttestedJob, EnclaveIdentity, type AttestedJobArgs } from "../../components";
import { attestedJobOutputs, attestedJobSpec } from "../../components/job/spec";
import { construct, one } from "../support/construct";
import { expectRejected, failureOf, theTest } from "../support/failure";
import { podSpecOf } from "../support/pods";

const keyRelease = {
    serviceAccountName: "payroll",
    attestationUrl: "https://payroll.weu.attest.azure.net",
    keyVaultUrl: "https://payroll.vault.azure.net/",
    keyName: "payroll",
};
const args: AttestedJobArgs = { image: "r.example/app:1", epc: "64Mi", keyRelease };

interface Template {
    metadata: { labels: Record<string, string> };
}
const templateOf = (job: { inputs: Record<string, unknown> }) =>
    (job.inputs as { spec: { template: Template } }).spec.template;

test("a job that asks for a key has the ServiceAccount, the label on its pods and the variables in its container", async () => {
    const job = one(await construct("preview", () => new AttestedJob("job", args)), ":Job");
    const { containers, initContainers, ...spec } = podSpecOf(job);
    expect(spec).toMatchObject({ serviceAccountName: "payroll", automountServiceAccountToken: false });
    expect(templateOf(job).metadata.labels).toMatchObject({ "azure.workload.identity/use": "true" });
    expect(job.inputs.metadata).not.toMatchObject({ labels: { "azure.workload.identity/use": "true" } });
    expect(containers[0]?.env).toEqual(
        expect.arrayContaining([
            { name: "ATTESTATION_URL", value: keyRelease.attestationUrl },
            { name: "KEY_VAULT_URL", value: keyRelease.keyVaultUrl },
            { name: "KEY_NAME", value: "payroll" },
        ]),
    );
    expect(JSON.stringify(initContainers)).not.toContain("KEY_NAME");
});

test("a job without it has none of them", async () => {
    const job = one(
        await construct("preview", () => new AttestedJob("job", { image: "r.example/app:1", epc: "64Mi" })),
        ":Job",
    );
    expect(JSON.stringify(job.inputs)).not.toMatch(/workload\.identity|KEY_NAME|serviceAccountName/);
});

test("a job takes the outputs of the identity, and waits for its credentials", async () => {
    const resources = await construct("preview", () => {
        const oidcIssuerUrl = "https://issuer.example/a/";
        const identity = new EnclaveIdentity("payroll", { resourceGroupName: "group", oidcIssuerUrl });
        const { serviceAccountName, namespace } = identity;
        new AttestedJob("job", { ...args, namespace, keyRelease: { ...keyRelease, serviceAccountName } });
    });
    const job = one(resources, ":Job");
    expect(podSpecOf(job).serviceAccountName).toBe("payroll");
    const credential = one(resources, ":FederatedIdentityCredential").name;
    expect(job.options.dependsOn).toEqual(expect.arrayContaining(["payroll", credential]));
});

test("what is wrong is said before anything is registered: values, and variables of the same name", () => {
    const env = { KEY_NAME: "hush-hush", KEY_VAULT_URL: "b", OTHER: "c" };
    const wrong = { ...keyRelease, keyName: "", attestationUrl: "https://a.weu.attest.azure.net/" };
    const error = failureOf(() => new AttestedJob("job", { ...args, env, keyRelease: wrong }));
    expect(error.problems.map(({ path, remedy }) => `${path}: ${remedy}`)).toEqual([
        "keyRelease.attestationUrl: use the output attestationUrl of AttestationProvider",
        "keyRelease.keyName: name it",
        "env.KEY_NAME: remove it from env",
        "env.KEY_VAULT_URL: remove it from env",
    ]);
    expect(error.message).not.toContain("hush-hush");
});

test("the same variables are free where no key is asked for", () => {
    expect(attestedJobSpec({ image: "r.example/app:1", epc: "64Mi", env: { KEY_NAME: "a" } }).problems).toEqual([]);
});

test("an output is checked when it is known", async () => {
    const late = { ...keyRelease, keyVaultUrl: pulumi.output("https://v.vault.azure.net/keys/k") };
    const { spec, problems } = attestedJobSpec({ ...args, keyRelease: late });
    expect(problems).toEqual([]);
    await expectRejected(attestedJobOutputs(theTest, spec).keyRelease?.keyVaultUrl, "keyRelease.keyVaultUrl");
});
