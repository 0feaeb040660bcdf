import { spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { noAesm, noAesmStderr, outOfProcess } from "./recorded";

/** What one run of the judge left behind. */
export interface Judged {
    code: number | null;
    stdout: string;
    stderr: string;
    message: string;
    /** Last line of stdout, parsed. */
    verdict: Verdict;
    peakKiB: number;
    milliseconds: number;
}

interface Verdict {
    verdict: string;
    mode: string;
    checks: { name: string; ok: boolean; detail: string }[];
    evidence: string[];
    versions: Record<string, string>;
}

const images = path.join(__dirname, "..", "..", "..", "images", "attestation-sample");
/** Another user than root, for whom modes and mounts mean something. */
const unprivileged = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** Perl of a stand-in: prints the texts, byte for byte. */
export const print = (texts: string | readonly string[], handle = "STDOUT"): string =>
    `print ${handle} pack("H*", "${Buffer.from([texts].flat().join(""), "latin1").toString("hex")}");\n`;

/** Perl of a stand-in: loads a library of that name as dlopen does; the second one unloads it again. */
export const load = (name: string): string =>
    `require DynaLoader; my $library = DynaLoader::dl_load_file("$ENV{STAND_IN}/${name}", 0) or die "dlopen: " . DynaLoader::dl_error();\n`;
export const loadAndUnload = (name: string): string =>
    `{ ${load(name)} DynaLoader::dl_unload_file($library) or die "dlclose"; }\n`;

/**
 * Perl of a stand-in: stays until the judge has looked at every process at least twice. A look reads the files of each
 * process, and the kernel counts what the judge reads.
 */
export const untilLookedAt = `{
    my $judge = getppid;
    my $reads = sub { open my $io, "<", "/proc/$judge/io" or die "io: $!"; (join "", <$io>) =~ /syscr: (\\d+)/; $1 };
    opendir my $proc, "/proc" or die; my $processes = grep { /^\\d+$/ } readdir $proc;
    my $from = $reads->();
    select undef, undef, undef, 0.01 while $reads->() < $from + 8 * ($processes + 100);
}
`;

/** Perl of a stand-in: has the client library. */
export const client = `{ ${load("libsgx_quote_ex.so.1")} }\n`;
export const honestProgram = client + print(outOfProcess) + "exit 0;\n";
export const failsWithoutAesm = print(noAesmStderr, "STDERR") + print(noAesm) + "exit 1;\n";

/**
 * A container without SGX: an image root, a socket directory, a shared directory, and a stand-in program that behaves
 * in one way when AESM's socket is there and in another when it is not. Nothing here is Open Enclave.
 */
export class Pod {
    readonly directory = fs.mkdtempSync(path.join(os.tmpdir(), "judge-"));
    readonly root = path.join(this.directory, "root");
    readonly sockets = path.join(this.directory, "aesmd");
    readonly shared = path.join(this.directory, "shared");
    readonly controlFile = path.join(this.shared, "control.json");
    readonly message = path.join(this.shared, "termination-log");
    readonly program = path.join(this.directory, "program");
    readonly env: NodeJS.ProcessEnv = {
        PATH: process.env["PATH"],
        SGX_AESM_ADDR: "1",
        OE_LOG_LEVEL: "INFO",
        STAND_IN: this.directory,
    };
    private server: net.Server | undefined;

    constructor(withAesm: string = honestProgram, withoutAesm: string = failsWithoutAesm) {
        fs.chmodSync(this.directory, 0o755);
        fs.cpSync(images, path.join(this.directory, "judge"), { recursive: true });
        for (const made of [this.sockets, this.shared, path.join(this.root, "dev"), path.join(this.root, "usr/lib")])
            fs.mkdirSync(made, { recursive: true });
        fs.chmodSync(this.shared, 0o777);
        const library = anyLibrary();
        for (const name of [
            "libsgx_quote_ex.so.1",
            "libsgx_dcap_ql.so.1",
            "libsgx_qe3_logic.so",
            "libsgx_pce.signed.so.1",
        ])
            fs.copyFileSync(library, path.join(this.directory, name));
        fs.symlinkSync("libsgx_dcap_ql.so.1", path.join(this.directory, "libharmless.so"));
        fs.writeFileSync(path.join(this.root, "usr/lib/libsgx_quote_ex.so.1"), "");
        fs.writeFileSync(path.join(this.directory, "versions.json"), '{"openEnclave":"0.0.0-stand-in"}');
        this.behaves(withAesm, withoutAesm);
    }

    behaves(withAesm: string, withoutAesm: string = failsWithoutAesm): void {
        const script = `#!/usr/bin/perl\n$| = 1;\nif (-S "${this.sockets}/aesm.socket") {\n${withAesm}\n} else {\n${withoutAesm}\n}\n`;
        fs.writeFileSync(this.program, script, { mode: 0o755 });
    }

    /** Brings up AESM's socket, in a directory that the program cannot write. */
    async aesm(): Promise<void> {
        this.server = net.createServer();
        await new Promise<void>((done) => this.server?.listen(path.join(this.sockets, "aesm.socket"), done));
        fs.chmodSync(this.sockets, 0o555);
    }

    async run(command: "control" | "prove", options: string[] = []): Promise<Judged> {
        const args = [
            path.join(this.directory, "judge", "prove.pl"),
            command,
            ...["--root", this.root, "--socket-dir", this.sockets, "--control-file", this.controlFile],
            ...["--termination-message", this.message, "--versions", path.join(this.directory, "versions.json")],
            ...["--run-id", "pod-1", "--deadline", "20", ...options],
            ...["--", this.program, "sgxremote"],
        ];
        const before = Date.now();
        const child = spawn("/usr/bin/perl", args, {
            env: this.env,
            ...unprivileged,
            stdio: ["ignore", "pipe", "pipe"],
        });
        const out: Buffer[] = [];
        const err: Buffer[] = [];
        child.stdout.on("data", (data: Buffer) => {
            keepEnd(out, data);
        });
        child.stderr.on("data", (data: Buffer) => {
            keepEnd(err, data);
        });
        let peakKiB = 0;
        const look = setInterval(() => (peakKiB = Math.max(peakKiB, peak(child.pid))), 20);
        const code = await new Promise<number | null>((done) => child.on("close", done));
        clearInterval(look);
        const stdout = Buffer.concat(out).toString("latin1");
        const message = fs.existsSync(this.message) ? fs.readFileSync(this.message, "latin1") : "";
        const last = stdout.trimEnd().split("\n").at(-1) ?? "";
        const verdict = JSON.parse(last.startsWith("{") ? last : "{}") as Verdict;
        const stderr = Buffer.concat(err).toString("latin1");
        return { code, stdout, stderr, message, verdict, peakKiB, milliseconds: Date.now() - before };
    }

    /** The whole course of a pod: the control without AESM, then the proof with it. */
    async judge(options: string[] = []): Promise<Judged> {
        const control = await this.run("control");
        if (control.code !== 0) throw new Error(`control: ${control.stdout}${control.stderr}`);
        await this.aesm();
        return this.run("prove", options);
    }

    readControl(): Record<string, unknown> {
        return JSON.parse(fs.readFileSync(this.controlFile, "utf8")) as Record<string, unknown>;
    }

    remove(): void {
        this.server?.close();
        fs.chmodSync(this.sockets, 0o755);
        fs.rmSync(this.directory, { recursive: true, force: true });
    }
}

/** Names of the checks that failed. */
export const failures = (judged: Judged): string[] =>
    judged.verdict.checks.filter((check) => !check.ok).map((check) => check.name);

/** The last MiB is enough for every assertion; 100 MB would burden the test, not the judge. */
function keepEnd(chunks: Buffer[], data: Buffer): void {
    chunks.push(data);
    let size = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    while (size > 1 << 20 && chunks.length > 1) size -= chunks.shift()?.length ?? 0;
}

function peak(pid: number | undefined): number {
    try {
        return Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${String(pid)}/status`, "latin1"))?.[1] ?? 0);
    } catch {
        return 0;
    }
}

/** Some shared library of this machine: only its name in the maps matters. */
function anyLibrary(): string {
    const perl = spawnSync("sh", ["-c", "ldd $(command -v perl)"], { encoding: "utf8" }).stdout;
    const found = /=> (\/\S*lib(?:crypt|m)\.so\S*)/.exec(perl)?.[1] ?? /=> (\/\S*libc\.so\S*)/.exec(perl)?.[1];
    if (found === undefined) throw new Error("no shared library found for the stand-ins");
    return found;
}
