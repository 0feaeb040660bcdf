import { describe, expect, it } from "vitest";
import { parseOverrides, parsePath, setPath, typedValue } from "../../../plan/program/config-path.js";
import { plan, planOf } from "../cli.js";

const base = {
    cwd: "config",
    dryRun: true,
    enabled: false,
    extra: null,
    needed: "here",
    other: "from-project",
    plain: "literal",
    pools: [{ name: "a", vmSize: "s1" }, { name: "b" }],
    project: "fixture-config",
    region: "westeurope",
    size: 5,
    stack: "good",
    tags: { a: "b" },
};

describe("configuration", () => {
    it("takes values of the stack, then defaults of Pulumi.yaml", async () => {
        expect((await planOf("config", "--stack", "good")).outputs["seen"]).toEqual(base);
    });

    it("puts -c on top, with and without a namespace", async () => {
        const made = await planOf(
            "config",
            "--stack",
            "good",
            "-c",
            "size=9",
            "-c",
            "fixture-config:region=a=b",
            "-c",
            "other:setting=cli",
            "-c",
            'tags={"x":1}',
        );
        expect(made.outputs["seen"]).toEqual({ ...base, size: 9, region: "a=b", other: "cli", tags: { x: 1 } });
    });

    it("sets parts of objects and lists with --config-path, typed as Pulumi types them", async () => {
        const made = await planOf(
            "config",
            "--stack",
            "good",
            "--config-path",
            "-c",
            "pools[0].vmSize=x",
            "-c",
            "pools[1].count=2",
            "-c",
            "pools[2].on=true",
            "-c",
            'tags["k.8/s"]=007',
            "-c",
            "size=4",
        );
        expect(made.outputs["seen"]).toEqual({
            ...base,
            pools: [{ name: "a", vmSize: "x" }, { name: "b", count: 2 }, { on: true }],
            tags: { a: "b", "k.8/s": "007" },
            size: 4,
        });
    });

    it("reports every problem at once, each with its key", async () => {
        const { code, stdout, stderr } = await plan("config", "--stack", "bad");
        expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
        expect(stderr).toContain('stack "bad" has 6 configuration problems');
        for (const problem of [
            "fixture-config:size must be of type 'integer', got string \"many\"",
            "fixture-config:enabled must be of type 'boolean', got string \"maybe\"",
            "fixture-config:tags must be of type 'object', got an array of 1",
            "fixture-config:pools must be of type 'array<object>', got string \"text\"",
            "fixture-config:names[1] must be of type 'string', got number 5",
            "fixture-config:needed: missing configuration value (A value without a default)",
        ]) {
            expect(stderr).toContain(`  - ${problem}`);
        }
    });

    it("checks what -c gives, and says that it came from there", async () => {
        const wrong = ["enabled=perhaps", 'tags={"a":', "pools=5"].flatMap((text) => ["-c", text]);
        const { code, stderr } = await plan("config", "--stack", "good", ...wrong);
        expect(code).toBe(1);
        expect(stderr).toContain("has 3 configuration problems");
        for (const problem of [
            "enabled must be of type 'boolean', got string \"perhaps\" from -c\n",
            'tags must be of type \'object\', got string "{\\"a\\":" from -c, which is not JSON\n',
            "pools must be of type 'array<object>', got string \"5\" from -c\n",
        ]) {
            expect(stderr).toContain(`  - fixture-config:${problem}`);
        }
    });

    it("warns of an ESC environment", async () => {
        const made = await planOf("config", "--stack", "esc");
        expect(made.warnings.map((warning) => warning.code)).toEqual(["esc-environment-skipped"]);
    });
});

describe("property paths", () => {
    it.each([
        ["a", ["a"]],
        ["a.b", ["a", "b"]],
        ["a[0].b", ["a", 0, "b"]],
        ['a["x.y"][1]', ["a", "x.y", 1]],
        ['["a"].b', ["a", "b"]],
        ['a["q\\"q"]', ["a", 'q"q']],
    ])("%s", (text, path) => {
        expect(parsePath(text)).toEqual(path);
    });

    it.each(["", ".a", "a..b", "a[", "a[x]", 'a["x]', "a]"])("%j is none", (text) => {
        expect(() => parsePath(text)).toThrow(/path|quoting/);
    });

    it("types true, false and whole numbers, and nothing else", () => {
        expect(
            ["true", "false", "5", "-5", "0", "05", "1.5", "True", "", "99999999999999999999"].map(typedValue),
        ).toEqual([true, false, 5, -5, 0, "05", "1.5", "True", "", "99999999999999999999"]);
    });

    it("an equals sign in quotes belongs to the key", () => {
        expect(parseOverrides(['a["x=y"]=z=1'], true, "p")).toEqual([{ key: "p:a", path: ["x=y"], value: "z=1" }]);
        expect(parseOverrides(["ns:config:key=v", "k=v"], false, "p").map(({ key }) => key)).toEqual(["ns:key", "p:k"]);
    });

    it("refuses keys that would reach into JavaScript, and lists that are none", () => {
        expect(() => setPath({}, ["__proto__", "x"], 1, "k")).toThrow('"__proto__" is no key');
        expect(() => setPath({ a: 1 }, ["a", 0], 1, "k")).toThrow("no list");
        expect(() => setPath([], ["a"], 1, "k")).toThrow("no object");
    });
});
