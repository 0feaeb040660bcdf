/*
 * How many pods a second the API server creates, and how many writes of a pod's state it takes, with the admission
 * policies and without: in two namespaces of one server, one bound and one free, in turns (bound, free, free, bound),
 * so that whatever else the machine does hits both alike.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { test } from "vitest";
import { withAttestation } from "../../components/sgx";
import { elsewhere } from "../e2e/policies/essence";
import { labelledParts } from "../e2e/policies/honest/attesting";
import { plainPods } from "../e2e/policies/honest/charts";
import { attestedPod, labelledPod, pod, type Pod } from "../e2e/policies/pods";
import { Api } from "../e2e/support/api";
import { startControlPlane } from "../e2e/support/control-plane";
import { installPolicies, makeNamespace } from "../e2e/support/policies";

const rounds = Number(process.env["BENCH_ROUNDS"] ?? 40);
const batch = 50;
const inFlight = 4;

/** A pod in the bound namespace, and the one in the free namespace that it is compared with. */
interface Case {
    name: string;
    bound: Pod;
    free: Pod;
    /** Whether the pod is there, and writes of its state are counted, as kubelets make them, in place of creations. */
    states?: boolean;
}

const large = pod({
    containers: ["two", "three"].map((name) => ({
        name,
        image: "example.org/x:1",
        env: Array.from({ length: 20 }, (_, at) => ({ name: `V${at}`, value: "x" })),
        ports: [{ containerPort: 80 }],
        resources: { limits: { memory: "64Mi" } },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
        volumeMounts: [{ name: "data", mountPath: "/data" }],
        livenessProbe: { httpGet: { port: 80, path: "/" } },
    })),
    volumes: [{ name: "data", emptyDir: {} }],
});
const same = (name: string, each: Pod): Case => ({ name, bound: each, free: each });
const labelled = labelledPod(labelledParts["mounts of its own"] ?? {});
const cases: Case[] = [
    same("plain", plainPods["a web server"] ?? pod({})),
    same("plain, three containers", large),
    same("attesting, set up by withAttestation", attestedPod(labelledParts["mounts of its own"])),
    {
        name: "labelled, beside what withAttestation writes",
        bound: labelled,
        free: withAttestation(labelled, "outOfProcess"),
    },
    { name: "labelled, beside the same pod not set up", bound: labelled, free: labelled },
    { ...same("writes of a pod's state", large), states: true },
];

test("pod creation with policies and without", async () => {
    const plane = await startControlPlane();
    try {
        const api = new Api(plane.admin);
        for (const name of ["bound", "free"]) await makeNamespace(api, name);
        await installPolicies(api, { namespaces: ["bound"], kubernetesVersion: "1.36" });
        const seconds = new Map(cases.map(({ name }) => [name, { bound: [] as number[], free: [] as number[] }]));
        let number = 0;
        const create = async (each: Pod, namespace: string) => {
            const copy = elsewhere(each, namespace);
            copy.metadata.name = `p${number++}`;
            const { status, body } = await api.create(copy);
            if (status !== 201) throw new Error(body.message);
        };
        const writeState = async ({ metadata }: Pod) => {
            const path = `/api/v1/namespaces/${metadata.namespace ?? ""}/pods/${metadata.name ?? ""}/status`;
            const body = { status: { message: `state ${number++}` } };
            const contentType = "application/strategic-merge-patch+json";
            const { status, body: answer } = await api.call("PATCH", path, { body, contentType });
            if (status !== 200) throw new Error(answer.message);
        };
        const timed = async ({ states = false, bound, free }: Case, namespace: "bound" | "free") => {
            const each = elsewhere(namespace === "bound" ? bound : free, namespace);
            const there = Array.from({ length: states ? inFlight : 0 }, (_, at) => {
                const copy = structuredClone(each);
                copy.metadata.name = `state-${at}`;
                return copy;
            });
            for (const pod of there) await api.create(pod);
            const start = performance.now();
            let left = batch;
            const worker = async (_: unknown, at: number) => {
                const pod = there[at];
                while (left-- > 0) await (pod === undefined ? create(each, namespace) : writeState(pod));
            };
            await Promise.all(Array.from({ length: inFlight }, worker));
            return (performance.now() - start) / 1000;
        };
        for (let round = -2; round < rounds; round++) {
            for (const each of cases) {
                const times = seconds.get(each.name);
                for (const which of ["bound", "free", "free", "bound"] as const) {
                    const time = await timed(each, which);
                    if (round >= 0) times?.[which].push(time);
                }
            }
            for (const namespace of ["bound", "free"]) {
                await api.call("DELETE", `/api/v1/namespaces/${namespace}/pods`, {
                    query: { gracePeriodSeconds: "0" },
                });
            }
        }
        const results = cases.map(({ name }) => {
            const { bound = [], free = [] } = seconds.get(name) ?? {};
            const [withPolicies, without] = [bound, free].map((times) => batch / median(times));
            const ratio = (withPolicies ?? NaN) / (without ?? NaN);
            return {
                name,
                podsPerSecond: withPolicies,
                podsPerSecondWithout: without,
                ratio,
                total: sum(free) / sum(bound),
            };
        });
        console.table(results);
        mkdirSync("bench/results", { recursive: true });
        writeFileSync(
            "bench/results/policies.json",
            `${JSON.stringify({ rounds, batch, inFlight, results }, null, 2)}\n`,
        );
    } finally {
        await plane.stop();
    }
});

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
function median(numbers: readonly number[]): number {
    const sorted = [...numbers].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
