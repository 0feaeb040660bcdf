import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { pathOf, rights, rightText, type Right } from "../../../doctor/collect/rights";
import type { Finding, Report } from "../../../doctor/model/report";
import { examine, type DoctorRequest } from "../../../doctor/run";
import { Api, type Manifest } from "../support/api";
import { startControlPlane, type ControlPlane } from "../support/control-plane";
import { renderedManifests } from "../support/manifests";
import { waitFor } from "../support/wait";
import { made, makeNode, makeWorkload } from "./fake-cluster";

/* What the doctor asks a real API server, as a user with the rights of docs/doctor-role.yaml, and what it keeps. */
const folder = mkdtempSync(join(tmpdir(), "confidential-aks-reading-"));
const auditLog = join(folder, "audit.log");
const auditPolicy = { apiVersion: "audit.k8s.io/v1", kind: "Policy", rules: [{ level: "Metadata" }] };
const [role] = parseAllDocuments(readFileSync("docs/doctor-role.yaml", "utf8")).map((one) => one.toJS() as Role);

interface Role extends Manifest {
    rules: { resources: string[]; verbs: string[] }[];
}

/** For each right a user who lacks it. */
const lacking = Object.values(rights as Record<string, Right>).map(
    (right, index) => [rightText(right), right, `lacks-${index}`] as const,
);
const users = ["doctor", ...lacking.map(([, , user]) => user)];

let plane: ControlPlane;
let api: Api;
beforeAll(async () => {
    const policy = join(folder, "policy.json");
    writeFileSync(policy, JSON.stringify(auditPolicy));
    plane = await startControlPlane({
        users: users.map((name) => ({ name, groups: [] })),
        apiServerFlags: [
            "--disable-admission-plugins=ServiceAccount",
            `--audit-policy-file=${policy}`,
            `--audit-log-path=${auditLog}`,
        ],
    });
    api = new Api(plane.admin);
    await makeNode(api, { name: "enclave-0", pool: "enclave", vmSize: "Standard_DC2s_v3", epc: 8192 * 1024 ** 2 });
    for (const manifest of renderedManifests("dev")) {
        if (manifest.kind === "DaemonSet" || manifest.kind === "Job") await makeWorkload(api, manifest, ["enclave-0"]);
        else await made(api, manifest);
    }
    await give("doctor", role!);
    for (const [, right, user] of lacking) await give(user, without(role!, right));
    await waitFor("the last user's rights", () => isKnown(users.at(-1)!), { every: 100 });
});
afterAll(async () => {
    await plane.stop();
    rmSync(folder, { recursive: true, force: true });
});

async function give(user: string, rules: Role): Promise<void> {
    const metadata = { name: user };
    const rbac = "rbac.authorization.k8s.io";
    await made(api, { ...rules, metadata });
    await made(api, {
        apiVersion: `${rbac}/v1`,
        kind: "ClusterRoleBinding",
        metadata,
        roleRef: { apiGroup: rbac, kind: "ClusterRole", name: user },
        subjects: [{ apiGroup: rbac, kind: "User", name: user }],
    } as Manifest);
}

function without(from: Role, { resource, verb }: Right): Role {
    const rules = from.rules.map((rule) =>
        rule.verbs.includes(verb) ? { ...rule, resources: rule.resources.filter((each) => each !== resource) } : rule,
    );
    return { ...from, rules: rules.filter(({ resources }) => resources.length > 0) };
}

/** Whether the API server lets a user read anything: the authorizer learns of bindings a moment later. */
async function isKnown(user: string): Promise<boolean> {
    const { status } = await api.call("GET", "/api/v1/namespaces", { as: user });
    return status === 200;
}

/** A run as a user of the kubeconfig. */
function run(user: string, more: Partial<DoctorRequest> = {}) {
    const kubeconfig = plane.kubeconfigOf(user);
    return examine({ kubeconfig, logs: false, exec: false, failOn: "problem", ...more }, () => undefined);
}

function problemsIn({ categories }: Report): Finding[] {
    const findings = categories.flatMap(({ checks }) => checks).flatMap((check) => check.findings);
    return findings.filter(({ severity }) => severity === "problem");
}

interface AuditEvent {
    stage: string;
    verb: string;
    requestURI: string;
    user: { username: string };
    objectRef?: { resource: string; subresource?: string; apiGroup?: string; apiVersion?: string; name?: string };
    responseStatus?: { code: number };
}

/** What a user asked for, in the order of the API server's answers. */
function auditOf(user: string): AuditEvent[] {
    const events = readFileSync(auditLog, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as AuditEvent);
    return events.filter(({ stage, user: { username } }) => stage === "ResponseComplete" && username === user);
}

test("a run asks for what the ClusterRole allows, and for nothing else", async () => {
    expect(problemsIn(await run("doctor"))).toEqual([]);
    const reviews = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    const all = Object.values(rights as Record<string, Right>);
    const expected = [
        "get /version",
        ...all.map(() => `create ${reviews}`),
        ...all.flatMap((right) => (right.queries ?? [{}]).map(() => `${right.verb} ${pathOf(right)}`)),
    ];
    const events = auditOf("doctor");
    const asked = events.map(({ verb, requestURI }) => `${verb} ${requestURI.replace(/\?.*/, "")}`);
    expect(asked.sort()).toEqual(expected.sort());
    expect(events.filter(({ responseStatus }) => (responseStatus?.code ?? 0) >= 400)).toEqual([]);
});

test.each(lacking)("without %s the run goes on, and says so", async (what, _, user) => {
    const report = await run(user);
    const checks = report.categories.flatMap((each) => each.checks);
    const said = checks.filter(({ needs }) => needs?.includes(what));
    const named = checks.flatMap(({ findings }) => findings).filter(({ seen }) => seen.includes(what));
    expect([...said, ...named]).not.toEqual([]);
    expect(problemsIn(report).filter(({ code }) => code !== "CA-C06")).toEqual([]);
    expect(auditOf(user).filter(({ objectRef }) => objectRef?.resource === "secrets")).toEqual([]);
});

const planted = "planted-Swordfish-4711";
const token = `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(planted).toString("base64url")}.c2lnbmF0dXJl`;

/** A pod with secrets in every place that Kubernetes lets one have. */
const secretive: Manifest = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
        name: "secretive",
        namespace: "default",
        labels: { "confidential-aks/attestation": "out-of-process" },
        annotations: { token, [`example.com/password`]: planted, "sgx.intel.com/quote-provider": `token=${planted}` },
    },
    spec: {
        nodeName: "enclave-0",
        containers: [
            {
                name: "app",
                image: "example.azurecr.io/app:1",
                command: ["sh", "-c", `export KEY=${planted}; run`],
                args: [`--password=${planted}`, planted],
                env: [
                    { name: "DB_PASSWORD", value: planted },
                    { name: "URL", value: `https://user:${planted}@example.com/` },
                ],
                lifecycle: { preStop: { exec: { command: ["curl", `https://example.com/?sig=${planted}`] } } },
            },
        ],
    },
} as Manifest;

/** What the kubelet and controllers may repeat of them. */
const status = {
    phase: "Running",
    message: `cannot start with ${planted}`,
    conditions: [{ type: "Ready", status: "False", message: `token ${token} is refused` }],
    containerStatuses: [
        {
            ...{ name: "app", image: "example.azurecr.io/app:1", imageID: "", ready: false, restartCount: 2 },
            state: { waiting: { reason: "CrashLoopBackOff", message: `exec "${planted}" failed` } },
            lastState: { terminated: { exitCode: 1, message: `${"x ".repeat(300)}login with ${planted} failed` } },
        },
    ],
};

test("a bundle holds nothing of secrets, wherever they were planted", async () => {
    await made(api, {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "planted", namespace: "default" },
        stringData: { key: planted },
    } as Manifest);
    await made(api, secretive);
    await api.patch(secretive, { status }, "status");
    for (const [reason, said] of [
        ["Unhealthy", "Readiness probe failed"],
        ["Failed", "no image for"],
    ]) {
        await made(api, {
            apiVersion: "v1",
            kind: "Event",
            metadata: { name: `secretive.${reason?.toLowerCase()}`, namespace: "default" },
            type: "Warning",
            reason,
            message: `${said}: ${planted} ${token}`,
            involvedObject: { kind: "Pod", namespace: "default", name: "secretive" },
        } as Manifest);
    }
    const bundle = join(folder, "secretive.json");
    await run("doctor", { bundle });
    const text = readFileSync(bundle, "utf8");
    // The pod is there, with what a check reads of it.
    expect(text).toContain("secretive");
    expect(text).toContain("no image for: [masked] [masked]");
    // A probe says what the program says.
    expect(text).not.toContain("Readiness probe failed");
    for (const secret of [planted, token, Buffer.from(planted).toString("base64"), "Swordfish"])
        expect(text).not.toContain(secret);
    expect(statSync(bundle).mode & 0o077).toBe(0);
});

test("a bundle is judged as the cluster was", async () => {
    const bundle = join(folder, "bundle.json");
    const live = await run("doctor", { bundle });
    const offline = await examine({ from: bundle, logs: false, exec: false, failOn: "problem" }, () => undefined);
    expect(live.categories.flatMap(({ checks }) => checks).length).toBeGreaterThan(15);
    expect(offline).toEqual(live);
});

test("a certificate that another authority has signed is refused, and the sentence says so", async () => {
    const other = JSON.parse(plane.kubeconfigOf("doctor")) as { clusters: { cluster: Record<string, string> }[] };
    delete other.clusters[0]!.cluster["certificate-authority-data"];
    const kubeconfig = JSON.stringify(other);
    await expect(run("doctor", { kubeconfig })).rejects.toThrow(/^the certificate of the API server at https:/);
});
