import { lstatSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { offlinePlan } from "./compare.js";
import { passphrase, type Project } from "./project.js";
import { startWorld, type World } from "./world.js";

/*
 * No secret in clear anywhere: searched for by value, also inside base64, in all that the commands print and in every
 * file they write (state and its history, logs of events, update plans, the stack's configuration). The tests follow
 * each other on one stack.
 */
const jobSecret = "zebra-crossing-4711-in-a-job";

let world: World;
let project: Project;
beforeAll(async () => {
    world = await startWorld();
    project = await world.project("dev");
    project.configure((config) => {
        config.jobs = [{ name: "report", image: "example.azurecr.io/report:1", epc: "8Mi", env: { TOKEN: "soon" } }];
    });
    await project.must("config", "set", "--secret", "--path", "jobs[0].env.TOKEN", jobSecret, "--stack", "dev");
});
afterAll(() => world.stop());

/**
 * A text as it is, and as base64 has it at each of the three offsets (without the characters that depend on the
 * neighbours).
 */
function spellings(secret: string): string[] {
    const encoded = [0, 1, 2].map((offset) => {
        const text = Buffer.from("x".repeat(offset) + secret).toString("base64");
        return text.slice(offset === 0 ? 0 : offset + 1, text.length - 4);
    });
    return [secret, ...encoded];
}

/** Names of the places with a secret in clear. */
function leaks(places: Iterable<readonly [string, string]>): string[] {
    const needles = [...world.secrets, jobSecret, passphrase].flatMap(spellings);
    return [...places].filter(([, text]) => needles.some((needle) => text.includes(needle))).map(([place]) => place);
}

/** Every file of the project's folder; what is linked is not its own. */
function* files(folder: string): Generator<readonly [string, string]> {
    for (const name of readdirSync(folder)) {
        const path = join(folder, name);
        const stat = lstatSync(path);
        if (stat.isDirectory()) yield* files(path);
        else if (stat.isFile()) yield [path, withoutDebugging(readFileSync(path, "latin1"))];
    }
}

/**
 * The engine's log of events without the SDK's debugging messages, which repeat all that the program and the engine say
 * to each other: Pulumi prints them with --debug only, and docs/operations.md warns of that.
 */
function withoutDebugging(text: string): string {
    return text
        .split("\n")
        .filter((line) => !line.includes('"diagnosticEvent":{"prefix":"debug: "'))
        .join("\n");
}

/** All that was printed, and all files. */
function* everywhere(): Generator<readonly [string, string]> {
    for (const [index, text] of project.printed.entries()) yield [`printed (${index}): ${text.slice(0, 60)}`, text];
    yield* files(project.folder);
}

test("not in what is shown and written before there is anything", async () => {
    await project.must("preview", "--diff", "--stack", "dev", "--save-plan", join(project.folder, "update-plan.json"));
    await project.preview();
    await project.must("config", "--stack", "dev");
    expect(leaks([["offline plan", offlinePlan(project).text], ...everywhere()])).toEqual([]);
});

test("not in an update, its log of events and the state", async () => {
    await project.must(
        "up",
        "--yes",
        "--diff",
        "--stack",
        "dev",
        "--event-log",
        join(project.folder, "events", "up.json"),
    );
    const { resources = [] } = await project.state();
    const [job] = resources.filter(({ type, urn }) => type === "kubernetes:batch/v1:Job" && urn.endsWith("-report"));
    expect(JSON.stringify(job?.inputs)).toContain("ciphertext");
    expect(leaks(everywhere())).toEqual([]);
});

test("not when the job runs again and fails, nor in a refresh", async () => {
    world.kubelets.jobSucceeds = () => false;
    project.configure(
        (config) =>
            ((config.jobs as Record<string, unknown>[])[0] = {
                ...(config.jobs as object[])[0],
                rerun: "again",
                backoffLimit: 0,
            }),
    );
    const { code, stdout, stderr } = await project.update("up", "--diff");
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain("BackoffLimitExceeded");
    await project.refresh("--diff");
    await project.must("stack", "--show-urns", "--stack", "dev");
    await project.must("stack", "output", "--json", "--stack", "dev");
    expect(leaks([["offline plan", offlinePlan(project, "update").text], ...everywhere()])).toEqual([]);
});

test("and the search finds what there is to find", async () => {
    const { stdout } = await project.must("stack", "output", "kubeconfig", "--show-secrets", "--stack", "dev");
    expect(leaks([["asked for", stdout]])).toEqual(["asked for"]);
    const { stdout: debugging } = await project.must("preview", "--debug", "--stack", "dev");
    expect(leaks([["what docs/operations.md warns of", debugging]])).toHaveLength(1);
    const planted = join(project.backend, "planted");
    for (const prefix of ["", "a", "ab", "abc"]) {
        writeFileSync(planted, Buffer.from(`${prefix}${jobSecret} and more`).toString("base64"));
        expect(leaks(files(project.backend))).toEqual([planted]);
    }
});
