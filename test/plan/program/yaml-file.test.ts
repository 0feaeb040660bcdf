import { describe, expect, it } from "vitest";
import { parseYaml } from "../../../plan/program/yaml-file.js";

describe("odd YAML", () => {
    it("an alias inside of what it names is a mistake with a place", () => {
        expect(() => parseYaml("name: p\nconfig: &c {obj: *c}\n", "Pulumi.yaml")).toThrow(
            "Pulumi.yaml is not valid YAML: the alias *c stands inside of what it names at line 2, column 18",
        );
        expect(() => parseYaml("a: &a\n  b: &b\n    - x: *a\n", "f")).toThrow("the alias *a stands inside");
        expect(parseYaml("a: &a {x: 1}\nb: *a\nc: [*a, *a]\n", "f")).toEqual({
            a: { x: 1 },
            b: { x: 1 },
            c: [{ x: 1 }, { x: 1 }],
        });
    });

    it("100,000 keys take no more than seconds, and one that is there twice is found", () => {
        const started = process.cpuUsage();
        const keys = Array.from({ length: 100_000 }, (_, i) => `k${i}: v\n`).join("");
        expect(Object.keys(parseYaml(keys, "f") as object)).toHaveLength(100_000);
        expect(() => parseYaml(`${keys}k5: w\n`, "f")).toThrow('the key "k5" is there twice at line 100001, column 1');
        expect(process.cpuUsage(started).user).toBeLessThan(30_000_000);
    });

    it("bombs of aliases, of merges and of brackets are mistakes", () => {
        const bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
        for (let i = 1; i < 10; i++)
            bomb.push(
                `a${i}: &a${i} [${Array(10)
                    .fill(`*a${i - 1}`)
                    .join(", ")}]`,
            );
        expect(() => parseYaml(bomb.join("\n"), "f")).toThrow("f is not valid YAML: Excessive alias count");
        const merges = ["m0: &m0 {a: 1, b: 2}"];
        for (let i = 1; i < 30; i++)
            merges.push(
                `m${i}: &m${i} {<<: [${Array(10)
                    .fill(`*m${i - 1}`)
                    .join(", ")}]}`,
            );
        expect(() => parseYaml(merges.join("\n"), "f")).toThrow("f is not valid YAML");
        expect(() => parseYaml("[".repeat(100_000), "f")).toThrow("f is not valid YAML");
    });

    it("several maps may be merged into one, and a key may be there twice at two places", () => {
        expect(
            parseYaml("x: &x {a: 1}\ny: &y {b: 2}\nz:\n  <<: *x\n  c: 3\nw: {<<: [*x, *y], a: 4}\n", "f"),
        ).toMatchObject({
            z: { a: 1, c: 3 },
            w: { a: 4, b: 2 },
        });
        expect(() => parseYaml("a: 1\nb: {c: 1, c: 2}\n", "f")).toThrow(
            'the key "c" is there twice at line 2, column 11',
        );
    });
});
