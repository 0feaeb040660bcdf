// npm run bench: wall time and peak memory of this package beside other ways of doing the same, as ratios within one
// run.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measure } from "./measure.mjs";
import { startMonitor } from "./monitor.mjs";
import {
    planOf,
    root,
    runnerCommand,
    writeBareProgram,
    writeManyRepository,
    writeWorkloadsProgram,
} from "./programs.mjs";
import { print, ratioOf } from "./report.mjs";

const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const only = process.env.BENCH_ONLY;
const progress = process.stderr.isTTY
    ? (text) => process.stderr.write(`\r\x1b[K${text}`)
    : (text) => process.stderr.write(`${text}\n`);

const plan = planOf("dev");
const expected = plan.resources.filter(({ custom }) => custom).length;
const bare = writeBareProgram(plan, { name: "bare", conventional: false });
const conventional = writeBareProgram(plan, { name: "conventional", conventional: true });
const workloads = writeWorkloadsProgram();
const config = (await import("yaml")).parse(
    (await import("node:fs")).readFileSync(join(root, "stacks/Pulumi.dev.yaml"), "utf8"),
).config;
const flat = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
);

/** A program run by the SDK's runner; afterwards it must have registered what is expected. */
function program(name, folder, resources, options = {}) {
    return {
        name,
        prepare: async () => {
            const server = await startMonitor("confidential-aks", "dev");
            const cold = options.cold ? mkdtempSync(join(tmpdir(), "confidential-aks-cold-")) : undefined;
            const env = { ...options.env, ...(cold === undefined ? {} : { TMPDIR: cold }) };
            return {
                command: runnerCommand(folder, {
                    address: server.address,
                    project: "confidential-aks",
                    stack: "dev",
                    config: flat,
                    env,
                }),
                after: () => {
                    server.close();
                    if (cold !== undefined) rmSync(cold, { recursive: true, force: true });
                    const made = [...server.recording.resources.values()].filter(({ request }) =>
                        request?.getCustom(),
                    ).length;
                    if (made !== resources)
                        throw new Error(
                            `${name}: ${made} resources instead of ${resources}: ${server.problems.join("; ")}`,
                        );
                },
            };
        },
    };
}

const command = (name, args) => ({ name, prepare: async () => ({ command: { args, cwd: root } }) });

const many = [1, 100, 1000].flatMap((count) =>
    ["raw", "attested", "component"].map((kind) =>
        program(`${count} ${kind}`, workloads, count, { env: { WORKLOADS: String(count), KIND: kind } }),
    ),
);

/** Comparing a commit with the working tree: what differs in each case. */
const differences = {
    "50 jobs": { changedImages: 50, prefix: "job" },
    "500 jobs": { changedImages: 500, prefix: "job" },
    "all names": { changedImages: 0, prefix: "task" },
};
const repositories = Object.entries(differences).map(([name, difference]) => {
    const folder = writeManyRepository(`many-${name.replace(" ", "-")}`, difference);
    return command(`g ${name}`, [join(root, "dist/cli/index.js"), "diff", "--base", "HEAD", "-C", folder]);
});
const manyFolder = join(root, "bench/generated/many-50-jobs");

const results = await measure(
    [
        command("a sdk", ["-e", 'require("@pulumi/pulumi")']),
        program("b program", root, expected),
        program("c bare", bare, expected),
        program("d conventional", conventional, expected, { cold: true }),
        command("e plan", [join(root, "dist/cli/index.js"), "plan", "--stack", "dev"]),
        ...many,
        command("g plan", [join(root, "dist/cli/index.js"), "plan", "--program", manyFolder]),
        ...repositories,
    ].filter(({ name }) => only === undefined || new RegExp(only).test(name)),
    rounds,
    progress,
);
progress("");

const ratio = ratioOf(results);
/** Cost of one workload more: the slope between two sizes, free of what starting a program costs. */
const each = (kind, from, to) =>
    ((results[`${to} ${kind}`]?.seconds ?? NaN) - (results[`${from} ${kind}`]?.seconds ?? NaN)) / (to - from);

const ratios = [
    ["program / bare, time", ratio("b program", "c bare", "seconds"), "at most 1.25"],
    ["program / bare, memory", ratio("b program", "c bare", "mebibytes"), "at most 1.25"],
    ["conventional / program, time", ratio("d conventional", "b program", "seconds"), "at least 5"],
    ["conventional / program, memory", ratio("d conventional", "b program", "mebibytes"), "at least 3"],
    ["plan / SDK, time", ratio("e plan", "a sdk", "seconds"), "at most 2"],
    ["plan / SDK, memory", ratio("e plan", "a sdk", "mebibytes"), "at most 2"],
    ...[1, 100, 1000].map((n) => [
        `${n} attested / raw, time`,
        ratio(`${n} attested`, `${n} raw`, "seconds"),
        "at most 1.25",
    ]),
    ...[1, 100, 1000].map((n) => [
        `${n} component / raw, time`,
        ratio(`${n} component`, `${n} raw`, "seconds"),
        "at most 1.25",
    ]),
    ...Object.keys(differences).map((name) => [
        `1001 resources: diff, ${name} / two plans, time`,
        ratio(`g ${name}`, "g plan", "seconds") / 2,
        "below 3",
    ]),
    ["one attested more / one raw more, 100 to 1000", each("attested", 100, 1000) / each("raw", 100, 1000), ""],
    ["one component more / one raw more, 100 to 1000", each("component", 100, 1000) / each("raw", 100, 1000), ""],
];

print("latest", rounds, results, ratios);
