/*
 * Prometheus and Alertmanager of Debian on the network of a node (node.ts), where the addresses of its pods are:
 *
 *     const prometheus = await Prometheus.start(node, { groups, podMonitors, metrics: () => text });
 *     await prometheus.active();     // alerts that Alertmanager has
 *     await prometheus.matching();   // what rules find, whether for long enough or not
 *     await prometheus.stop();
 *
 * They scrape and evaluate every second. Pods are found by PodMonitors. Doubles for kube-state-metrics and for what
 * finds pods (test/e2e/doubles/monitoring) ask the node's API server.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CoreV1Api } from "@kubernetes/client-node";
import { stringify } from "yaml";
import { kubeStateMetrics, type ClusterObjects } from "../doubles/monitoring/kube-state-metrics";
import { podTargets } from "../doubles/monitoring/pod-discovery";
import { Daemon } from "./daemon";
import type { E2eNode } from "./node";
import { scrapeConfigs, type PodMonitor } from "./scrape-config";
import type { RuleGroup } from "./shortened";
import { systemCommand } from "./tools";
import { waitFor } from "./wait";

/** What it watches. */
export interface PrometheusOptions {
    groups: readonly RuleGroup[];
    podMonitors: readonly PodMonitor[];
    /** More metrics, in Prometheus's text format, as a node exporter serves a file. Asked at each scrape. */
    metrics: () => string;
}

/** An alert by its name, with its labels but for those that a rule gives. */
export interface Alert {
    name: string;
    labels: Readonly<Record<string, string>>;
    summary: string;
}

/** As both programs give one. */
interface Given {
    labels: Record<string, string>;
    annotations: Record<string, string>;
}

const interval = "1s";
/** In the network of a node nothing else has these. */
const ports = { prometheus: 9090, alertmanager: 9093, doubles: 8080 };

export class Prometheus {
    private readonly daemons: Daemon[] = [];
    private readonly server: Server;
    private readonly core: CoreV1Api;
    private objects: ClusterObjects = { nodes: [], pods: [] };
    private stopped = false;
    private watching: Promise<void> = Promise.resolve();

    private constructor(
        private readonly node: E2eNode,
        private readonly options: PrometheusOptions,
        private readonly folder: string,
    ) {
        this.core = node.plane.api(CoreV1Api);
        this.server = createServer(({ url = "" }, response) => {
            const text = this.served(url);
            response.writeHead(text === undefined ? 404 : 200, {
                "Content-Type": url.startsWith("/pods/") ? "application/json" : "text/plain; version=0.0.4",
            });
            response.end(text);
        });
    }

    static async start(node: E2eNode, options: PrometheusOptions): Promise<Prometheus> {
        const folder = join(node.folder, "prometheus");
        mkdirSync(folder);
        const one = new Prometheus(node, options, folder);
        try {
            await one.begin();
            return one;
        } catch (error) {
            const described = one.describe();
            await one.stop();
            throw new Error(`${String(error)}\n${described}`, { cause: error });
        }
    }

    /** Alerts that Alertmanager has now. */
    async active(): Promise<Alert[]> {
        return ((await this.ask("alertmanager", "/api/v2/alerts?active=true")) as Given[]).map(alertOf);
    }

    /** Alerts of all rules whose expression finds something at the moment, however briefly. */
    async matching(): Promise<Alert[]> {
        const { data } = (await this.ask("prometheus", "/api/v1/alerts")) as { data: { alerts: Given[] } };
        return data.alerts.map(alertOf);
    }

    /** Errors of rules and of scrapes, and the ends of the logs. */
    async explain(): Promise<string> {
        const asked = ["/api/v1/rules", "/api/v1/targets?state=active"].map((path) => this.ask("prometheus", path));
        const errors = JSON.stringify(await Promise.all(asked)).match(/"lastError":"[^"]+"/g) ?? [];
        const matching = (await this.matching()).map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`);
        return [...errors, "found by rules:", ...matching, this.describe()].join("\n");
    }

    async stop(): Promise<void> {
        this.stopped = true;
        await this.watching;
        for (const daemon of [...this.daemons].reverse()) await daemon.stop();
        this.server.closeAllConnections();
        await new Promise((done) => this.server.close(done));
    }

    private describe(): string {
        return this.daemons.map((daemon) => daemon.describe(8)).join("\n");
    }

    private async begin(): Promise<void> {
        await this.refresh();
        this.watching = this.watch();
        await new Promise<void>((done, failed) =>
            this.server.once("error", failed).listen(this.socket("doubles"), done),
        );
        this.relay(this.socket("doubles"), `127.0.0.1:${ports.doubles}`);
        for (const name of ["prometheus", "alertmanager"] as const)
            this.relay(`127.0.0.1:${ports[name]}`, this.socket(name));
        this.run("alertmanager", "prometheus-alertmanager", this.alertmanagerConfig(), [
            "--cluster.listen-address=",
            `--storage.path=${this.folder}`,
        ]);
        this.run("prometheus", "prometheus", this.prometheusConfig(), [
            `--storage.tsdb.path=${join(this.folder, "tsdb")}`,
            "--storage.tsdb.retention.time=1h",
        ]);
        for (const name of ["alertmanager", "prometheus"] as const) await this.untilReady(name);
    }

    /** Waits, but not for one that has ended, as with a configuration that it does not take. */
    private async untilReady(name: "alertmanager" | "prometheus"): Promise<void> {
        const ended = () => this.daemons.find(({ running }) => !running);
        await waitFor(name, async () => ended() ?? (await this.ask(name, "/-/ready")) !== undefined);
        if (ended() !== undefined) throw new Error(`${ended()?.name ?? ""} has ended`);
    }

    private run(name: keyof typeof ports, program: string, config: object, args: readonly string[]): void {
        const file = join(this.folder, `${name}.yaml`);
        writeFileSync(file, stringify(config, { aliasDuplicateObjects: false }));
        const own = [`--config.file=${file}`, `--web.listen-address=127.0.0.1:${ports[name]}`, "--log.level=warn"];
        this.start(name, systemCommand(program), [...own, ...args]);
    }

    private relay(target: string, listen: string): void {
        this.start(`relay-${this.daemons.length}`, process.execPath, [join(__dirname, "relay.mjs"), target, listen]);
    }

    private start(name: string, command: string, args: readonly string[]): void {
        const { folder } = this;
        this.daemons.push(Daemon.start(name, command, args, { folder, enter: this.node.enterNetwork }));
    }

    private alertmanagerConfig(): object {
        return { route: { receiver: "none" }, receivers: [{ name: "none" }] };
    }

    private prometheusConfig(): object {
        const rules = join(this.folder, "rules.yaml");
        writeFileSync(rules, stringify({ groups: this.options.groups }));
        const doubles = [{ targets: [`127.0.0.1:${ports.doubles}`] }];
        const discovery = (namespace: string) => ({
            http_sd_configs: [
                { url: `http://127.0.0.1:${ports.doubles}/pods/${namespace}`, refresh_interval: interval },
            ],
        });
        return {
            global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
            rule_files: [rules],
            alerting: {
                alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${ports.alertmanager}`] }] }],
            },
            scrape_configs: [
                ...this.options.podMonitors.flatMap((monitor) => scrapeConfigs(monitor, interval, discovery)),
                // The labels of its series are those of what they are about, as its Helm chart sets it up, too.
                {
                    job_name: "kube-state-metrics",
                    metrics_path: "/kube-state-metrics",
                    honor_labels: true,
                    static_configs: doubles,
                },
                { job_name: "file", metrics_path: "/file", static_configs: doubles },
            ],
        };
    }

    private served(url: string): string | undefined {
        const { pods } = this.objects;
        if (url === "/kube-state-metrics") return kubeStateMetrics(this.objects);
        if (url === "/file") return this.options.metrics();
        const [, namespace] = /^\/pods\/([^/]+)$/.exec(url) ?? [];
        if (namespace === undefined) return undefined;
        return JSON.stringify(podTargets(pods.filter(({ metadata }) => metadata?.namespace === namespace)));
    }

    /** What kube-state-metrics keeps by watching, half a second late at most. */
    private async watch(): Promise<void> {
        while (!this.stopped) {
            await sleep(500);
            await this.refresh().catch(() => undefined);
        }
    }

    private async refresh(): Promise<void> {
        const [nodes, pods] = await Promise.all([this.core.listNode(), this.core.listPodForAllNamespaces()]);
        this.objects = { nodes: nodes.items, pods: pods.items };
    }

    private socket(name: keyof typeof ports): string {
        return join(this.folder, `${name}.sock`);
    }

    private async ask(name: "prometheus" | "alertmanager", path: string): Promise<unknown> {
        const options = { socketPath: this.socket(name), path, timeout: 20_000 };
        const [status, text] = await new Promise<[number, string]>((done, failed) => {
            const sent = request(options, (response) => {
                let received = "";
                response.setEncoding("utf8").on("data", (chunk: string) => (received += chunk));
                response.once("error", failed).once("end", () => {
                    done([response.statusCode ?? 0, received]);
                });
            });
            sent.once("error", failed).once("timeout", () => sent.destroy(new Error(`no answer to ${path}`)));
            sent.end();
        });
        if (status !== 200) throw new Error(`${name} answers ${status} to ${path}: ${text}`);
        return text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : text;
    }
}

function alertOf({ labels, annotations }: Given): Alert {
    const { alertname = "", severity: _, check: __, ...own } = labels;
    return { name: alertname, labels: own, summary: annotations["summary"] ?? "" };
}
