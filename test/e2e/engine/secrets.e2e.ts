import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { offlinePlan } from "./compare.js";
import { everywhere, files, leaks } from "./leaks.js";
import type { Project } from "./project.js";
import { startWorld, type World } from "./world.js";

/*
 * No secret in clear anywhere. The tests follow each other on one stack.
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

test("not in what is shown and written before there is anything", async () => {
    await project.must("preview", "--diff", "--stack", "dev", "--save-plan", join(project.folder, "update-plan.json"));
    await project.preview();
    await project.must("config", "--stack", "dev");
    expect(leaks(world, jobSecret, [["offline plan", offlinePlan(project).text], ...everywhere(project)])).toEqual([]);
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
    expect(leaks(world, jobSecret, everywhere(project))).toEqual([]);
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
    expect(
        leaks(world, jobSecret, [["offline plan", offlinePlan(project, "update").text], ...everywhere(project)]),
    ).toEqual([]);
});

test("and the search finds what there is to find", async () => {
    const { stdout } = await project.must("stack", "output", "kubeconfig", "--show-secrets", "--stack", "dev");
    expect(leaks(world, jobSecret, [["asked for", stdout]])).toEqual(["asked for"]);
    const { stdout: debugging } = await project.must("preview", "--debug", "--stack", "dev");
    expect(leaks(world, jobSecret, [["what docs/operations.md warns of", debugging]])).toHaveLength(1);
    const planted = join(project.backend, "planted");
    for (const prefix of ["", "a", "ab", "abc"]) {
        writeFileSync(planted, Buffer.from(`${prefix}${jobSecret} and more`).toString("base64"));
        expect(leaks(world, jobSecret, files(project.backend))).toEqual([planted]);
    }
});
