/*
 * A real Kubernetes control plane on loopback, of its own for each test file that starts one, as many at once as
 * wanted:
 *
 *     const plane = await startControlPlane({ scheduler: true });
 *     await plane.api(CoreV1Api).listNamespace();   // @kubernetes/client-node, as a cluster administrator
 *     plane.kubeconfig.path, plane.kubeconfig.text  // the same for other programs, such as a Pulumi provider
 *     await plane.stop();                           // in afterAll
 *
 * etcd and the API server always run; controller manager and scheduler when asked for. Everything lies in a temporary
 * folder. Nothing stays behind, also when the test process is interrupted or killed.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CoreV1Api, Health, KubeConfig, type ApiType } from "@kubernetes/client-node";
import { certificate, certificateAuthority, signingKey, type Certificate } from "./certificates";
import { atEnd, Daemon } from "./daemon";
import { systemCommand, tool } from "./tools";
import { waitFor } from "./wait";

/** What runs beside etcd and the API server. */
export interface ControlPlaneOptions {
    /**
     * Runs the controller manager: DaemonSets and Jobs get pods, namespaces a default ServiceAccount. Default false.
     */
    controllerManager?: boolean;
    /** Runs the scheduler. Default false. */
    scheduler?: boolean;
    /** Requests a second that controller manager and scheduler may make. Default 500; Kubernetes' own is 20 to 50. */
    clientRate?: number;
    /** Issuer of ServiceAccount tokens. Default `https://kubernetes.default.svc`. */
    serviceAccountIssuer?: string;
    /** More flags of the API server. */
    apiServerFlags?: readonly string[];
    /**
     * More flags of the controller manager, such as `--controllers=*,-node-lifecycle-controller` for nodes that are
     * objects only.
     */
    controllerManagerFlags?: readonly string[];
    /** More users: name and groups. Each gets a kubeconfig from `kubeconfigOf`. */
    users?: readonly User[];
    /**
     * Runs it in the namespaces of a node (used by node.ts): how to enter them, and how the test process reaches a port
     * in there.
     */
    inside?: { enter: readonly string[]; reach: (port: number) => Promise<number> };
}

/** A user that the API server knows by a token. */
interface User {
    name: string;
    groups: readonly string[];
}

/** A running control plane. */
export interface ControlPlane {
    /** Address of the API server, `https://127.0.0.1:PORT`. */
    readonly server: string;
    /** Kubeconfig of a cluster administrator, as a file and as text. */
    readonly kubeconfig: { readonly path: string; readonly text: string };
    /** The same, loaded, for `@kubernetes/client-node`. */
    readonly admin: KubeConfig;
    /** Its files: certificates, logs. */
    readonly folder: string;
    readonly ca: Certificate;
    /** A typed client as administrator. */
    api<T extends ApiType>(kind: new (...args: never[]) => T): T;
    /** Kubeconfig of one of the `users`, as text; `server` where it is to differ. */
    kubeconfigOf(user: string, server?: string): string;
    /** Port of the API server where it runs: inside a node's namespaces not the one that the tests use. */
    readonly port: number;
    /** Ends of the logs. */
    describe(): string;
    stop(): Promise<void>;
}

const administrator: User = { name: "e2e-admin", groups: ["system:masters"] };
const controllerManagerUser: User = { name: "system:kube-controller-manager", groups: [] };
const schedulerUser: User = { name: "system:kube-scheduler", groups: [] };

/** Starts one and waits until it serves; seconds, not minutes. */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
    // Between choosing a free port and listening on it another process may have taken it.
    for (let attempt = 1; ; attempt++) {
        const plane = new Starting(options);
        try {
            return await plane.start();
        } catch (error) {
            await plane.stop();
            if (attempt === 3 || !String(error).includes("address already in use")) throw error;
        }
    }
}

class Starting implements ControlPlane {
    readonly folder = mkdtempSync(join(tmpdir(), "confidential-aks-plane-"));
    readonly ca: Certificate;
    port = 0;
    private reachable = 0;
    private readonly daemons: Daemon[] = [];
    private readonly removeFolder: () => Promise<void>;
    private readonly tokens = new Map<string, string>();
    private readonly config = new KubeConfig();

    constructor(private readonly options: ControlPlaneOptions) {
        this.removeFolder = atEnd(`sleep 0.5; rm -rf '${this.folder}'`);
        this.ca = certificateAuthority(this.folder);
        const users = [administrator, controllerManagerUser, schedulerUser, ...(options.users ?? [])];
        for (const [index, { name }] of users.entries())
            this.tokens.set(name, `token-${index}-${name.replaceAll(":", "-")}`);
        const rows = users.map(({ name, groups }) => `${this.tokenOf(name)},${name},${name},"${groups.join(",")}"\n`);
        writeFileSync(join(this.folder, "tokens.csv"), rows.join(""), { mode: 0o600 });
    }

    get server(): string {
        return `https://127.0.0.1:${this.reachable}`;
    }

    get admin(): KubeConfig {
        return this.config;
    }

    get kubeconfig(): { path: string; text: string } {
        const path = join(this.folder, "admin.kubeconfig");
        return { path, text: readFileSync(path, "utf8") };
    }

    api<T extends ApiType>(kind: new (...args: never[]) => T): T {
        return this.config.makeApiClient(kind as never);
    }

    kubeconfigOf(user: string, server = `https://127.0.0.1:${this.port}`): string {
        return JSON.stringify({
            apiVersion: "v1",
            kind: "Config",
            clusters: [
                {
                    name: "e2e",
                    cluster: { server, "certificate-authority-data": readFileSync(this.ca.cert).toString("base64") },
                },
            ],
            users: [{ name: user, user: { token: this.tokenOf(user) } }],
            contexts: [{ name: "e2e", context: { cluster: "e2e", user } }],
            "current-context": "e2e",
        });
    }

    describe(): string {
        return this.daemons.map((daemon) => daemon.describe()).join("\n");
    }

    async start(): Promise<ControlPlane> {
        const [etcd, peer, port] = await freePorts();
        this.port = port;
        this.startEtcd(etcd, peer);
        this.startApiServer(etcd);
        this.reachable = this.options.inside === undefined ? port : await this.options.inside.reach(port);
        const adminConfig = this.kubeconfigOf(administrator.name, this.server);
        writeFileSync(join(this.folder, "admin.kubeconfig"), adminConfig, { mode: 0o600 });
        this.config.loadFromString(adminConfig);
        await this.untilReady();
        if (this.options.controllerManager === true) this.startControllerManager();
        if (this.options.scheduler === true) this.startScheduler();
        await this.untilPodsCanBeMade();
        return this;
    }

    async stop(): Promise<void> {
        // At once, since nothing of it is kept: an API server that has watchers takes its time to end.
        for (const daemon of [...this.daemons].reverse()) await daemon.stop(0);
        await this.removeFolder();
        rmSync(this.folder, { recursive: true, force: true });
    }

    private tokenOf(user: string): string {
        const token = this.tokens.get(user);
        if (token === undefined) throw new Error(`no user ${user}: name it in the option users`);
        return token;
    }

    private run(name: string, command: string, args: string[]): void {
        const enter = this.options.inside?.enter ?? [];
        this.daemons.push(Daemon.start(name, command, args, { folder: this.folder, enter }));
    }

    private startEtcd(port: number, peer: number): void {
        const [client, peers] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${peer}`];
        const data = join(this.folder, "etcd");
        mkdirSync(data, { mode: 0o700 });
        this.run("etcd", systemCommand("etcd"), [
            ...[`--data-dir=${data}`, "--unsafe-no-fsync", "--log-level=warn"],
            ...[`--listen-client-urls=${client}`, `--advertise-client-urls=${client}`],
            ...[
                `--listen-peer-urls=${peers}`,
                `--initial-advertise-peer-urls=${peers}`,
                `--initial-cluster=default=${peers}`,
            ],
        ]);
    }

    private startApiServer(etcd: number): void {
        const names = ["IP:127.0.0.1", "IP:10.96.0.1", "DNS:localhost", "DNS:kubernetes.default.svc"];
        const serving = certificate(this.folder, this.ca, "apiserver", "/CN=kube-apiserver", names);
        const toKubelet = certificate(
            this.folder,
            this.ca,
            "kubelet-client",
            "/O=system:masters/CN=kube-apiserver",
            [],
        );
        const accounts = signingKey(this.folder);
        this.run("kube-apiserver", tool("kube-apiserver"), [
            ...["--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", `--secure-port=${this.port}`],
            ...["--endpoint-reconciler-type=none", "--service-cluster-ip-range=10.96.0.0/16"],
            ...[`--etcd-servers=http://127.0.0.1:${etcd}`, "--authorization-mode=Node,RBAC", "--allow-privileged=true"],
            // As AKS does: a kubelet may change its own node only.
            "--enable-admission-plugins=NodeRestriction",
            ...[`--tls-cert-file=${serving.cert}`, `--tls-private-key-file=${serving.key}`],
            ...[`--client-ca-file=${this.ca.cert}`, `--token-auth-file=${join(this.folder, "tokens.csv")}`],
            ...[`--kubelet-client-certificate=${toKubelet.cert}`, `--kubelet-client-key=${toKubelet.key}`],
            ...[`--kubelet-certificate-authority=${this.ca.cert}`, "--kubelet-preferred-address-types=InternalIP"],
            ...[
                `--service-account-key-file=${accounts.publicKey}`,
                `--service-account-signing-key-file=${accounts.privateKey}`,
            ],
            `--service-account-issuer=${this.options.serviceAccountIssuer ?? "https://kubernetes.default.svc"}`,
            ...(this.options.apiServerFlags ?? []),
        ]);
    }

    private startControllerManager(): void {
        this.run("kube-controller-manager", tool("kube-controller-manager"), [
            ...this.clientFlags(controllerManagerUser.name),
            ...["--use-service-account-credentials", `--root-ca-file=${this.ca.cert}`],
            `--service-account-private-key-file=${join(this.folder, "sa.key")}`,
            ...[`--cluster-signing-cert-file=${this.ca.cert}`, `--cluster-signing-key-file=${this.ca.key}`],
            ...(this.options.controllerManagerFlags ?? []),
        ]);
    }

    private startScheduler(): void {
        this.run("kube-scheduler", tool("kube-scheduler"), this.clientFlags(schedulerUser.name));
    }

    private clientFlags(user: string): string[] {
        const path = join(this.folder, `${user.replaceAll(":", "-")}.kubeconfig`);
        writeFileSync(path, this.kubeconfigOf(user), { mode: 0o600 });
        const rate = this.options.clientRate ?? 500;
        // Port 0: the tests ask them nothing.
        return [
            ...[`--kubeconfig=${path}`, "--leader-elect=false", "--bind-address=127.0.0.1", "--secure-port=0"],
            ...[`--kube-api-qps=${rate}`, `--kube-api-burst=${2 * rate}`],
        ];
    }

    private async untilReady(): Promise<void> {
        const health = new Health(this.config);
        await this.until("the API server to be ready", () => health.readyz({}));
    }

    /** The controller manager makes a namespace's ServiceAccount; without it no pod is admitted there. */
    private async untilPodsCanBeMade(): Promise<void> {
        if (this.options.controllerManager !== true) return;
        const core = this.api(CoreV1Api);
        await this.until("the default ServiceAccount", async () => {
            await core.readNamespacedServiceAccount({ name: "default", namespace: "default" });
            return true;
        });
    }

    /** Waits, but not for a daemon that has ended. */
    private async until(what: string, look: () => Promise<boolean>): Promise<void> {
        const endedOr = async () => this.daemons.find((daemon) => !daemon.running) ?? (await look());
        const found = await waitFor(what, endedOr, { every: 100, explain: () => this.describe() });
        if (found instanceof Daemon) throw new Error(`${found.name} ended before ${what}\n${this.describe()}`);
    }
}

/** Ports that are free right now, all different. */
async function freePorts(): Promise<[number, number, number]> {
    const servers = [createServer(), createServer(), createServer()] as const;
    for (const server of servers) {
        await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
    }
    const [first, second, third] = servers.map((server) => (server.address() as AddressInfo).port);
    for (const server of servers) await new Promise((resolve) => server.close(resolve));
    return [Number(first), Number(second), Number(third)];
}
