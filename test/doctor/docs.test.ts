import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { docsOfCheck } from "../../components/sgx";
import { guardRules } from "../../components/sgx/admission/rules";
import { judge } from "../../doctor/judge/judge";
import { checkCodes } from "../../doctor/model/codes";
import { knownLines } from "../../doctor/model/known-lines";
import { renderReport } from "../../doctor/render/index";
import { event, healthy } from "./support/cluster";

const file = "docs/doctor.md";
const checkFolder = "doctor/judge/checks";

/** A cluster whose AESM on one node cannot quote. */
function cannotQuote() {
    return healthy(2, ({ pods, events }) => {
        const pod = pods.find(({ metadata }) => metadata.name === "sgx-quote-helper-aks-enclave-1");
        if (pod === undefined) throw new Error("no such pod");
        const { containerStatuses = [] } = pod.status;
        pod.status = {
            ...pod.status,
            conditions: [{ type: "Ready", status: "False" }],
            containerStatuses: containerStatuses.map((one) => ({ ...one, ready: one.name !== "aesm" })),
        };
        const said = "Readiness probe failed: AESM answered error 30 (SERVICE_UNAVAILABLE): it runs but cannot quote";
        const { kind, ...rest } = { kind: "Pod", ...event("Pod", pod.metadata, "Unhealthy", said) };
        events.push({ ...rest, object: { ...rest.object, kind, fieldPath: "spec.containers{aesm}" } });
    });
}

/** The sections of the page, with the reasons that each describes. */
function sections(): Map<string, string[]> {
    const [, text = ""] = readFileSync(file, "utf8").split("<!-- checks -->");
    const parts = text.split(/^### /m).slice(1);
    return new Map(
        parts.map((part) => [
            part.slice(0, part.indexOf("\n")),
            [...part.matchAll(/^\| `([\w-]+)`/gm)].map(([, reason = ""]) => reason).sort(),
        ]),
    );
}

/** The reasons that the source of a check gives, as far as they are written there as they are. */
function reasonsOf(code: string): string[] {
    const prefix = code.slice(3).toLowerCase();
    const names = readdirSync(checkFolder).filter((name) => name.startsWith(prefix));
    expect(names, code).not.toEqual([]);
    const found: string[] = [];
    for (const name of names) {
        const source = ts.createSourceFile(name, readFileSync(join(checkFolder, name), "utf8"), ts.ScriptTarget.Latest);
        const look = (node: ts.Node, inReason: boolean): void => {
            if (inReason && ts.isStringLiteral(node)) found.push(node.text);
            const starts = ts.isPropertyAssignment(node) && ts.isIdentifier(node.name) && node.name.text === "reason";
            ts.forEachChild(node, (child) => {
                look(child, starts ? child === node.initializer : inReason && !ts.isBinaryExpression(node));
            });
        };
        look(source, false);
    }
    return [...new Set(found)].sort();
}

/** Every literal of a source; of a template the pattern, `*-not-tolerating`. */
function literalsOf(path: string): string[] {
    const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest);
    const found: string[] = [];
    const look = (node: ts.Node): void => {
        if (ts.isStringLiteralLike(node)) found.push(node.text);
        if (ts.isTemplateExpression(node))
            found.push([node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join("*"));
        ts.forEachChild(node, look);
    };
    look(source);
    return found;
}

const ruleIds = guardRules({ allowInProcess: true, csiDrivers: [] }).map(({ id }) => id);

/** What may be a reason of a check: literals of its source and of what that uses, ids of rules and of known lines. */
function possibleReasons(code: string): Set<string> {
    const names = readdirSync(checkFolder).filter((name) => name.startsWith(code.slice(3).toLowerCase()));
    const own = names.flatMap((name) => literalsOf(join(checkFolder, name)));
    const used = own.flatMap((text) => {
        const [, name] = /^\.\.\/([\w-]+)\.js$/.exec(text) ?? [];
        return name === undefined ? [] : literalsOf(join("doctor/judge", `${name}.ts`));
    });
    const all = [...own, ...used];
    const uses = (part: string) => all.some((text) => text.includes(part) && text.endsWith(".js"));
    return new Set([
        ...all,
        ...(uses("admission/rules/") ? ruleIds : []),
        ...(uses("/known-lines") ? knownLines.map(({ id }) => id) : []),
    ]);
}

describe(file, () => {
    test("shows the real output of the short form", () => {
        const real = renderReport(judge(cannotQuote()), "short");
        const pattern = /(<!-- doctor:short -->\n+```\w+\n)([\s\S]*?)(```\n)/;
        const text = readFileSync(file, "utf8");
        if (process.env["RENEW"] !== undefined)
            writeFileSync(
                file,
                text.replace(pattern, (_, start: string, __, end: string) => start + real + end),
            );
        expect(pattern.exec(readFileSync(file, "utf8"))?.[2]).toBe(real);
    });

    test("has a section for each check, in their order, to which the reports link", () => {
        expect([...sections().keys()]).toEqual(checkCodes);
        for (const code of checkCodes) expect(docsOfCheck(code).split("#")[1]).toBe(code.toLowerCase());
    });

    test.each(checkCodes)("%s: describes every reason that the check gives", (code) => {
        const described = sections().get(code) ?? [];
        expect(described).toEqual(expect.arrayContaining(reasonsOf(code)));
        expect(new Set(described).size).toBe(described.length);
    });

    test.each(checkCodes)("%s: describes no reason that the check cannot give", (code) => {
        const possible = possibleReasons(code);
        const isPossible = (reason: string) => possible.has(reason) || possible.has(reason.replace(/^[a-z]+/, "*"));
        expect((sections().get(code) ?? []).filter((reason) => !isPossible(reason))).toEqual([]);
    });

    test("describes every line of a log that tells a cause", () => {
        expect(sections().get("CA-Q19")).toEqual(expect.arrayContaining([...new Set(knownLines.map(({ id }) => id))]));
    });
});
