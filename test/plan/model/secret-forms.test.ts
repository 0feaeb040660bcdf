import { describe, expect, it } from "vitest";
import { SecretBook } from "../../../plan/model/secrets.js";

const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** A book of one secret. */
function bookOf(...values: unknown[]): SecretBook {
    const book = new SecretBook();
    for (const value of values) book.addSecret(value);
    return book;
}

const KUBECONFIG = `apiVersion: v1
kind: Config
clusters:
- name: aks
  cluster:
    server: https://aks-1234.hcp.westeurope.azmk8s.io:443
current-context: aks
users:
- name: admin
  user:
    token: tok-9f8e7d6c5b
    client-key-data: ${base64("-----BEGIN KEY-----\nMIIEvgIBADANBgkqhkiG9w0B\n-----END KEY-----\n")}
    password: hunter2pw
`;

describe("parts of a secret that is YAML", () => {
    const book = bookOf(KUBECONFIG);
    it.each([
        ["its token", "tok-9f8e7d6c5b"],
        ["a header with it", "curl -H 'Authorization: Bearer tok-9f8e7d6c5b' https://x"],
        ["JSON with it", JSON.stringify({ auth: { token: "tok-9f8e7d6c5b" } })],
        ["its password in a URL", "postgres://u:hunter2pw@h"],
        ["its key", base64("-----BEGIN KEY-----\nMIIEvgIBADANBgkqhkiG9w0B\n-----END KEY-----\n")],
        ["what its key is in base64 of", "-----BEGIN KEY-----\nMIIEvgIBADANBgkqhkiG9w0B\n-----END KEY-----\n"],
        ["a line of that", "key MIIEvgIBADANBgkqhkiG9w0B"],
    ])("masks %s", (_what, text) => {
        expect(book.holdsSecret(text)).toBe(true);
        expect(book.mask(text)).not.toMatch(/tok-9f8e|hunter2pw|MIIEvg/);
    });

    it("leaves the words of a kubeconfig alone", () => {
        expect(book.mask("kind Config of apiVersion v1, the default namespace in westeurope")).toBe(
            "kind Config of apiVersion v1, the default namespace in westeurope",
        );
    });

    it("takes a text for YAML only where that is a map or a list", () => {
        const text = "just some words, and more words";
        expect(bookOf(text).mask("just some words")).toBe("just some words");
    });

    it("does not follow aliases, and takes no long time for many keys and deep lists", () => {
        const started = process.cpuUsage();
        expect(bookOf("a: &a {pw: hunter2pw, self: *a}").mask("x hunter2pw")).toBe("x [secret]");
        const bomb = ["a: &a [long-value-1, long-value-1]", "b: &b [*a, *a, *a, *a]"];
        for (let i = 0; i < 30; i++) bomb.push(`c${i}: &c${i} [${i === 0 ? "*b, *b" : `*c${i - 1}, *c${i - 1}`}]`);
        expect(bookOf(bomb.join("\n")).mask("x long-value-1")).toBe("x [secret]");
        const keys = Array.from({ length: 20_000 }, (_, i) => `k${i}: v`).join("\n");
        expect(bookOf(`${keys}\npassword: hunter2pw`).mask("x hunter2pw")).toBe("x [secret]");
        expect(bookOf("[".repeat(100_000)).mask("x")).toBe("x");
        expect(process.cpuUsage(started).user).toBeLessThan(15_000_000);
    });
});

describe("short values inside a secret", () => {
    const book = bookOf({ user: "postgres", password: "hunter2pw", pin: 493817, tier: "Standard", zone: "eastus2" });
    it.each([
        "postgres://u:hunter2pw@h",
        base64("u:hunter2pw"),
        base64("hunter2pw"),
        'said {"pw":"hunter2pw"} on the console',
        "code 493817.",
        base64("pin=493817;"),
    ])("are masked in %s", (text) => {
        expect(book.holdsSecret(text)).toBe(true);
    });

    it("are left alone where they read as words, except as a whole text", () => {
        expect(book.mask("a Standard tier of postgres in eastus2 or westeurope")).toBe(
            "a Standard tier of postgres in eastus2 or westeurope",
        );
        expect(book.mask("Standard")).toBe("[secret]");
        expect(bookOf({ password: "sunshine" }).mask("x sunshine y")).toBe("x [secret] y");
    });

    it("are no secrets where they are names of resources, also if that is known only later", () => {
        const named = bookOf({ namespace: "team-a1", password: "hunter2pw" });
        named.addInnocent("team-a1");
        expect(named.mask("job of team-a1 with hunter2pw")).toBe("job of team-a1 with [secret]");
    });

    it("are found in connection strings, queries and URLs", () => {
        expect(bookOf("Server=tcp:x;Password=hunter2pw;").mask("pw hunter2pw")).toBe("pw [secret]");
        expect(bookOf("https://x/?sig=a%2Fb%2Bc4d5&se=1").mask("x a/b+c4d5")).toBe("x a/b+c4d5");
        expect(bookOf("amqp://u:p%40ssw0rd@h").mask("pw p@ssw0rd")).toBe("pw [secret]");
    });
});

describe("secret numbers", () => {
    const book = bookOf(493817);
    it("are masked as text from 6 digits on, but not inside longer numbers", () => {
        expect(book.mask("code 493817, -493817 and 1493817")).toBe("code [secret], -[secret] and 1493817");
        expect(bookOf(8080).mask("port 8080")).toBe("port 8080");
    });
});

describe("a secret in other spellings", () => {
    const value = "p&ss w<>rd'+!(é)/x~1";
    const book = bookOf(value);
    const auth = base64(`user:${value}`);
    const percent = encodeURIComponent(value).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
    const unicode = JSON.stringify(value).replace(
        /[&<>'é]/g,
        (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
    it.each([
        ["base64 in JSON in base64", base64(JSON.stringify({ auths: { "x.azurecr.io": { auth } } }))],
        ["base64 of base64", base64(base64(value))],
        ["quoted YAML and SQL", `'${value.replaceAll("'", "''")}'`],
        ["JSON with Unicode escapes", unicode],
        ["JSON in JSON with Unicode escapes", JSON.stringify(unicode)],
        ["XML", "p&amp;ss w&lt;&gt;rd&apos;+!(é)/x~1"],
        ["HTML with hexadecimal entities", "p&#x26;ss w&#x3C;&#x3e;rd&#x27;+!(&#xe9;)/x~1"],
        ["HTML of HTML", "p&amp;amp;ss w&amp;lt;&amp;gt;rd&amp;#39;+!(é)/x~1"],
        ["encodeURI", encodeURI(value)],
        ["RFC 3986", percent],
        ["RFC 3986 in capital letters", percent.replace(/%../g, (c) => c.toUpperCase())],
        ["a URL in a URL", encodeURIComponent(percent)],
        ["the other quotes of a shell", `'${value.replaceAll("'", `'"'"'`)}'`],
        ["title case", "P&ss W<>rd'+!(é)/X~1"],
        ["folded YAML", "a: >\n  x p&ss\n  w<>rd'+!(é)/x~1"],
        ["quoted YAML over two lines", 'a: "p&ss w<>rd\\\n  \'+!(é)/x~1"'],
        ["base64 in lines", base64(`${"x".repeat(40)}:${value}`).replace(/.{20}/g, "$&\n  ")],
    ])("is found in %s", (_where, text) => {
        expect(book.holdsSecret(text)).toBe(true);
        const masked = book.mask(`before ${text} after`);
        expect(masked).toMatch(/^before [\s\S]*\[secret\][\s\S]* after$/);
        expect(masked).not.toContain("rd");
    });

    it("is found after its way to another process", () => {
        const other = SecretBook.from(
            JSON.parse(JSON.stringify(bookOf(value, { pw: "hunter2pw" }, 493817).data())) as never,
        );
        expect(other.mask(`a ${percent} b hunter2pw c 493817`)).toBe("a [secret] b [secret] c [secret]");
    });

    it("takes no long time, whatever the secret is made of", () => {
        const started = process.cpuUsage();
        for (const part of ["'", '"', "\\", `\\"`, `'"`, "&", "&amp;", "%25", " ", "\n", `{\\"a\\":\\"b\\"}`]) {
            const secret = bookOf(`x1y2z3${part.repeat(60)}end`);
            for (const text of [part, part + part, `\\${part}`, `\\\\${part}`, JSON.stringify(part)])
                secret.mask(`x1y2z3${text.repeat(100)}`.repeat(5));
        }
        for (const size of [100, 200, 1000, 20_000]) {
            const long = `x ${`&'é`.repeat(size)} y`;
            expect(bookOf(long).mask(`a ${JSON.stringify(long)} b`)).toBe('a "[secret]" b');
        }
        expect(process.cpuUsage(started).user).toBeLessThan(15_000_000);
    });
});
