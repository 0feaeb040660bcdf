import { readdirSync, readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CoreV1Api } from "@kubernetes/client-node";
import { Api, type Manifest } from "../../e2e/support/api";
import { startControlPlane, type ControlPlane } from "../../e2e/support/control-plane";
import { Daemon } from "../../e2e/support/daemon";
import { enclaveLabels, fakeNodesPlane, makeFakeNode, sgxCapacity } from "../../e2e/support/fake-nodes";
import { renderedManifests } from "../../e2e/support/manifests";
import { tool } from "../../e2e/support/tools";

/** EPC of a node: that of a Standard_DC2s_v2. */
export const epcOfNode = "56Mi";

/** A control plane whose clients are not held back, kwok in the place of kubelets, and this package on every node. */
export interface Fleet {
    plane: ControlPlane;
    api: Api;
    nodes: readonly string[];
    /** Seconds of a processor that each program of the control plane has used so far. */
    processorSeconds(): Record<string, number>;
    /** Waits until the control plane is done with what went before, and throws if it never is. */
    untilQuiet(): Promise<void>;
    describe(): string;
    stop(): Promise<void>;
}

/** Starts it, with nodes and without this package's pods. */
export async function startFleet(count: number): Promise<Fleet> {
    // Before all else: it may be missing.
    const kwok = tool("kwok");
    const plane = await startControlPlane({
        ...fakeNodesPlane,
        clientRate: 5000,
        apiServerFlags: [
            // Revisions of thousands of pods would fill etcd in the five minutes for which they are kept by default.
            "--etcd-compaction-interval=1m",
            // kwok watches from version 0, which the API server takes for a streamed list, for which Debian's etcd is
            // too old.
            "--feature-gates=WatchList=false",
        ],
    });
    const daemon = Daemon.start(
        "kwok",
        kwok,
        [
            ...[`--kubeconfig=${plane.kubeconfig.path}`, `--config=${resolve("test/bench/scale/stages.yaml")}`],
            ...["--manage-all-nodes", "--node-lease-duration-seconds=0"],
        ],
        // Without a home: it would read a configuration there.
        { folder: plane.folder, environment: { HOME: plane.folder } },
    );
    const core = plane.api(CoreV1Api);
    const nodes = Array.from({ length: count }, (_, index) => `enclave-${index}`);
    await all(nodes, (name) => makeFakeNode(core, { name, labels: enclaveLabels, capacity: sgxCapacity(epcOfNode) }));
    return {
        plane,
        api: new Api(plane.admin),
        nodes,
        processorSeconds: () => processorSeconds(plane.folder),
        untilQuiet: () => untilQuiet(plane.folder),
        describe: () => `${plane.describe()}\n${daemon.describe()}`,
        stop: async () => {
            await daemon.stop(0);
            await plane.stop();
        },
    };
}

/** What the stack of such nodes installs: device plugin, quote helper, proof. Names of its DaemonSets. */
export async function installPackage(api: Api): Promise<Manifest[]> {
    const manifests = renderedManifests("dcsv2").filter(({ kind }) => kind !== "Job");
    for (const manifest of manifests) {
        const { status, body } = await api.apply(manifest);
        if (status !== 201 && status !== 200) throw new Error(body.message);
    }
    return manifests.filter(({ kind }) => kind === "DaemonSet");
}

/** Does something with each of many, a few at a time. */
export async function all<T>(items: readonly T[], each: (item: T) => Promise<void>, inFlight = 8): Promise<void> {
    const left = [...items].reverse();
    const worker = async () => {
        for (let item = left.pop(); item !== undefined; item = left.pop()) await each(item);
    };
    await Promise.all(Array.from({ length: inFlight }, worker));
}

/** Quiet is, for three seconds on end, less than a third of a processor. */
async function untilQuiet(folder: string): Promise<void> {
    const used = () => Object.values(processorSeconds(folder)).reduce((total, each) => total + each, 0);
    const deadline = Date.now() + 120_000;
    let [last, calm] = [used(), 0];
    while (calm < 3) {
        if (Date.now() > deadline) throw new Error("the control plane does not come to rest");
        await sleep(1000);
        const now = used();
        calm = now - last < 0.33 ? calm + 1 : 0;
        last = now;
    }
}

/** Programs of the control plane in a folder; kwok is none of it. */
function processorSeconds(folder: string): Record<string, number> {
    const found: Record<string, number> = {};
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
        try {
            const [command = "", ...args] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
            const name = basename(command);
            if (!/^(etcd|kube-.*)$/.test(name) || !args.some((arg) => arg.includes(folder))) continue;
            // Behind the name, which may hold blanks, come the fields from the third on; hundredths of seconds.
            const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
                .replace(/^.*\) /s, "")
                .split(" ");
            found[name] = (Number(fields[11]) + Number(fields[12])) / 100;
        } catch {
            // Ended while it was looked at.
        }
    }
    return found;
}
