/*
 * A real cluster of one real node: control plane, kubelet, containerd and runc, in namespaces of their own.
 *
 *     const node = await startNode({ images: [...sgxImages(...)] });   // about half a minute
 *     node.plane                      // the control plane, as of startControlPlane
 *     node.kubectl("get", "pods")     // as an administrator; throws with kubectl's message when it fails
 *     await node.stop();
 *
 * The node offers two device files by the names of SGX's. Nothing stays behind, whatever way the test process ends: no
 * process, mount, device, network interface, cgroup or file.
 */
import { execFile, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { CoreV1Api } from "@kubernetes/client-node";
import { certificate } from "./certificates";
import { startControlPlane, type ControlPlane, type ControlPlaneOptions } from "./control-plane";
import { atEnd, Daemon } from "./daemon";
import { writeImages, type TestImage } from "./images";
import { Namespaces, nodeAddress } from "./namespaces";
import { containerdConfig, kubeletConfig, networkConfig, sandboxImage } from "./node-config";
import { systemCommand, tool, toolFolder } from "./tools";
import { waitFor } from "./wait";

/** What the node is, and what is on it. */
export interface NodeOptions {
    /** Images that its pods may name; nothing else can be pulled. */
    images: readonly TestImage[];
    /** Labels it registers with. Default: those of an enclave pool of this package. */
    labels?: Readonly<Record<string, string>>;
    /** Taint it registers with, `key=value:effect`. Default none. */
    taint?: string;
    /** Options of its control plane; controller manager and scheduler always run. */
    controlPlane?: Omit<ControlPlaneOptions, "inside" | "controllerManager" | "scheduler">;
}

const nodeName = "enclave-node";
const nodeUser = `system:node:${nodeName}`;

/** Starts a control plane and its node and waits until the node is ready. */
export async function startNode(options: NodeOptions): Promise<E2eNode> {
    const node = await E2eNode.prepare(options);
    try {
        await node.start();
        return node;
    } catch (error) {
        const described = node.describe();
        await node.stop();
        throw new Error(`${String(error)}\n${described}`, { cause: error });
    }
}

export class E2eNode {
    readonly name = nodeName;
    private containerd: Daemon | undefined;
    private kubelet: Daemon | undefined;
    private started: ControlPlane | undefined;

    private constructor(
        private readonly options: NodeOptions,
        /** Its files: configuration, logs. */
        readonly folder: string,
        private readonly namespaces: Namespaces,
        private readonly cleanUp: () => Promise<void>,
    ) {}

    static async prepare(options: NodeOptions): Promise<E2eNode> {
        const folder = mkdtempSync(join(tmpdir(), "confidential-aks-node-"));
        const cleanUp = atEnd(removeCgroups(basename(folder)) + `rm -rf '${folder}'`);
        for (const cgroup of cgroupFolders(basename(folder))) mkdirSync(cgroup);
        try {
            return new E2eNode(options, folder, await Namespaces.start(folder), cleanUp);
        } catch (error) {
            await cleanUp();
            throw error;
        }
    }

    get plane(): ControlPlane {
        if (this.started === undefined) throw new Error("the node has no control plane yet");
        return this.started;
    }

    async start(): Promise<void> {
        const [plane] = await Promise.all([this.startPlane(), this.startContainerd().then(() => this.importImages())]);
        this.started = plane;
        this.configureKubelet();
        this.startKubelet();
        await this.untilReady();
    }

    /** Runs kubectl as administrator and gives back what it printed. */
    async kubectl(...args: string[]): Promise<string> {
        const command = ["--kubeconfig", this.plane.kubeconfig.path, "--request-timeout=30s", ...args];
        return (await promisify(execFile)(tool("kubectl"), command, { maxBuffer: 1 << 24, timeout: 120_000 })).stdout;
    }

    /** Runs a shell command on the node, as root there, and gives back what it printed. */
    run(script: string): string {
        return this.namespaces.run(script);
    }

    /** To be put in front of a command that shall run outside, but on the node's network. */
    get enterNetwork(): string[] {
        return this.namespaces.enterNetwork;
    }

    /** Process id, on the node, of the first process of a pod's container; undefined while it does not run. */
    async processOf(namespace: string, pod: string, container: string): Promise<number | undefined> {
        const { status } = await this.plane.api(CoreV1Api).readNamespacedPod({ name: pod, namespace });
        const all = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
        const id = all.find(({ name }) => name === container)?.containerID?.replace("containerd://", "");
        const line = this.ctr("task", "ls")
            .split("\n")
            .find((text) => id !== undefined && text.startsWith(id));
        const [, pid, state] = line?.split(/\s+/) ?? [];
        return state === "RUNNING" ? Number(pid) : undefined;
    }

    /** Runs ctr on the node. */
    ctr(...args: string[]): string {
        return this.namespaces.run(`${tool("ctr")} -a /run/containerd/containerd.sock -n k8s.io ${args.join(" ")}`);
    }

    /** Everything but the control plane stops at once, and what is memory on a real node is lost. */
    async powerOff(): Promise<void> {
        this.namespaces.powerCut();
        await Promise.all([this.kubelet?.stop(), this.containerd?.stop()]);
    }

    /** A power cut, after which it starts anew. */
    async reboot(): Promise<void> {
        await this.powerOff();
        await this.startContainerd();
        this.startKubelet();
        await this.untilReady();
    }

    /** The kubelet stops as it is; pods go on, and nobody looks after them. */
    pauseKubelet(): void {
        this.kubelet?.pause();
    }

    resumeKubelet(): void {
        this.kubelet?.resume();
    }

    /** The kubelet ends and starts anew; pods go on. */
    async restartKubelet(): Promise<void> {
        await this.kubelet?.stop();
        this.startKubelet();
        await this.untilReady();
    }

    /** Ends of all logs. */
    describe(): string {
        const daemons = [this.containerd, this.kubelet].map((daemon) => daemon?.describe());
        return [this.namespaces.describe(), this.started?.describe(), ...daemons].join("\n");
    }

    async stop(): Promise<void> {
        await this.started?.stop();
        await this.namespaces.stop();
        await this.cleanUp();
    }

    private startPlane(): Promise<ControlPlane> {
        const users = [{ name: nodeUser, groups: ["system:nodes"] }, ...(this.options.controlPlane?.users ?? [])];
        return startControlPlane({
            ...this.options.controlPlane,
            users,
            controllerManager: true,
            scheduler: true,
            inside: { enter: this.namespaces.enterNetwork, reach: (port) => this.namespaces.reach(port) },
        });
    }

    private daemon(name: string, program: string, args: string[], environment: Record<string, string> = {}): Daemon {
        const { enter } = this.namespaces;
        return Daemon.start(name, tool(program), args, { folder: this.folder, enter, environment, forks: true });
    }

    private async startContainerd(): Promise<void> {
        const network = join(this.folder, "network");
        mkdirSync(network, { recursive: true });
        writeFileSync(join(network, "10-e2e.conflist"), networkConfig);
        const config = join(this.folder, "containerd.toml");
        writeFileSync(config, containerdConfig({ network, runc: systemCommand("runc") }));
        // It looks for its shim beside the programs on PATH.
        const path = `${toolFolder("containerd")}:${process.env["PATH"] ?? ""}`;
        const containerd = this.daemon("containerd", "containerd", ["--config", config], { PATH: path });
        this.containerd = containerd;
        await waitFor("containerd", () => (containerd.running ? this.ctr("version") !== "" : true), {
            every: 100,
            explain: () => containerd.describe(),
        });
    }

    private async importImages(): Promise<void> {
        const scratch = mkdtempSync(join(this.folder, "images-"));
        const archive = writeImages([sandboxImage, ...this.options.images], scratch);
        const [command, ...enter] = this.namespaces.enter;
        const importing = [
            tool("ctr"),
            "-a",
            "/run/containerd/containerd.sock",
            "-n",
            "k8s.io",
            "images",
            "import",
            "-",
        ];
        const tar = spawn("tar", ["-h", "-C", archive, "-cf", "-", "."], { stdio: ["ignore", "pipe", "inherit"] });
        const ctr = spawn(command, [...enter, ...importing], { stdio: [tar.stdout, "pipe", "pipe"] });
        let said = "";
        for (const stream of [ctr.stdout, ctr.stderr]) stream.on("data", (text: Buffer) => (said += text.toString()));
        const status = await new Promise((resolve) => ctr.once("close", resolve));
        if (status !== 0) throw new Error(`ctr images import: ${said}`);
        rmSync(scratch, { recursive: true, force: true });
    }

    private configureKubelet(): void {
        const serving = certificate(this.folder, this.plane.ca, "kubelet", `/CN=${nodeName}`, [`IP:${nodeAddress}`]);
        const config = kubeletConfig({ serving, clientCa: this.plane.ca.cert, cgroup: `/${basename(this.folder)}` });
        writeFileSync(join(this.folder, "kubelet.json"), JSON.stringify(config));
        writeFileSync(join(this.folder, "kubelet.kubeconfig"), this.plane.kubeconfigOf(nodeUser), { mode: 0o600 });
    }

    private startKubelet(): void {
        const labels = Object.entries(this.options.labels ?? { "confidential-aks/sgx": "true" }).map((pair) =>
            pair.join("="),
        );
        const { taint } = this.options;
        this.kubelet = this.daemon("kubelet", "kubelet", [
            ...[
                `--config=${join(this.folder, "kubelet.json")}`,
                `--kubeconfig=${join(this.folder, "kubelet.kubeconfig")}`,
            ],
            ...[`--hostname-override=${nodeName}`, `--node-ip=${nodeAddress}`, `--node-labels=${labels.join(",")}`],
            ...(taint === undefined ? [] : [`--register-with-taints=${taint}`]),
        ]);
    }

    private async untilReady(): Promise<void> {
        const core = this.plane.api(CoreV1Api);
        // The API server keeps whole seconds.
        const since = new Date(Date.now() - 1000);
        const { kubelet } = this;
        const ready = async () => {
            const { status, spec } = await core.readNode({ name: nodeName });
            const condition = status?.conditions?.find(({ type }) => type === "Ready");
            const heard = new Date(condition?.lastHeartbeatTime ?? 0) >= since;
            const tainted = spec?.taints?.some(({ key }) => key === "node.kubernetes.io/not-ready") ?? false;
            return condition?.status === "True" && heard && !tainted;
        };
        await waitFor("the node to be ready", async () => kubelet?.running === false || ready(), {
            explain: () => this.describe(),
        });
        if (kubelet?.running === false) throw new Error(`the kubelet has ended\n${kubelet.describe()}`);
    }
}

/** The node's cgroup in each hierarchy, of version 1 or 2. */
function cgroupFolders(name: string): string[] {
    const root = "/sys/fs/cgroup";
    const hierarchies = readdirSync(root).filter(
        (entry) => readdirSync(root).length > 0 && isHierarchy(join(root, entry)),
    );
    return (hierarchies.length === 0 ? [root] : hierarchies.map((entry) => join(root, entry))).map((folder) =>
        join(folder, name),
    );
}

function isHierarchy(folder: string): boolean {
    return execFileSync("stat", ["-f", "-c", "%T", folder], { encoding: "utf8" }).startsWith("cgroup");
}

/** Shell that removes what the kubelet made there, innermost first, as soon as the processes are gone. */
function removeCgroups(name: string): string {
    return `for try in 1 2 3 4 5 6 7 8 9 10; do
        find /sys/fs/cgroup -depth -type d -path '*/${name}*' -exec rmdir {} + 2> /dev/null
        [ -z "$(find /sys/fs/cgroup -maxdepth 2 -name '${name}')" ] && break
        sleep 0.5
    done\n`;
}
