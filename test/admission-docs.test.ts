import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { sizeRule } from "../components/sgx/admission/guard";
import { guardRules } from "../components/sgx/admission/rules";
import { repositoryFile } from "./support/stacks";

/*
 * The table of rules in docs/admission.md is the rules' own text. `RENEW=1` writes it anew.
 */
const file = repositoryFile("docs/admission.md");
const rules = [sizeRule, ...guardRules({ allowInProcess: false, csiDrivers: ["secrets-store.csi.k8s.io"] })];
const subjects: Record<string, string> = { volume: "a volume", annotation: "an annotation", change: "", pod: "" };

function table(): string {
    const rows = rules.map((rule) => {
        const about = "about" in rule ? (subjects[rule.about] ?? "a container") : "";
        return `- \`${rule.id}\`: ${about === "" ? "" : `${about} `}${rule.says}.`;
    });
    return `\n${rows.join("\n")}\n`;
}

test("docs/admission.md lists every rule with what it says", () => {
    const text = readFileSync(file, "utf8");
    const [before = "", rest = ""] = text.split("<!-- rules -->\n");
    const [listed = "", after = ""] = rest.split("\n<!-- /rules -->");
    if (process.env["RENEW"] !== undefined) {
        writeFileSync(file, `${before}<!-- rules -->\n${table()}\n<!-- /rules -->${after}`);
        return;
    }
    expect(listed).toBe(table());
});
