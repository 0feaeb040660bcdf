import { cpSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DockerfileParser } from "dockerfile-ast";
import { validate } from "dockerfile-utils";
import { describe, expect, test } from "vitest";
import { tcbCheck } from "../../components/monitoring/tcb-job";
import { tcbCheckSpec } from "../../components/monitoring/tcb-spec";
import { recordedFmspc } from "../doubles/intel-pcs/service";
import { construct, one } from "../support/construct";
import { tempDir } from "../support/temp-dirs";
import { withDouble } from "../tcb/support/check";
import { runAgainst } from "../tcb/support/command";

const text = readFileSync("images/tcb/Dockerfile", "utf8");
const instructions = DockerfileParser.parse(text)
    .getInstructions()
    .map((each) => ({ keyword: each.getKeyword(), argument: each.getRawArgumentsContent() ?? "" }));
const argumentsOf = (keyword: string) =>
    instructions.flatMap((each) => (each.keyword === keyword ? [each.argument] : []));

interface Lock {
    packages: Record<string, { version: string; integrity?: string; resolved?: string; dev?: boolean }>;
}
const json = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"));
const lock = json("images/tcb/package-lock.json") as Lock;
const libraries = Object.entries(lock.packages).filter(([path]) => path !== "");

describe("images/tcb", () => {
    const of = withDouble();

    test("is valid, of the pinned base, and stops at the first command that fails", () => {
        expect(validate(text)).toEqual([]);
        expect(text).not.toMatch(/^\s*RUN\s+--|--(chmod|link|parents)=|<<-?\s*["']?\w/m);
        const { buildArguments } = json("images/versions.json") as {
            buildArguments: Record<string, { value: string; images: string[] }>;
        };
        const own = Object.entries(buildArguments).filter(([, { images }]) => images.includes("tcb"));
        expect(own.map(([name]) => name)).toEqual(["NODE_IMAGE"]);
        const [base = "", digest = ""] = (own[0]?.[1].value ?? "").split("@");
        expect(argumentsOf("ARG")).toEqual([`NODE_IMAGE=${base}`]);
        expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
        expect(argumentsOf("FROM")).toEqual(["${NODE_IMAGE}"]);
        for (const run of argumentsOf("RUN")) expect(run).toMatch(/^set -e;/);
        expect(argumentsOf("USER")).toEqual(["65534:65534"]);
    });

    test("installs the libraries of this package, in its versions, with checksums and no scripts", () => {
        const own = json("package-lock.json") as Lock;
        for (const [path, { version, integrity, resolved }] of libraries) {
            expect({ path, version, integrity }).toEqual({
                path,
                version: own.packages[path]?.version,
                integrity: own.packages[path]?.integrity,
            });
            expect(integrity).toMatch(/^sha512-/);
            expect(resolved).toBeUndefined();
            expect(lock.packages[path]).not.toHaveProperty("hasInstallScript");
        }
        expect(argumentsOf("RUN")[0]).toContain("npm ci --omit=dev --ignore-scripts ");
    });

    test("holds all that the CronJob's command needs", async () => {
        const folder = tempDir();
        for (const copied of argumentsOf("COPY")) {
            const parts = copied.split(/\s+/);
            const to = parts.pop() ?? "";
            for (const from of parts) {
                const target = to === "./" ? join(folder, from.split("/").at(-1) ?? "") : join(folder, to);
                cpSync(from, target, { recursive: true });
            }
        }
        for (const [path] of libraries) cpSync(path, join(folder, path), { recursive: true });
        const { spec } = tcbCheckSpec({ image: "r.example/tcb:1", fmspcs: [recordedFmspc] });
        const job = one(
            await construct("preview", () => {
                tcbCheck("tcb", spec, "watch", {});
            }),
            ":CronJob",
        );
        const [, args = ""] = /"args":(\[[^\]]*\])/.exec(JSON.stringify(job.inputs)) ?? [];
        const { code, stdout, stderr } = await runAgainst(of.intel, JSON.parse(args) as string[], folder);
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
        expect(stdout).toMatch(/^OK: the collateral is in order\n/);
    });

    test("builds from what npm installs", () => {
        const { files } = json("package.json") as { files: string[] };
        const sources = argumentsOf("COPY").flatMap((copied) => copied.split(/\s+/).slice(0, -1));
        for (const source of sources.filter((each) => each !== "package.json"))
            expect(files.some((each) => source === each || dirname(`${source}/`).split("/")[0] === each)).toBe(true);
    });
});
