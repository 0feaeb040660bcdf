import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ProblemKind } from "../../components/problems";

const page = readFileSync("docs/problems.md", "utf8");
/** First column of the rows of the table below a heading. */
const listed = (heading: string) => {
    const [, section = ""] = page.split(`\n## ${heading}\n`);
    const [own = ""] = section.split("\n## ");
    const [, rows = ""] = own.split(/^\| -.*$/m);
    return [...rows.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name ?? "").sort();
};
const sources = ["components", "plan"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .map((name) => readFileSync(join(folder, name), "utf8")),
);

test("docs/problems.md lists the kinds of problems", () => {
    expect(listed("Kinds of problems")).toEqual(Object.values(ProblemKind).sort());
});

test("docs/problems.md lists the codes of warnings that the sources give, and no other", () => {
    const codes = sources.flatMap((text) => [...text.matchAll(/\bcode: "([^"]+)"/g)].map(([, code]) => code ?? ""));
    expect(listed("Codes of warnings")).toEqual([...new Set(codes)].sort());
});
