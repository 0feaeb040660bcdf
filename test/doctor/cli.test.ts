import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { writeBundle } from "../../doctor/collect/bundle";
import { readReport } from "../../doctor/model/read";
import { run, type Run } from "../plan/cli";
import { tempDir } from "../support/temp-dirs";
import { brokenPlugin, healthy } from "./support/cluster";

/** Runs `doctor --from` with a bundle. */
function judged(snapshot = brokenPlugin(), ...args: string[]): Promise<Run> {
    const file = path.join(tempDir(), "bundle.json");
    writeBundle(file, snapshot);
    return run("doctor", "--from", file, ...args);
}

describe("doctor --from a bundle", () => {
    test("begins with the one thing to do, and exits with 3", async () => {
        const { code, stdout } = await judged();
        const [first = "", ...rest] = stdout.split("\n");
        expect(first).toMatch(/^First: .*\(CA-N11, Node aks-enclave-0: /);
        expect(rest.join("\n")).toContain("aks-enclave-0");
        expect(code).toBe(3);
    });

    test("says that there is nothing to do, and exits with 0", async () => {
        const { code, stdout } = await judged(healthy());
        expect(stdout).toMatch(/^OK: nothing to do/);
        expect(code).toBe(0);
    });

    test("prints only what is wrong in the short form", async () => {
        const { stdout } = await judged(brokenPlugin(), "--format", "short");
        expect(stdout).toContain("✘ CA-N11");
        expect(stdout).not.toContain("✔");
    });

    test("prints JSON, also beside a page in a file", async () => {
        const page = path.join(tempDir(), "report.html");
        const { stdout, code } = await judged(brokenPlugin(), "--format", "json", "--out", page);
        expect(readReport(stdout).first).toMatchObject({ code: "CA-N11" });
        expect(readFileSync(page, "utf8")).toContain("CA-N11");
        expect(code).toBe(3);
    });

    test("has no colours and no progress where the output is no terminal", async () => {
        const { stdout, stderr } = await judged();
        expect(stdout).not.toContain("\u001b");
        expect(stderr).toBe("");
    });

    test("cleans names that would write on the terminal", async () => {
        const hostile = brokenPlugin("evil\u001b]0;title\u0007");
        expect((await judged(hostile)).stdout).not.toMatch(/[\u0007\u001b]/);
    });
});

describe("wrong usage is one message, and exits with 2:", () => {
    test("all that is wrong at once", async () => {
        const { code, stderr } = await run("doctor", "--wait", "0x", "--out", "report.md", "--azure");
        expect(code).toBe(2);
        for (const said of ["--wait 0x", "--out report.md", "--azure needs"]) expect(stderr).toContain(said);
    });

    test.each<[string, string[], string]>([
        ["a bundle that is not there", ["--from", "none.json"], "--from none.json: cannot be read"],
        ["a bundle and a cluster", ["--from", "b.json", "--context", "c", "--logs"], "remove --context, --logs"],
        ["a bundle and a namespace", ["--from", "b.json", "--namespace", "n"], "remove --namespace"],
        [
            "a role and a cluster",
            ["--print-role", "--context", "c"],
            "option '--print-role' cannot be used with option '--context <name>'",
        ],
        ["a bundle that is waited for", ["--from", "b.json", "--wait"], "remove --wait"],
        ["Azure without a cluster", ["--azure"], "--azure needs --resource-group and --cluster"],
        ["a cluster of Azure without --azure", ["--cluster", "c"], "--cluster: only with --azure"],
        ["minutes that are none", ["--wait", "soon"], "--wait soon: minutes are expected"],
        ["a file of no format", ["--out", "report.md"], "--out report.md: a name that ends in .html, .json, .txt is"],
        ["a format that does not exist", ["--format", "yaml"], "Allowed choices are table, short, json, html"],
        ["a kubeconfig that is not there", ["--kubeconfig", "none.yaml"], "--kubeconfig none.yaml: cannot be read"],
    ])("%s", async (_, args, message) => {
        const { code, stdout, stderr } = await run("doctor", ...args);
        expect(stderr).toContain(message);
        expect(stderr).not.toContain("    at ");
        expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    });

    test("a file that is no bundle", async () => {
        const file = path.join(tempDir(), "plan.json");
        writeFileSync(file, '{"format":"confidential-aks/plan"}');
        const { code, stderr } = await run("doctor", "--from", file);
        expect(stderr).toContain('not a bundle: "format" is "confidential-aks/plan"');
        expect(code).toBe(1);
    });

    test("a bundle without its objects", async () => {
        const file = path.join(tempDir(), "bundle.json");
        writeFileSync(file, JSON.stringify({ ...healthy(), objects: { nodes: [], pods: {} } }));
        const { code, stderr } = await run("doctor", "--from", file);
        expect(stderr).toContain("not a bundle: missing or of the wrong type: objects.pods, objects.daemonSets");
        expect(code).toBe(1);
    });

    test("an output that cannot be written", async () => {
        const file = path.join(tempDir(), "none", "report.html");
        const { code, stdout, stderr } = await judged(healthy(), "--out", file);
        expect(stdout).toMatch(/^OK: /);
        expect(stderr).toContain("cannot be written");
        expect({ code, there: existsSync(file) }).toEqual({ code: 2, there: false });
    });
});

test("--print-role prints the role, as kubectl can apply it", async () => {
    const { code, stdout } = await run("doctor", "--print-role");
    expect(stdout).toBe(readFileSync("docs/doctor-role.yaml", "utf8"));
    expect(parseAllDocuments(stdout)[0]?.toJS()).toMatchObject({ kind: "ClusterRole" });
    expect(code).toBe(0);
});

test("a bundle can be read by its owner only", () => {
    const file = path.join(tempDir(), "bundle.json");
    writeBundle(file, healthy());
    expect(statSync(file).mode & 0o777).toBe(0o600);
});

test.each(["problem", "warning"] as const)("--fail-on %s exits with 3 for a problem", async (severity) => {
    expect((await judged(brokenPlugin(), "--fail-on", severity)).code).toBe(3);
});
