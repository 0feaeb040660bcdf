import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Api } from "../support/api";
import { startControlPlane, type ControlPlane } from "../support/control-plane";
import { installPolicies, makeNamespace, mustCreate, policyManifests } from "../support/policies";
import { tool } from "../support/tools";
import { waitFor } from "../support/wait";
import { elsewhere } from "./essence";
import { attestingPod, enclave, epc, inProcess, labelledPod, pod, provision, variable, type Pod } from "./pods";
import { outOfProcess, socketMount, socketVolume } from "./pods";
import { startWebhook, type Webhook } from "./webhook";

/*
 * What the arguments change, each in a namespace of its own on one API server: audit mode, the guard alone, in-process
 * pods, CSI drivers; what the policies never cover; and what is left when they are removed.
 */
const privileged = pod({ app: { securityContext: { privileged: true } } });
const inProcessPod = pod({ labels: inProcess, app: { resources: { limits: { ...epc, ...enclave, ...provision } } } });
const csiPod = (driver: string) => pod({ volumes: [{ name: "v", csi: { driver } }] });

let plane: ControlPlane;
let api: Api;
let folder: string;
let auditLog: string;
beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "confidential-aks-audit-"));
    auditLog = join(folder, "audit.log");
    const auditPolicy = join(folder, "policy.yaml");
    writeFileSync(
        auditPolicy,
        "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata, resources: [{resources: [pods]}]}]\n",
    );
    plane = await startControlPlane({
        apiServerFlags: [`--audit-policy-file=${auditPolicy}`, `--audit-log-path=${auditLog}`],
    });
    api = new Api(plane.admin);
    for (const name of ["audited", "guarded", "in-process", "removed", "quoting", "free"])
        await makeNamespace(api, name);
    const kubernetesVersion = "1.36";
    await installPolicies(api, { namespaces: ["audited"], kubernetesVersion, guardMode: "audit" }, "audit");
    await installPolicies(api, { namespaces: ["guarded"], inject: false, exemptNamespaces: ["quoting"] }, "alone");
    await installPolicies(
        api,
        { namespaces: ["in-process"], kubernetesVersion, allowInProcess: true, csiDrivers: ["own.csi.example"] },
        "loose",
    );
});
afterAll(async () => {
    await plane.stop();
    rmSync(folder, { recursive: true, force: true });
});

const tryIn = (namespace: string, tried: Pod) => api.create(elsewhere(tried, namespace), { dryRun: "All" });
const refusalIn = async (namespace: string, tried: Pod) => {
    const { status, body } = await tryIn(namespace, tried);
    return status === 201 ? "admitted" : (/ \(([a-z-]+)\)$/.exec(body.message ?? "")?.[1] ?? body.message);
};

describe("in audit mode", () => {
    test("a pod that breaks rules is admitted, and its creator warned of each", async () => {
        const tried = pod({ app: { securityContext: { privileged: true } }, spec: { hostPID: true } });
        const { status, warnings } = await tryIn("audited", tried);
        expect(status).toBe(201);
        expect(warnings.map((text) => / \(([a-z-]+)\)/.exec(text)?.[1])).toEqual(["privileged", "host-namespaces"]);
    });

    test("the audit log has it as well", async () => {
        const logged = pod({ metadata: { name: "logged" }, app: { securityContext: { privileged: true } } });
        await mustCreate(api, elsewhere(logged, "audited"));
        await waitFor("the audit log", () => {
            const line = readFileSync(auditLog, "utf8")
                .split("\n")
                .find((text) => text.includes("validation_failure"));
            return line?.includes("(privileged)") === true && line.includes("audit-guard");
        });
    });

    test("a pod that breaks none is met with no warning, and labelled ones are set up", async () => {
        expect((await tryIn("audited", attestingPod())).warnings).toEqual([]);
        const { body, warnings } = await tryIn("audited", labelledPod());
        expect([warnings, JSON.stringify(body["spec"]).includes("wait-for-aesm")]).toEqual([[], true]);
    });

    test("a labelled pod with something in the way is refused with the reason, and not partly set up", async () => {
        const writable = labelledPod({
            app: { volumeMounts: [{ ...socketMount, readOnly: false }] },
            volumes: [socketVolume],
        });
        const { status, body, warnings } = await tryIn("audited", writable);
        expect(status).toBe(201);
        expect(warnings.join()).toContain("(socket-read-only)");
        expect(JSON.stringify(body["spec"])).not.toMatch(/SGX_AESM_ADDR|wait-for-aesm/);
    });
});

describe("where a webhook gives a container EPC afterwards", () => {
    let webhook: Webhook;
    beforeAll(async () => {
        const path = "/spec/containers/1/resources";
        const patch = [{ op: "add", path, value: { limits: epc, requests: epc } }];
        webhook = await startWebhook(plane, api, { label: { "adds-epc": "true" }, patch });
    });
    afterAll(() => webhook.stop());

    /** How a pod comes out, once the webhook is called. */
    const made = (app: Record<string, unknown>) =>
        waitFor("the webhook to be called", async () => {
            const tried = pod({
                labels: { ...outOfProcess, "adds-epc": "true" },
                app,
                containers: [{ name: "late", image: "example.org/late:1" }],
            });
            const { body, warnings } = await tryIn("audited", tried);
            const late = (body["spec"] as Pod["spec"] | undefined)?.containers.find((each) => each.name === "late");
            return JSON.stringify(late).includes("sgx.intel.com/epc") ? { late, warnings } : undefined;
        });

    test("the injection runs again on a pod that it has set up", async () => {
        const { late, warnings } = await made({ resources: { limits: epc } });
        expect(late).toMatchObject({ env: [variable], volumeMounts: expect.arrayContaining([socketMount]) as unknown });
        expect(warnings).toEqual([]);
    });

    test("the guard tells of a pod that it had nothing to do with before", async () => {
        const { late, warnings } = await made({});
        expect(late).not.toHaveProperty("env");
        expect(warnings.join()).toContain("(not-set-up)");
    });
});

describe("the guard alone", () => {
    test("refuses a labelled pod that nothing was injected into, and says what to add", async () => {
        const { status, body } = await tryIn("guarded", labelledPod());
        expect([status, body.message]).toEqual([
            403,
            expect.stringMatching(
                /container "app" asks for EPC .* add the variable SGX_AESM_ADDR="1" .*\(not-set-up\)$/,
            ),
        ]);
        const second = { name: "second", image: "x:1", resources: { limits: { ...epc, ...enclave } } };
        expect(
            await refusalIn(
                "guarded",
                attestingPod({ labels: { "confidential-aks/attestation": "out-of-process" }, containers: [second] }),
            ),
        ).toBe("not-set-up");
    });

    test("admits one that is complete", async () => {
        expect(
            await refusalIn("guarded", attestingPod({ labels: { "confidential-aks/attestation": "out-of-process" } })),
        ).toBe("admitted");
    });
});

describe("where in-process pods are allowed", () => {
    test("one may have the provisioning device, with the label only", async () => {
        expect(await refusalIn("in-process", inProcessPod)).toBe("admitted");
        expect(
            await refusalIn(
                "in-process",
                pod({ app: { resources: { limits: { ...epc, ...enclave, ...provision } } } }),
            ),
        ).toBe("provision");
        expect(await refusalIn("guarded", inProcessPod)).toBe("provision");
    });

    test("it may have nothing of the other mode, no other number of devices, and not those of DCAP's infrastructure", async () => {
        const limits = { ...epc, ...enclave, ...provision };
        expect(
            await refusalIn("in-process", pod({ labels: inProcess, app: { resources: { limits }, env: [variable] } })),
        ).toBe("both-modes");
        expect(await refusalIn("in-process", attestingPod({ labels: inProcess }))).toBe("both-modes");
        const two = { ...limits, "sgx.intel.com/provision": "2" };
        expect(await refusalIn("in-process", pod({ labels: inProcess, app: { resources: { limits: two } } }))).toBe(
            "device-count",
        );
        const qe = { ...limits, "sgx.intel.com/qe": "1" };
        expect(await refusalIn("in-process", pod({ labels: inProcess, app: { resources: { limits: qe } } }))).toBe(
            "provision",
        );
    });
});

test("a CSI driver is allowed where it is named, and then no other", async () => {
    expect(await refusalIn("in-process", csiPod("own.csi.example"))).toBe("admitted");
    expect(await refusalIn("in-process", csiPod("secrets-store.csi.k8s.io"))).toBe("csi-driver");
    expect(await refusalIn("guarded", csiPod("secrets-store.csi.k8s.io"))).toBe("admitted");
    expect(await refusalIn("guarded", csiPod("own.csi.example"))).toBe("csi-driver");
});

test("a binding of everything, from elsewhere, does not lock out the cluster's own namespaces", async () => {
    for (const kind of ["ValidatingAdmissionPolicy", "MutatingAdmissionPolicy"]) {
        const validating = kind === "ValidatingAdmissionPolicy";
        await mustCreate(api, {
            apiVersion: "admissionregistration.k8s.io/v1",
            kind: `${kind}Binding`,
            metadata: { name: "everything" },
            spec: {
                policyName: validating ? "alone-guard" : "loose-injection",
                ...(validating ? { validationActions: ["Deny"] } : {}),
            },
        } as never);
    }
    await waitFor("the binding to be active", async () => (await refusalIn("free", privileged)) === "privileged");
    await api.create({
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { name: "default", namespace: "kube-system" },
    });
    for (const namespace of ["kube-system", "quoting"]) expect(await refusalIn(namespace, privileged)).toBe("admitted");
    for (const kind of ["ValidatingAdmissionPolicyBinding", "MutatingAdmissionPolicyBinding"]) {
        await api.delete({ apiVersion: "admissionregistration.k8s.io/v1", kind, metadata: { name: "everything" } });
    }
});

test("removed, they leave nothing behind, and running pods as they were", async () => {
    const manifests = await installPolicies(api, { namespaces: ["removed"], kubernetesVersion: "1.36" }, "gone");
    const kept = elsewhere(labelledPod({ metadata: { name: "kept" } }), "removed");
    await mustCreate(api, kept);
    const before = (await api.get(kept)).body;
    for (const manifest of [...manifests].reverse()) expect((await api.delete(manifest)).status).toBe(200);
    await waitFor("the guard to be gone", async () => (await refusalIn("removed", privileged)) === "admitted");
    await waitFor("the injection to be gone", async () => {
        const { body } = await tryIn("removed", labelledPod());
        return !JSON.stringify(body["spec"]).includes("SGX_AESM_ADDR");
    });
    for (const manifest of manifests) expect((await api.get(manifest)).status).toBe(404);
    // What docs/admission.md says to do first.
    const [, command = ""] = /^kubectl (label .*)$/m.exec(readFileSync("docs/admission.md", "utf8")) ?? [];
    const label = command.replace("NAMESPACE", "removed").split(" ");
    execFileSync(tool("kubectl"), [`--kubeconfig=${plane.kubeconfig.path}`, ...label], { stdio: "pipe" });
    for (const pod of [privileged, attestingPod()]) {
        const { status, body } = await tryIn("removed", pod);
        expect([status, body.message]).toEqual([
            403,
            expect.stringContaining('violates PodSecurity "baseline:latest"'),
        ]);
    }
    expect(await refusalIn("removed", labelledPod())).toBe("admitted");
    expect((await api.get(kept)).body).toEqual(before);
    expect(manifests.map(({ kind }) => kind)).toEqual(
        (await policyManifests({ namespaces: ["x"], kubernetesVersion: "1.36" })).map(({ kind }) => kind),
    );
});
