import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { encryptedSentinel, SecretBook } from "../../../plan/model/secrets.js";
import { tempDir } from "../../support/temp-dirs.js";
import { named, plan, planOf, run } from "../cli.js";

const VALUES = [
    "hunter2-known-value",
    "object-held-secret-1",
    Buffer.from("hunter2-known-value").toString("base64").replace(/=+$/, ""),
    "encrypted-config-value",
    "v1:AAAA",
];

function allFiles(dir: string): string {
    return readdirSync(dir, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => `${entry.name}\n${readFileSync(path.join(entry.parentPath, entry.name), "utf8")}`)
        .join("\n");
}

describe("secrets", () => {
    it.each(["tree", "markdown", "json"])(
        "their values stand nowhere: format %s, files, standard error",
        async (format) => {
            const out = path.join(tempDir(), "out");
            const { code, stdout, stderr } = await plan("secrets", "--format", format, "--out", out);
            expect(code).toBe(0);
            const text = [stdout, stderr, allFiles(out)].join("\n");
            for (const value of VALUES) expect(text).not.toContain(value);
            expect(stderr).toBe("debug [secret] [secret]\n");
        },
    );

    it("their values are not in error messages", async () => {
        const { code, stderr } = await plan("secrets", "-c", "fail=true");
        expect(code).toBe(1);
        expect(stderr).toContain("failed with [secret] and [secret]");
        for (const value of VALUES) expect(stderr).not.toContain(value);
    });

    it("their values are not in complaints about their type", async () => {
        const dir = tempDir();
        const declared = ["integer", "object", "array, items: { type: string }"];
        const keys = declared.map((type, index) => `  key${index}: { type: ${type}, secret: true }\n`);
        writeFileSync(path.join(dir, "Pulumi.yaml"), `name: p\nruntime: nodejs\nconfig:\n${keys.join("")}`);
        writeFileSync(path.join(dir, "Pulumi.dev.yaml"), "config: {}\n");
        const given = ["-c", "key0=hush-hush-0", "-c", 'key1={"hush-hush-1"', "-c", 'key2=["a",{"hush-hush-2":1}]'];
        const { code, stdout, stderr } = await run("plan", "--program", dir, ...given);
        expect(code).toBe(1);
        expect(stderr).toContain("has 3 configuration problems");
        expect(stderr.match(/got another type from -c/g)).toHaveLength(2);
        expect(stdout + stderr).not.toContain("hush-hush");
    });

    it("an encrypted value is unknown to the program, or a stand-in that marks what it gets into", async () => {
        const made = await planOf("secrets");
        expect(made.outputs).toEqual({
            out: { $plan: "unknown" },
            object: { $plan: "unknown" },
            outPlain: { $plan: "secret", unknown: true },
            outKnown: { $plan: "secret" },
        });
        expect(named(made, "leak").inputs["metadata"]).toEqual({ name: "leak", annotations: { user: "admin-user" } });
    });

    it("a plain value is a secret once the program asks for it as one", async () => {
        const made = await planOf("secrets", "-c", "declared=hush-hush-value");
        expect(named(made, "declared").inputs["data"]).toEqual({ copy: { $plan: "secret" } });
        expect(JSON.stringify(made)).not.toContain("hush-hush-value");
    });

    it("a secret in plain text elsewhere is masked and reported", async () => {
        const made = await planOf("secrets");
        expect(named(made, "leak").inputs["data"]).toEqual({
            copy: { $plan: "secret" },
            encoded: { $plan: "secret" },
            open: "visible-value",
            "key-[secret]": "v",
        });
        const leaks = made.warnings.filter((warning) => warning.code === "secret-in-plain-input");
        expect(leaks.map((warning) => warning.urn)).toEqual([
            undefined,
            named(made, "leak").urn,
            named(made, "object-copy").urn,
        ]);
    });

    it("short and common words inside secret objects mask nothing", async () => {
        const made = await planOf("secrets");
        expect(named(made, "object-copy").inputs).toMatchObject({
            data: { note: { $plan: "secret" } },
            metadata: { name: "object-copy", namespace: "default" },
        });
    });
});

describe("a pod spec that a transform makes secret", () => {
    const secret = { $plan: "secret" };

    it.each([
        ["inner", "since one value in it is"],
        ["whole", "by itself"],
    ])("%s: %s: is masked with its password, and nothing else of the plan is", async (how) => {
        const made = await planOf("transformed", "-c", `how=${how}`);
        expect(named(made, "sec").inputs["spec"]).toEqual(secret);
        const { data } = named(made, "copy").inputs as { data: Record<string, unknown> };
        expect(data["note"]).toEqual(secret);
        expect([named(made, "greeting").inputs["stringData"], data["greeting"]]).toEqual([secret, secret]);
        expect(data["image"]).toMatch(/^registry\.example\.org/);
        const text = JSON.stringify(made);
        expect(text).not.toContain("sunshine-moonlight");
        expect(text.match(/"\$plan":"secret"|\[secret\]/g)).toHaveLength(4);
        expect(made.warnings.filter(({ code }) => code === "secret-in-plain-input").map(({ urn }) => urn)).toEqual([
            named(made, "copy").urn,
        ]);
        expect(made.epc[0]?.workloads).toContainEqual({ workload: "Deployment/sec", urn: named(made, "sec").urn });
    });
});

describe("parts of secrets, short values and numbers", () => {
    const parts = /tok-9f8e7d6c5b|hunter2pw|493817/;

    it.each(["tree", "markdown", "json"])("stand nowhere: format %s, files, standard error", async (format) => {
        const out = path.join(tempDir(), "out");
        const { code, stdout, stderr } = await plan("leaky", "--format", format, "--out", out);
        expect({ code, stderr }).toEqual({ code: 0, stderr: "console [secret] [secret] [secret]\n" });
        expect([stdout, allFiles(out)].join("\n")).not.toMatch(parts);
    });

    it("are masked where they stand, and reported", async () => {
        const made = await planOf("leaky");
        const secret = { $plan: "secret" };
        expect(named(made, "leaks").inputs).toMatchObject({
            metadata: { annotations: { header: secret } },
            data: { json: secret, url: secret, docker: secret, pin: secret, other: secret },
        });
        expect(made.outputs).toEqual({ connection: secret });
        expect(made.warnings.map(({ code }) => code)).toEqual([
            "careful",
            "secret-in-plain-input",
            "secret-in-plain-input",
        ]);
        expect(made.warnings[0]?.message).toBe("with [secret] and [secret]");
    });

    it("are not in errors and their properties", async () => {
        const { code, stderr } = await plan("leaky", "-c", "how=fail");
        expect(code).toBe(1);
        expect(stderr).toContain("pin: [secret]");
        expect(stderr).not.toMatch(parts);
    });
});

describe("SecretBook", () => {
    it("finds a secret in JSON, URL and base64 spelling, longest first", () => {
        const book = new SecretBook();
        book.addSecret('pass"word/1');
        book.addSecret('pass"word/1-long');
        expect(book.mask('a pass"word/1 b pass\\"word/1 c pass%22word%2F1 d')).toBe(
            "a [secret] b [secret] c [secret] d",
        );
        expect(book.mask('pass"word/1-long')).toBe("[secret]");
        expect(book.holdsSecret(Buffer.from('pass"word/1').toString("base64"))).toBe(true);
    });

    const value = `p&ss "w<>rd'+é/ñ~1`;
    const base64 = (text: string, encoding: BufferEncoding = "base64"): string => Buffer.from(text).toString(encoding);
    it.each([
        ["JSON in JSON", JSON.stringify(JSON.stringify({ value }))],
        ["a URL", encodeURIComponent(value)],
        ["a form", new URLSearchParams({ value }).toString()],
        ["HTML", "p&amp;ss &quot;w&lt;&gt;rd'+é/ñ~1"],
        ["HTML with apostrophes escaped", "p&amp;ss &quot;w&lt;&gt;rd&#39;+é/ñ~1"],
        ["the quotes of a shell", `'p&ss "w<>rd'\\''+é/ñ~1'`],
        ["hexadecimal", base64(value, "hex")],
        ["capital hexadecimal", base64(value, "hex").toUpperCase()],
        ["another case", value.toUpperCase()],
        ["base64", base64(value)],
        ["base64 of a URL", base64(value, "base64url")],
        ["base64 behind one byte, before others", base64(`:${value}@x`)],
        ["base64 behind two bytes", base64(`u:${value}`)],
        ["base64 behind a name", base64(`user:${value}`)],
        ["base64 of a URL behind two bytes", base64(`u:${value}`, "base64url")],
        ["base64 before something else", base64(`${value}:user`)],
    ])("finds a secret in %s", (_where, text) => {
        const book = new SecretBook();
        book.addSecret(value);
        expect(book.holdsSecret(text)).toBe(true);
        expect(book.mask(text)).toContain("[secret]");
    });

    it("leaves short values alone, and masks the lines of a long one", () => {
        const book = new SecretBook();
        book.addSecret("true");
        book.addSecret("-----BEGIN-----\nMIIEpAIBAAKCAQEA1234567890abcd\n-----END-----");
        expect(book.mask("it is true")).toBe("it is true");
        expect(book.mask("x MIIEpAIBAAKCAQEA1234567890abcd")).toBe("x [secret]");
    });

    it("takes words of a secret object that stand in plain under the same key for no secrets, and nothing else", () => {
        const plain = [
            ["type", "RuntimeDefault"],
            ["key", "confidential-aks/sgx"],
            ["note", "object-held-secret-1"],
            ["password", "sunshine-moonlight"],
            ["DB_PASSWORD", "correct-horse"],
            ["other", "OtherKeyOfThis"],
            ["type", "declared-by-itself"],
        ];
        const book = new SecretBook();
        for (const [key = "", text = ""] of plain) book.addPlain({ key, text });
        for (const [key = "", text = ""] of plain) book.addSecret({ [key === "other" ? "mine" : key]: text });
        book.addSecret({ env: [{ name: "DB_PASSWORD", value: "correct-horse" }] });
        book.addDeclared("declared-by-itself");
        expect(plain.map(([, text = ""]) => book.mask(text))).toEqual([
            "RuntimeDefault",
            "confidential-aks/sgx",
            ...plain.slice(2).map(() => "[secret]"),
        ]);
    });

    it("takes what was sent in plain before a transform for a secret only where its key promises one", () => {
        const book = new SecretBook();
        for (const text of ["example.org/app:1.2.3", "sunshine-1"]) book.addSentPlain(text);
        book.addDeclared({ image: "example.org/app:1.2.3", token: "sunshine-1", data: "never-sent-1" });
        book.addTransformed({ key: "command", text: "script 1 of 2" });
        book.addTransformed({ key: "command", text: "script 2 of 2" });
        book.addPlain({ key: "data", text: "script 1 of 2" });
        expect(
            ["example.org/app:1.2.3", "sunshine-1", "never-sent-1", "script 1 of 2", "script 2 of 2"].map((text) =>
                book.mask(text),
            ),
        ).toEqual(["example.org/app:1.2.3", "[secret]", "[secret]", "script 1 of 2", "[secret]"]);
    });

    it("knows the stand-in of an encrypted value, also encoded", () => {
        const book = new SecretBook();
        book.addEncrypted("p:key");
        expect(book.holdsEncrypted(`a=${encryptedSentinel("p:key")};`)).toBe(true);
        expect(book.holdsEncrypted(Buffer.from(encryptedSentinel("p:key")).toString("base64"))).toBe(true);
        expect(book.holdsEncrypted("something else")).toBe(false);
    });
});
