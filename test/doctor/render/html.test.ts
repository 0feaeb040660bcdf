import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { renderReport } from "../../../doctor/render";
import type { Report } from "../../../doctor/model/report";
import { nodeRow, pluginFinding, reportOf, troubled } from "../support/reports";

const page = (report: Report) => renderReport(report, "html");

/** The text that a reader sees between two parts of the page. */
function textOf(markup: string): string {
    return markup
        .replace(/<style>.*<\/style>/s, "")
        .replace(/<[^>]*>/g, " ")
        .replace(/\s+/g, " ")
        .trim();
}

/** Names of the nodes that are in view without opening anything. */
function nodesInView(markup: string): string[] {
    const closed = markup.replace(/<details class="pool">.*?<\/table>\s*<\/details>/gs, "");
    return [...closed.matchAll(/class="node-name">([^<]*)/g)].map(([, name = ""]) => name);
}

test("the headline is the one thing to do, with what was seen and where; it is not repeated below", () => {
    const markup = page(reportOf({ findings: [pluginFinding] }));
    const headline = /<h1[^>]*>(.*?)<\/h1>/s.exec(markup)?.[1] ?? "";
    expect(textOf(headline)).toBe(
        "Copy the image to a registry of the cluster&#39;s own, and set devicePlugin.image ; look with kubectl -n sgx-device-plugin describe pods",
    );
    expect(headline).toContain("<code>kubectl -n sgx-device-plugin describe pods</code>");
    expect(textOf(markup)).toContain("429 Too Many Requests DaemonSet sgx-device-plugin/sgx-device-plugin");
    expect(markup.match(/429 Too Many Requests/g)).toHaveLength(1);
    expect(markup).not.toContain('id="findings"');
});

test("a healthy cluster says so, and which checks could not be made", () => {
    expect(textOf(page(reportOf()))).toContain("Healthy Nothing to do");
    const skipped = page(reportOf({ skipped: { "CA-A01": { needs: "--azure" } } }));
    expect(textOf(skipped)).toContain("1 check was skipped");
    expect(textOf(skipped)).toContain("needs --azure");
});

test("findings come problems first, each with its severity as a word, its code's documentation and how to mend it", () => {
    const warning = { ...pluginFinding, code: "CA-A02", severity: "warning", seen: "a warning", fix: "ask" } as const;
    const problem = { ...pluginFinding, code: "CA-W23", seen: "another problem", fix: "`kubectl get pods`" } as const;
    const markup = page(reportOf({ findings: [pluginFinding, warning, problem] }));
    const items = [...markup.matchAll(/<li class="finding .*?<\/li>\s*(?=<li class="finding|<\/ol>)/gs)].map(([item]) =>
        textOf(item),
    );
    expect(items).toEqual([
        expect.stringMatching(/^problem CA-W23 Another problem .*To mend it kubectl get pods$/),
        expect.stringMatching(/^warning CA-A02 A warning .*To mend it Ask$/),
    ]);
    expect(markup).toMatch(/href="https:[^"]*doctor\.md#ca-w23"/);
});

test("every code of a node leads to a finding of the page, also when two findings have the same code", () => {
    const second = { ...pluginFinding, reason: "other", seen: "something else" };
    const markup = page(reportOf({ findings: [pluginFinding, second], nodes: [nodeRow(0, { codes: ["CA-P13"] })] }));
    const ids = [...markup.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    const targets = [...markup.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(targets).toContain("CA-P13");
    expect(ids).toEqual(expect.arrayContaining(targets));
});

test("a row has plugin, EPC with its owners, AESM and last proof of a node", () => {
    const markup = page(reportOf({ nodes: [nodeRow(0)] }));
    const row = /<tbody.*?<\/tbody>/s.exec(markup)?.[0] ?? "";
    expect(textOf(row)).toBe(
        "aks-enclave-31415926-vmss000000 enclave · Standard_DC2s_v3 Device plugin ready EPC taken 1794Mi of 8Gi , by pod " +
            "1Gi shop/payments-0 768Mi shop/ledger-0 2Mi sgx-quote-helper/sgx-quote-helper-0 " +
            "AESM ready Last proof out-of-process 2 hours ago Findings none",
    );
    const widths = [...row.matchAll(/<rect class="share\d" x="([\d.]+)" width="([\d.]+)"/g)].map(([, ...at]) =>
        at.map(Number),
    );
    expect(widths.map(([x]) => x)).toEqual([0, 125, 218.8]);
});

test("a bar never leaves its frame, also when pods ask for more than there is", () => {
    const owners = Array.from({ length: 40 }, (_, index) => ({ namespace: "a", name: `p${index}`, bytes: 2 ** 30 }));
    const markup = page(reportOf({ nodes: [nodeRow(0, { owners, epcBytes: 2 ** 30 })] }));
    const shares = [...markup.matchAll(/<rect class="share\d" x="([\d.]+)" width="([\d.]+)"/g)];
    expect(shares).toHaveLength(7);
    for (const [, x, width] of shares) expect(Number(x) + Number(width)).toBeLessThanOrEqual(1000);
});

test("a node without EPC, without proof, or not ready says so in words", () => {
    const {
        epcBytes: _,
        proof: __,
        ...bare
    } = nodeRow(0, { ready: false, plugin: "none", aesm: "not ready", owners: [] });
    const text = textOf(/<tbody.*?<\/tbody>/s.exec(page(reportOf({ nodes: [bare] })))?.[0] ?? "");
    expect(text).toContain("Standard_DC2s_v3 not ready Device plugin none EPC taken none offered AESM not ready");
    expect(text).toContain("Last proof none");
});

test("among 500 nodes those in trouble are in view, and the others are one closed line a pool", () => {
    const report = troubled(500);
    const markup = page(report);
    const inTrouble = report.nodes.filter(({ codes }) => codes.length > 0).map(({ name }) => name);
    expect(nodesInView(markup)).toEqual(inTrouble);
    expect(markup.match(/<details class="pool">/g)).toHaveLength(2);
    expect(markup.match(/class="node-name"/g)).toHaveLength(500);
});

test("500 nodes in trouble are not 500 rows in view", () => {
    const nodes = Array.from({ length: 500 }, (_, index) => nodeRow(index, { plugin: "none" }));
    const markup = page(reportOf({ nodes }));
    expect(nodesInView(markup)).toHaveLength(12);
    expect(textOf(markup)).toContain("326 need care");
});

test("few healthy nodes are all in view", () => {
    const nodes = Array.from({ length: 12 }, (_, index) => nodeRow(index));
    expect(nodesInView(page(reportOf({ nodes })))).toEqual(nodes.map(({ name }) => name));
});

test("a cluster without SGX nodes says so", () => {
    expect(textOf(page(reportOf()))).toContain("No node with SGX was seen.");
});

const hostile = `<img src=x onerror=alert(1)>"'\`<script>alert(2)</script>&lt;\u202egpj\u0007\u001b[31m</style>`;

test("hostile names are text: no element, attribute or control character comes from a cluster", () => {
    const place = { kind: hostile, namespace: hostile, name: hostile };
    const finding = { ...pluginFinding, seen: hostile, fix: `run \`${hostile}\``, where: [place] };
    const row = nodeRow(0, {
        name: hostile,
        pool: hostile,
        vmSize: hostile,
        owners: [{ namespace: hostile, name: hostile, bytes: 1 }],
        proof: { verdict: hostile, at: hostile },
    });
    const bad = { ...reportOf({ findings: [finding], nodes: [row] }), kubernetes: hostile, at: hostile };
    const skipped = reportOf({ skipped: { "CA-A01": { needs: hostile } } });
    const many = reportOf({ nodes: Array.from({ length: 20 }, () => row) });
    for (const report of [bad, skipped, many]) {
        const markup = page(report);
        expect(markup).not.toMatch(/<(script|img)\b/);
        expect(markup).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
        expect(markup.match(/<\/style>/g)).toHaveLength(1);
        // Without what is text, no attribute is left that runs something.
        for (const [tag] of markup.matchAll(/<[a-z][^>]*>/g)) expect(tag).not.toMatch(/onerror|alert/);
    }
});

test("the page may load nothing and run nothing, and its policy allows the style that it has", () => {
    const markup = page(troubled(3));
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(markup)?.[1] ?? "";
    const style = /<style>(.*?)<\/style>/s.exec(markup)?.[1] ?? "";
    expect(policy.split("; ")).toEqual([
        "default-src 'none'",
        "img-src data:",
        `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
        "base-uri 'none'",
        "form-action 'none'",
    ]);
    expect(markup).not.toMatch(/ style=|<script| src=|url\(|@import/);
});
