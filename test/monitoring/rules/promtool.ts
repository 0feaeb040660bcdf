import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { alertsOf } from "../../../components/monitoring/alerts.js";
import { prometheusGroups } from "../../../components/monitoring/rules.js";
import { findCommand } from "../../e2e/tools/toolchain.mjs";
import type { Series } from "./series.js";

/** Path of promtool, of the Debian package prometheus; undefined where it is not installed. */
export const promtool = findCommand("promtool");

/** The rules that ship, with all there is. */
export const [shipped] = prometheusGroups(
    alertsOf({
        quoteHelper: { namespace: "sgx-quote-helper", name: "sgx-quote-helper" },
        hasProof: true,
        tcbCheck: "watch-tcb",
        disabled: [],
    }),
) as [ReturnType<typeof prometheusGroups>[number]];

export type Rule = (typeof shipped.rules)[number];

/** The labels that an alert has at a moment, by its name; what is not named does not fire. */
type Firing = Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>;

/** A cluster over time, and what fires. */
export interface Case {
    name: string;
    series: Series;
    /** By minute, or by week since 1970, where promtool's time begins. */
    at: Readonly<Record<number, Firing>>;
    /** How often there are samples and evaluations. Default each minute; "4w": every four weeks. */
    every?: "4w";
}

const rendered = (text: string, labels: Readonly<Record<string, string>>) =>
    text.replace(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => labels[label] ?? "");

function expectation({ alert, labels, annotations }: Rule, time: string, firing: Firing): object {
    return {
        eval_time: time,
        alertname: alert,
        exp_alerts: (firing[alert] ?? []).map((own) => ({
            exp_labels: { ...labels, ...own },
            exp_annotations: Object.fromEntries(
                Object.entries(annotations).map(([key, text]) => [key, rendered(text, own)]),
            ),
        })),
    };
}

const inputOf = (series: Series) => Object.entries(series).map(([name, values]) => ({ series: name, values }));

/** How often there are samples and evaluations unless a case says otherwise. */
const everyMinute = "1m";

function testOf(
    { series, at, every = everyMinute }: Omit<Case, "every"> & { every?: string },
    rules: readonly Rule[],
): object {
    return {
        interval: every,
        input_series: inputOf(series),
        alert_rule_test: Object.entries(at).flatMap(([time, firing]) =>
            rules.map((rule) => expectation(rule, `${time}${every.slice(1)}`, firing)),
        ),
    };
}

/** What `promtool test rules` has against rules and cases, all evaluated as often; empty when nothing. */
export async function failuresOf(rules: readonly Rule[], cases: readonly Case[]): Promise<string> {
    const tests = cases.map((each) => testOf(each, rules));
    return testRules(rules, tests, cases[0]?.every ?? everyMinute);
}

/** The same of how many alerts fire at a minute, by name. */
export async function failuresOfCounts(
    series: Series,
    minute: number,
    counts: Record<string, number>,
): Promise<string> {
    const samples = Object.entries(counts).map(([name, value]) => ({ labels: `{alertname="${name}"}`, value }));
    const expr = 'count by (alertname) (ALERTS{alertstate="firing"})';
    const counted = {
        interval: everyMinute,
        input_series: inputOf(series),
        promql_expr_test: [{ expr, eval_time: `${minute}m`, exp_samples: samples }],
    };
    return testRules(shipped.rules, [counted], everyMinute);
}

async function testRules(rules: readonly Rule[], tests: readonly object[], every: string): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), "confidential-aks-rules-"));
    try {
        const groups = [{ ...shipped, rules }];
        writeFileSync(join(folder, "rules.yaml"), stringify({ groups }));
        const all = { rule_files: ["rules.yaml"], evaluation_interval: every, tests };
        writeFileSync(join(folder, "tests.yaml"), stringify(all, { aliasDuplicateObjects: false }));
        return await run("test", "rules", join(folder, "tests.yaml"));
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

/** What `promtool check rules` has against expressions; empty when nothing. */
export async function checkRules(groups: object): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), "confidential-aks-rules-"));
    try {
        writeFileSync(join(folder, "rules.yaml"), stringify(groups));
        return await run("check", "rules", "--lint=all", "--lint-fatal", join(folder, "rules.yaml"));
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

function run(...args: string[]): Promise<string> {
    return new Promise((done, failed) => {
        const child = spawn(promtool ?? "promtool", args, { stdio: ["ignore", "pipe", "pipe"] });
        let said = "";
        child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
        child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
        child.once("error", failed);
        child.once("close", (code) => {
            done(code === 0 ? "" : `exit ${code ?? "by a signal"}\n${said}`);
        });
    });
}
