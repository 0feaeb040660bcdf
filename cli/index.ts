#!/usr/bin/env node
import { createRequire } from "node:module";
import { Command, CommanderError, Option } from "commander";
import { PlanError } from "../plan/model/errors.js";
import { CommandError, messageOf } from "../terminal/errors.js";
import { cleanLines } from "../terminal/text.js";
import type { DiffFlags } from "./diff.js";
import type { DoctorFlags } from "./doctor.js";
import { DIFF_EXAMPLES, DOCTOR_EXAMPLES, EXAMPLES, RELEASE_EXAMPLES, TCB_EXAMPLES } from "./examples.js";
import "./node-version.js";
import type { PlanFlags } from "./plan.js";
import type { TcbFlags } from "./tcb.js";
import type { WouldReleaseFlags } from "./would-release.js";

/** The version in this package's own package.json, for the sources as well as for the compiled files. */
function packageVersion(): string {
    return (createRequire(__filename)("confidential-aks/package.json") as { version: string }).version;
}

function collect(value: string, all: readonly string[] = []): string[] {
    return [...all, value];
}

function cli(): Command {
    const program = new Command("confidential-aks")
        .description(
            "Plans of Pulumi programs without an account, why attestation fails on a cluster, and what quotes are judged by.",
        )
        .version(packageVersion(), "-v, --version", "show the version")
        .exitOverride()
        .showHelpAfterError("(--help shows all options)")
        .addHelpText("after", EXAMPLES);
    addPlan(program);
    addDiff(program);
    addWouldRelease(program);
    addDoctor(program);
    addTcb(program);
    return program;
}

function addPlan(program: Command): void {
    program
        .command("plan")
        .description(
            "run a Pulumi program of TypeScript or JavaScript against a recording monitor, and show what it asks for",
        )
        .option("-s, --stack <name>", 'stack (default: the only one, or "dev")')
        .option("-C, --program <dir>", "folder with Pulumi.yaml", ".")
        .option("-c, --config <key=value>", "configuration on top of the stack's; repeatable", collect, [])
        .option("--config-path", "keys of -c are paths, such as pools[0].vmSize", false)
        .addOption(
            new Option("-f, --format <format>", "rendering on standard output")
                .choices(["tree", "markdown", "json"])
                .default("tree"),
        )
        .option("-o, --out <dir>", "also write Kubernetes objects as YAML and all others as JSON")
        .allowExcessArguments(false)
        .addHelpText("after", EXAMPLES)
        .action(async (flags: PlanFlags) => {
            await plan(flags);
        });
}

function addDiff(program: Command): void {
    program
        .command("diff")
        .description(
            "compare what a program asks for in two revisions: what would be created, changed, replaced, deleted",
        )
        .option("-b, --base <ref>", "git revision to compare the working tree with")
        .option("--merge-base", "compare with the commit where this branch left the base", false)
        .option("--from <plan.json>", "compare with a saved plan instead; repeatable", collect, [])
        .option("-s, --stack <name...>", "stacks (default: all that have a file in either revision)", [])
        .option("-C, --program <dir>", "folder with Pulumi.yaml", ".")
        .addOption(
            new Option("-f, --format <format>", "rendering on standard output")
                .choices(["text", "markdown", "json"])
                .default("text"),
        )
        .option("-o, --out <file>", "also write to a file, as .md, .json or .txt; repeatable", collect, [])
        .addOption(
            new Option("--fail-on <what...>", "exit with 3 if there is such a change")
                .choices(["replace", "delete", "change", "access"])
                .default([]),
        )
        .allowExcessArguments(false)
        .addHelpText("after", DIFF_EXAMPLES)
        .action(async (flags: DiffFlags) => {
            await diff(flags);
        });
}

function addWouldRelease(program: Command): void {
    program
        .command("would-release")
        .description("say whether the keys of a stack go to an enclave with these claims, and which condition decides")
        .option("-s, --stack <name>", 'stack (default: the only one, or "dev")')
        .option("-C, --program <dir>", "folder with Pulumi.yaml", ".")
        .option("-c, --config <key=value>", "configuration on top of the stack's; repeatable", collect, [])
        .option("--config-path", "keys of -c are paths, such as pools[0].vmSize", false)
        .requiredOption("--claims <file>", "claims: payload of a token, list of claims, or whole token")
        .option("-k, --key <name>", "judge this key only; repeatable", collect, [])
        .addOption(
            new Option("-f, --format <format>", "rendering on standard output")
                .choices(["text", "json"])
                .default("text"),
        )
        .allowExcessArguments(false)
        .addHelpText("after", RELEASE_EXAMPLES)
        .action(async (flags: WouldReleaseFlags) => {
            await wouldRelease(flags);
        });
}

function addDoctor(program: Command): void {
    program
        .command("doctor")
        .description("find out why attestation fails on a cluster; it only reads")
        .option("--kubeconfig <file>", "kubeconfig, or - for standard input (default: the one that kubectl would use)")
        .option("--context <name>", "context of the kubeconfig (default: its current one)")
        .option("-n, --namespace <name>", "workloads of this namespace only")
        .option("--logs", "also read logs of AESM and of pods that wait for it; needs the second role")
        .option("--exec", "also ask AESM, by running its probe in its pods; needs the second role")
        .option("--azure", "also ask Azure, as the Azure CLI is signed in")
        .option("-g, --resource-group <name>", "with --azure: resource group of the cluster")
        .option("--cluster <name>", "with --azure: name of the cluster")
        .option("--subscription <id>", "with --azure: subscription (default: the Azure CLI's current one)")
        .addOption(
            new Option("-f, --format <format>", "rendering on standard output")
                .choices(["table", "short", "json", "html"])
                .default("table"),
        )
        .option("-o, --out <file>", "also write to a file, as .html, .json or .txt; repeatable", collect)
        .addOption(
            new Option("--fail-on <severity>", "exit with 3 for problems only, or for warnings as well")
                .choices(["problem", "warning"])
                .default("problem"),
        )
        .option(
            "--wait [minutes]",
            "look again until there is no finding of --fail-on and nothing starts: for so many minutes at most, or for 10",
        )
        .option("--bundle <file>", "also write what was read, without secrets, to judge it elsewhere")
        .option("--from <file>", "judge a bundle instead of a cluster")
        .addOption(
            new Option("--print-role", "print the ClusterRole that the doctor needs, and do no more").conflicts([
                ...["kubeconfig", "context", "namespace", "logs", "exec", "azure", "resourceGroup", "cluster"],
                ...["subscription", "format", "out", "failOn", "wait", "bundle", "from"],
            ]),
        )
        .allowExcessArguments(false)
        .addHelpText("after", DOCTOR_EXAMPLES)
        .action(async (flags: DoctorFlags) => {
            await doctor(flags);
        });
}

function addTcb(program: Command): void {
    program
        .command("tcb")
        .description("judge platforms by Intel's TCB levels and collateral, today's and those that come")
        .option("--quote <file>", "SGX quote of version 3 with its PCK certificate; repeatable", collect)
        .option("--pck <file>", "PCK certificate in PEM; repeatable", collect)
        .option("--fmspc <hex>", "FMSPC; repeatable", collect)
        .option("--cpusvn <hex>", "with one --fmspc: the 16 components of its TCB, as a PCK certificate has them")
        .option("--pcesvn <number>", "with --cpusvn: SVN of its PCE")
        .option("--azure-baseline", "also show the older set that Azure's own cache serves")
        .option("--cache <dir>", "keep answers, and take them when the service cannot be reached")
        .addOption(
            new Option("-f, --format <format>", "rendering on standard output")
                .choices(["table", "short", "json"])
                .default("table"),
        )
        .option("--metrics <file>", "also write metrics for Prometheus; -: to standard output, in place of the report")
        .addOption(
            new Option("--fail-on <severity>", "exit with 3 for problems only, or for warnings as well")
                .choices(["problem", "warning"])
                .default("problem"),
        )
        .allowExcessArguments(false)
        .addHelpText("after", TCB_EXAMPLES)
        .action(async (flags: TcbFlags) => {
            await tcb(flags);
        });
}

/** Shows a text on a terminal's last line, where the next one replaces it. */
function progress(text: string): void {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${cleanLines(text)}`);
}

/** Shows a line that stays, on a terminal or not. */
function tell(text: string): void {
    eraseProgress();
    process.stderr.write(`${cleanLines(text)}\n`);
}

function eraseProgress(): void {
    progress("");
}

/* Each command is loaded when it is asked for: the image of `tcb` has no library of the others. */

async function plan(flags: PlanFlags): Promise<void> {
    try {
        progress("running program...");
        const { planCommand } = await import("./plan.js");
        await planCommand(flags, hasColors(), eraseProgress);
    } catch (error) {
        eraseProgress();
        if (flags.format === "json" && error instanceof PlanError && error.exitCode === 1) {
            const { renderFailure } = await import("../plan/render/json.js");
            process.stdout.write(renderFailure(error));
        }
        fail(error, "No plan was made.");
    }
}

async function diff(flags: DiffFlags): Promise<void> {
    try {
        const { diffCommand } = await import("./diff.js");
        process.exitCode = await diffCommand(flags, hasColors(), progress);
    } catch (error) {
        eraseProgress();
        fail(error, "Nothing was compared.");
    }
}

async function wouldRelease(flags: WouldReleaseFlags): Promise<void> {
    try {
        progress("running program...");
        const { wouldReleaseCommand } = await import("./would-release.js");
        process.exitCode = await wouldReleaseCommand(flags, hasColors(), eraseProgress);
    } catch (error) {
        eraseProgress();
        fail(error, "Nothing was judged.");
    }
}

async function doctor(flags: DoctorFlags): Promise<void> {
    try {
        progress("reading the cluster...");
        const { doctorCommand } = await import("./doctor.js");
        process.exitCode = await doctorCommand(flags, hasColors(), progress, tell);
    } catch (error) {
        eraseProgress();
        fail(error, "Nothing was judged.");
    }
}

async function tcb(flags: TcbFlags): Promise<void> {
    try {
        const { tcbCommand } = await import("./tcb.js");
        process.exitCode = await tcbCommand(flags, hasColors(), progress);
    } catch (error) {
        eraseProgress();
        fail(error, "Nothing was judged.");
    }
}

/** A message for people and its exit code; any other error is a mistake of this package and goes on. */
function fail(error: unknown, what: string): void {
    if (!(error instanceof CommandError)) throw error;
    process.stderr.write(
        `error: ${cleanLines(error.message)}\n${error.exitCode === 2 ? "(--help shows all options)" : what}\n`,
    );
    process.exitCode = error.exitCode;
}

function hasColors(): boolean {
    return process.stdout.isTTY && (process.env["NO_COLOR"] ?? "") === "";
}

async function main(): Promise<void> {
    try {
        await cli().parseAsync();
    } catch (error) {
        if (error instanceof CommanderError) {
            process.exitCode = error.exitCode === 0 ? 0 : 2;
            return;
        }
        const text = error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
        process.stderr.write(`error: ${cleanLines(text)}\n`);
        process.exitCode = 1;
    }
}

void main();
