import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { debianCommands } from "./e2e/tools/toolchain.mjs";

const docs = readdirSync("docs", { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".md") && !name.startsWith("reference"),
);
const pages = ["README.md", "CONTRIBUTING.md", "images/README.md", ...docs.map((name) => join("docs", name))];
const filesOf = (folder: string, ending: RegExp) =>
    readdirSync(folder)
        .filter((name) => ending.test(name))
        .map((name) => readFileSync(join(folder, name), "utf8"));

describe.each(pages)("%s", (path) => {
    test("links only to files that are there, and names only scripts and paths that exist", () => {
        const text = readFileSync(path, "utf8");
        const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, to]) => resolve(dirname(path), to ?? ""));
        expect(links.filter((to) => !existsSync(to))).toEqual([]);
        const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
        const named = [...text.matchAll(/npm run ([a-z0-9:-]+)/g)].map(([, script]) => script ?? "");
        expect(named.filter((script) => scripts[script] === undefined)).toEqual([]);
        const paths = [
            ...text.matchAll(/`((?:test|cli|components|doctor|images|plan|stacks|terminal|bench)\/[\w./-]+)`/g),
        ];
        const generated = /^bench\/(results|generated)\/|NAME/;
        expect(
            paths.map(([, path]) => path ?? "").filter((path) => !generated.test(path) && !existsSync(path)),
        ).toEqual([]);
    });
});

describe("docs/testing.md", () => {
    const text = readFileSync("docs/testing.md", "utf8");
    const commands = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block ?? "").join("\n");
    const dev = filesOf("test/snapshots/dev/kubernetes", /\.yaml$/);

    test("names every Debian package that the end-to-end tests need, and no other", () => {
        const [, list = ""] = /The Debian packages are ([\s\S]*?)\. Where/.exec(text) ?? [];
        expect(list.split(/,\s+|\s+and\s+/).sort()).toEqual([...new Set(Object.values(debianCommands))].sort());
    });

    test("asks the cluster for objects by the names and labels that the stack gives them", () => {
        const namespaces = [...commands.matchAll(/ -n (\S+)/g)].map(([, name]) => name ?? "");
        expect(new Set(namespaces)).toEqual(new Set(["sgx-quote-helper", "attestation-sample"]));
        for (const namespace of namespaces) {
            expect(
                dev.some((manifest) => manifest.includes(`kind: Namespace\nmetadata:\n  name: ${namespace}\n`)),
            ).toBe(true);
        }
        const helper = dev.find((manifest) => /kind: DaemonSet\n.*\n {2}name: sgx-quote-helper\n/.test(manifest)) ?? "";
        expect(commands).toContain("daemonset/sgx-quote-helper");
        for (const [, key, value] of commands.matchAll(/ -l ([\w./-]+)=(\S+)/g)) {
            expect(helper).toMatch(new RegExp(`${key ?? ""}: "?${value ?? ""}"?\n`));
        }
        const plugin = dev.find((manifest) => manifest.includes("-enclave-limit")) ?? "";
        expect(plugin).toMatch(/-enclave-limit\n\s+- "110"\n\s+- -provision-limit\n\s+- "110"/);
        expect(text).toContain("`110   110`");
    });

    test("changes the configuration by keys and values that the program takes", () => {
        const changes = [...commands.matchAll(/--config 'confidential-aks:([^']+)'/g)].map(
            ([, change]) => change ?? "",
        );
        expect(changes).toHaveLength(2);
        for (const change of changes) {
            const args = ["dist/cli/index.js", "plan", "--stack", "dev", "-c", change];
            const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 60_000 });
            expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
        }
    });

    test("expects of the verdict what the judge writes", () => {
        const judge = filesOf("images/attestation-sample", /\.p[lm]$/).join("");
        for (const word of ["out-of-process", "negative-control", "for:"]) {
            expect(text).toContain(word);
            expect(judge).toContain(word);
        }
    });
});
