import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { tool } from "../support/tools.js";
import type { Program } from "./program.js";
import { stateIn, type State } from "./state.js";
import { doneSteps, previewedSteps, type Step } from "./steps.js";
import { WarmHost } from "./warm-host.js";

/** The passphrase that encrypts the secrets of the state. */
export const passphrase = "correct horse battery staple";

/** What a command of Pulumi gave. */
export interface Ran {
    code: number | null;
    stdout: string;
    stderr: string;
    seconds: number;
}

/** A command of Pulumi that runs. */
export interface Running {
    process: ChildProcess;
    ended: Promise<Ran>;
}

/** An update, and the steps that were done, in the order in which they were finished. */
export interface Update extends Ran {
    steps: Step[];
}

type UpdateCommand = "up" | "destroy" | "refresh";

function successful<T extends Ran>(what: string, ran: T): T {
    if (ran.code !== 0) throw new Error(`pulumi ${what}: exit ${ran.code}\n${ran.stdout}\n${ran.stderr}`);
    return ran;
}

/** What the kernel says of a process; empty where it has ended. */
function processFile(id: string, name: string): string {
    try {
        return readFileSync(`/proc/${id}/${name}`, "utf8").replaceAll("\0", " ");
    } catch {
        return "";
    }
}

function killIfRunning(id: number): void {
    try {
        process.kill(id, "SIGKILL");
    } catch {
        // It has ended by itself.
    }
}

/** A port at which the engine finds a provider. */
export type Providers = Record<string, { port: number }>;

/**
 * A project in a folder of its own, with a file backend, driven by the real CLI. Only the configuration of the stack is
 * a test's to change.
 */
export class Project {
    readonly folder = mkdtempSync(join(tmpdir(), "confidential-aks-engine-"));
    private readonly running = new Set<ChildProcess>();
    readonly env: NodeJS.ProcessEnv;
    /** All that `pulumi` has printed. */
    readonly printed: string[] = [];
    private updates = 0;
    /** Commands that have run the program. */
    private readonly done = new Set<string>();
    /** The engine's log of the last update's events. */
    eventLog = "";
    private host: WarmHost | undefined;

    constructor(
        readonly stack: string,
        providers: Providers,
        private readonly program: Program,
    ) {
        program.write(this.folder, stack);
        this.replacePlaceholders();
        for (const folder of ["backend", "home", "tmp", "events"]) mkdirSync(join(this.folder, folder));
        this.env = {
            PATH: [resolve("test/e2e/doubles/bin"), ...program.path, process.env.PATH].join(delimiter),
            HOME: join(this.folder, "home"),
            TMPDIR: join(this.folder, "tmp"),
            ...program.env,
            // Collecting garbage takes a fifth of the time of a short command.
            GOGC: "off",
            GOMEMLIMIT: "600MiB",
            PULUMI_HOME: join(this.folder, "home"),
            PULUMI_BACKEND_URL: `file://${join(this.folder, "backend")}`,
            PULUMI_CONFIG_PASSPHRASE: passphrase,
            PULUMI_SKIP_UPDATE_CHECK: "true",
            // Offers --event-log.
            PULUMI_DEBUG_COMMANDS: "true",
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
            PULUMI_DEBUG_PROVIDERS: Object.entries(providers)
                .map(([name, { port }]) => `${name}:${port}`)
                .join(","),
        };
    }

    /** Puts a group id in the place of the one that an update refuses. */
    private replacePlaceholders(): void {
        const text = readFileSync(this.configFile, "utf8");
        writeFileSync(
            this.configFile,
            text
                .replaceAll("11111111-2222-3333-4444-555555555555", "8a2d4c1e-7f60-4b7e-9d3c-2f1a5b6c7d8e")
                .replaceAll("203.0.113.0/24", "198.18.7.0/24"),
        );
        this.program.configured?.(this.folder);
    }

    /** Runs `pulumi` to its end. */
    run(...args: string[]): Promise<Ran> {
        return this.start(...args).ended;
    }

    /** Starts `pulumi`: killable by its own process id. */
    start(...args: string[]): Running {
        const began = Date.now();
        const child = spawn(tool("pulumi"), [...args, "--non-interactive", "--color=never"], {
            cwd: this.folder,
            env: this.env,
            stdio: ["ignore", "pipe", "pipe"],
        });
        this.running.add(child);
        const text = { stdout: "", stderr: "" };
        child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text.stdout += chunk));
        child.stderr.setEncoding("utf8").on("data", (chunk: string) => (text.stderr += chunk));
        const bound = setTimeout(() => child.kill("SIGKILL"), 200_000);
        const ended = new Promise<Ran>((done, failed) => {
            child.once("error", failed);
            child.once("close", (code) => {
                clearTimeout(bound);
                this.running.delete(child);
                this.printed.push(text.stdout, text.stderr);
                done({ code, ...text, seconds: (Date.now() - began) / 1000 });
            });
        });
        return { process: child, ended };
    }

    /** Runs `pulumi`, and throws all it said when it failed. */
    async must(...args: string[]): Promise<Ran> {
        return successful(args.join(" "), await this.run(...args));
    }

    async init(): Promise<this> {
        await this.must("stack", "init", this.stack);
        return this;
    }

    private get configFile(): string {
        return join(this.folder, this.program.configFile(this.stack));
    }

    /** Changes the stack's configuration; keys are the project's. */
    configure(change: (config: Record<string, unknown>) => void): void {
        const file = parse(readFileSync(this.configFile, "utf8")) as { config: Record<string, unknown> };
        const prefix = "confidential-aks:";
        const config = Object.fromEntries(
            Object.entries(file.config).map(([key, value]) => [key.replace(prefix, ""), value]),
        );
        change(config);
        const back = Object.entries(config).filter(([, value]) => value !== undefined);
        writeFileSync(
            this.configFile,
            stringify({ ...file, config: Object.fromEntries(back.map(([key, value]) => [`${prefix}${key}`, value])) }),
        );
        this.program.configured?.(this.folder);
    }

    /** Flags of a command that runs the program: in the warm host, unless the SDK's own runner is to be used. */
    private async programFlags(command: "preview" | UpdateCommand, mustSucceed = true): Promise<string[]> {
        const { warm } = this.program;
        if (warm === "none" || command === "destroy" || command === "refresh") return [];
        const isRepeated = this.done.has(command);
        this.done.add(command);
        if (warm !== "all" && !mustSucceed) return [];
        if (warm === "repeated" && !isRepeated) return [];
        this.host ??= await WarmHost.start(this.env);
        return [`--client=127.0.0.1:${this.host.port}`];
    }

    /** What `pulumi preview` would do. */
    async preview(...args: string[]): Promise<Step[]> {
        const flags = await this.programFlags("preview");
        const { stdout } = await this.must("preview", "--json", "--stack", this.stack, ...flags, ...args);
        return previewedSteps(stdout);
    }

    /** `pulumi up`, `destroy` or `refresh` without a preview, whether it fails or not. */
    async update(command: UpdateCommand, ...args: string[]): Promise<Update> {
        return this.ended(await this.startUpdate(command, ...args));
    }

    /** Starts the same: killable. */
    async startUpdate(command: UpdateCommand, ...args: string[]): Promise<Running> {
        return this.startCommand(command, args, await this.programFlags(command, false));
    }

    private async ended({ ended }: Running): Promise<Update> {
        const ran = await ended;
        return { ...ran, steps: existsSync(this.eventLog) ? doneSteps(this.eventLog) : [] };
    }

    private startCommand(command: UpdateCommand, args: string[], programFlags: string[]): Running {
        this.eventLog = join(this.folder, "events", `${this.updates++}.json`);
        const flags = ["--yes", "--skip-preview", "--stack", this.stack, "--event-log", this.eventLog];
        const running = this.start(command, ...flags, ...programFlags, ...args);
        // A program that lost its engine is left behind, as a process of its own would be.
        running.process.once("exit", (_, signal) => {
            if (signal === null) return;
            this.host?.stop();
            this.host = undefined;
        });
        return running;
    }

    /** `pulumi up` that succeeds; the steps that were done, in order. */
    async up(...args: string[]): Promise<Step[]> {
        return (await this.succeed("up", ...args)).steps;
    }

    /** `pulumi destroy` that succeeds. */
    async destroy(...args: string[]): Promise<Step[]> {
        return (await this.succeed("destroy", ...args)).steps;
    }

    /** `pulumi refresh` that succeeds. */
    async refresh(...args: string[]): Promise<Step[]> {
        return (await this.succeed("refresh", ...args)).steps;
    }

    private async succeed(command: UpdateCommand, ...args: string[]): Promise<Update> {
        const running = this.startCommand(command, args, await this.programFlags(command));
        return successful(`${command} ${args.join(" ")}`, await this.ended(running));
    }

    state(): Promise<State> {
        return stateIn(this.stateFile);
    }

    /** Every file of the backend: states, their history, locks. */
    get backend(): string {
        return join(this.folder, "backend");
    }

    /** The stack's state. */
    get stateFile(): string {
        return join(this.backend, ".pulumi", "stacks", "confidential-aks", `${this.stack}.json`);
    }

    /** Ids of all processes that commands of this project have started, directly or not. */
    private processes(): string[] {
        const mark = `PULUMI_HOME=${this.env.PULUMI_HOME ?? ""} `;
        const ids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
        return ids.filter((id) => processFile(id, "environ").includes(mark));
    }

    /**
     * Commands of the processes that an engine has started and left behind. The language host for YAML is none of them:
     * it looks for its engine every five minutes.
     */
    orphans(): string[] {
        const ours = this.processes();
        const parentOf = (id: string) => /^PPid:\t(\d+)$/m.exec(processFile(id, "status"))?.[1] ?? "";
        const left = ours.filter((id) => !ours.includes(parentOf(id))).map((id) => processFile(id, "cmdline"));
        return left.filter((command) => command !== "" && !command.includes("pulumi-language-yaml"));
    }

    remove(): void {
        for (const child of this.running) child.kill("SIGKILL");
        this.host?.stop();
        // Engines that were killed have left language hosts behind.
        for (const id of this.processes()) killIfRunning(Number(id));
        rmSync(this.folder, { recursive: true, force: true });
    }
}
