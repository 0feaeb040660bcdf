import { expect, test } from "vitest";
import { PLAN_FORMAT, PLAN_MODE, PLAN_VERSION, readPlan, type Plan } from "../../../plan/model/format.js";
import { renderMarkdown } from "../../../plan/render/markdown.js";
import { renderTree } from "../../../plan/render/tree.js";

const plan: Plan = {
    format: PLAN_FORMAT,
    version: PLAN_VERSION,
    project: "p",
    stack: "s",
    mode: PLAN_MODE,
    resources: [],
    invokes: [],
    warnings: [
        { code: "image-by-tag", message: "an image by tag" },
        { code: "retired-size", message: "Azure provisions no such node" },
    ],
    outputs: {},
    epc: [],
    quota: [
        { quota: "Standard DCSv3 Family vCPUs", vCpusAtMost: 8, surge: 2, replacement: 4, needed: 12 },
        { quota: "Standard DSv5 Family vCPUs", vCpusAtMost: 8, surge: 4, replacement: 0, needed: 12 },
    ],
    counts: { resources: 0, components: 0, byType: {} },
};

test("a retired size is the first thing that a plan says, other warnings come at the end", () => {
    const [, first] = renderTree(plan).split("\n");
    expect(first).toBe("Azure provisions no such node");
    const [, paragraph] = renderMarkdown(plan).split("\n\n");
    expect(paragraph).toBe("> Azure provisions no such node");
});

test("the vCPUs to ask Azure for are a table, with the sum that Azure counts for the region", () => {
    expect(renderTree(plan)).toMatch(/Standard DCSv3 Family vCPUs +8 +\+2 +\+4 +12\n/);
    expect(renderTree(plan)).toMatch(/Total Regional vCPUs +24\n/);
    expect(renderMarkdown(plan)).toContain("| Total Regional vCPUs |  |  |  | 24 |");
});

test("a plan of a version that wrote no quota is read and shown", () => {
    const { quota: _, ...older } = plan;
    expect(renderTree(readPlan(JSON.stringify(older)))).not.toContain("vCPUs");
});
