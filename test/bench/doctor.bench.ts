/*
 * How long the doctor takes to read and judge a cluster, and how much memory: nodes and pods that are objects only, in
 * a real API server, beside `kubectl get` of the same objects, in turns.
 */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "vitest";
import { rights, type Right } from "../../doctor/collect/rights";
import { made, makeNode, makeWorkload } from "../e2e/doctor/fake-cluster";
import { attestedPod, pod, type Pod } from "../e2e/policies/pods";
import { Api } from "../e2e/support/api";
import { startControlPlane, type ControlPlane } from "../e2e/support/control-plane";
import { renderedManifests } from "../e2e/support/manifests";
import { tool } from "../e2e/support/tools";

const rounds = Number(process.env["BENCH_ROUNDS"] ?? 5);
const sizes = [
    { nodes: 50, pods: 2000, wanted: "at most 5 s" },
    { nodes: 500, pods: 20_000, wanted: "at most 20 s and 400 MiB" },
];
const inFlight = 8;
/** One pod in so many runs enclaves. */
const attestingOneIn = 10;

/** A pod as large as those of a usual application. */
const plain = pod({
    containers: ["web", "sidecar"].map((name) => ({
        name,
        image: "example.org/x:1",
        env: Array.from({ length: 20 }, (_, at) => ({ name: `V${at}`, value: "x" })),
        ports: [{ containerPort: 80 }],
        resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "64Mi" } },
        volumeMounts: [{ name: "data", mountPath: "/data" }],
        livenessProbe: { httpGet: { port: 80, path: "/" } },
    })),
    volumes: [{ name: "data", emptyDir: {} }],
});

/** One run of a program. */
interface Sample {
    seconds: number;
    /** Of the processor, in user and system mode: what a busy machine changes least. */
    processorSeconds: number;
    /** At the peak. */
    mebibytes: number;
}

test.each(sizes)("$nodes nodes and $pods pods", async ({ nodes, pods, wanted }) => {
    const plane = await startControlPlane({ apiServerFlags: ["--disable-admission-plugins=ServiceAccount"] });
    try {
        await fill(plane, nodes, pods);
        const kubeconfig = ["--kubeconfig", plane.kubeconfig.path];
        const doctor = [process.execPath, resolve("dist/cli/index.js"), "doctor", "--format", "json", ...kubeconfig];
        const kubectl = [tool("kubectl"), "get", "-A", "-o", "json", listed().join(","), ...kubeconfig];
        const samples: Record<"doctor" | "kubectl", Sample[]> = { doctor: [], kubectl: [] };
        for (let round = 0; round <= rounds; round++) {
            const [one, other] = [await measured(doctor), await measured(kubectl)];
            // The first round warms caches.
            if (round === 0) continue;
            samples.doctor.push(one);
            samples.kubectl.push(other);
        }
        const results = { doctor: middle(samples.doctor), kubectl: middle(samples.kubectl) };
        const ratios = {
            time: results.doctor.seconds / results.kubectl.seconds,
            processorTime: results.doctor.processorSeconds / results.kubectl.processorSeconds,
            memory: results.doctor.mebibytes / results.kubectl.mebibytes,
        };
        console.table(results);
        console.table({ "doctor / kubectl": ratios, wanted });
        mkdirSync("bench/results", { recursive: true });
        const file = `bench/results/doctor-${nodes}.json`;
        writeFileSync(file, `${JSON.stringify({ rounds, nodes, pods, results, ratios, samples }, null, 2)}\n`);
    } finally {
        await plane.stop();
    }
});

/** What the doctor lists, by the names that kubectl has for it. */
function listed(): string[] {
    return Object.values(rights as Record<string, Right>).flatMap(({ verb, resource, group }) =>
        verb === "list" ? [group === "" ? resource : `${resource}.${group}`] : [],
    );
}

/** This package on every node, and the rest of the pods in turns on all of them. */
async function fill(plane: ControlPlane, nodes: number, pods: number): Promise<void> {
    const api = new Api(plane.admin);
    const names = Array.from({ length: nodes }, (_, index) => `enclave-${index}`);
    await all(names, (name) =>
        makeNode(api, { name, pool: "enclave", vmSize: "Standard_DC8s_v3", epc: 32 * 1024 ** 3 }),
    );
    const daemonSets = renderedManifests("dev").filter(({ kind }) => kind !== "Job");
    for (const manifest of daemonSets) {
        if (manifest.kind === "DaemonSet") await makeWorkload(api, manifest, names);
        else await made(api, manifest);
    }
    const rest = Array.from({ length: pods - 2 * nodes }, (_, index) => index);
    const attested = attestedPod();
    await all(rest, (index) => {
        const copy: Pod = structuredClone(index % attestingOneIn === 0 ? attested : plain);
        Object.assign(copy.metadata, { name: `pod-${index}`, namespace: "default" });
        Object.assign(copy.spec, { nodeName: names[index % nodes] });
        return made(api, copy);
    });
}

async function all<T>(items: readonly T[], each: (item: T) => Promise<void>): Promise<void> {
    const left = [...items].reverse();
    const worker = async () => {
        for (let item = left.pop(); item !== undefined; item = left.pop()) await each(item);
    };
    await Promise.all(Array.from({ length: inFlight }, worker));
}

/** Longest run; on a busy machine kubectl takes minutes for the larger cluster. */
const patience = 900_000;

/** Runs a program, and looks at what it takes for as long as it runs. */
function measured([command = "", ...args]: readonly string[]): Promise<Sample> {
    const started = performance.now();
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], timeout: patience });
    let takes = { processorSeconds: 0, mebibytes: 0 };
    const look = setInterval(() => {
        takes = takenBy(child.pid) ?? takes;
    }, 20);
    let errors = "";
    child.stdout.resume();
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    return new Promise((done, failed) => {
        child.once("error", failed);
        child.once("close", (code) => {
            clearInterval(look);
            if (code !== 0) failed(new Error(`exit ${code}: ${command}\n${errors}`));
            else done({ seconds: (performance.now() - started) / 1000, ...takes });
        });
    });
}

/** What a process has taken so far, by the kernel, which counts hundredths of seconds; undefined: it has ended. */
function takenBy(pid: number | undefined): Omit<Sample, "seconds"> | undefined {
    try {
        const status = readFileSync(`/proc/${pid ?? 0}/status`, "utf8");
        const peak = /^VmHWM:\s+(\d+)/m.exec(status)?.[1];
        // Behind the name, which may hold blanks, come the fields from the third on.
        const fields = readFileSync(`/proc/${pid ?? 0}/stat`, "utf8")
            .replace(/^.*\) /s, "")
            .split(" ");
        const [user = "", system = ""] = fields.slice(11, 13);
        if (peak === undefined) return undefined;
        return { processorSeconds: (Number(user) + Number(system)) / 100, mebibytes: Number(peak) / 1024 };
    } catch {
        return undefined;
    }
}

function middle(samples: readonly Sample[]): Sample {
    const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
    return {
        seconds: median(samples.map(({ seconds }) => seconds)),
        processorSeconds: median(samples.map(({ processorSeconds }) => processorSeconds)),
        mebibytes: median(samples.map(({ mebibytes }) => mebibytes)),
    };
}
