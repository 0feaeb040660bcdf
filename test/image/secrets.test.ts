import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { enclaveImageSpec } from "../../components/image/spec";
import type { Problem } from "../../components/problems";
import { ownImageContext } from "../../components/shared/package-root";

let folder = "";
beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "secrets-"));
});
afterEach(() => {
    rmSync(folder, { recursive: true });
});

/** Problems of a folder with these files. */
function problemsOf(
    files: Record<string, string>,
    rest: { publicFiles?: string[]; buildArgs?: Record<string, string> } = {},
): Problem[] {
    for (const [path, text] of Object.entries({ Dockerfile: "FROM ubuntu:22.04\n", ...files })) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
    }
    return enclaveImageSpec({ context: folder, repository: "apps/x", resourceGroupName: "group", ...rest }).problems;
}

/** Problems of build arguments that the Dockerfile takes. */
function checked(buildArgs: Record<string, string>): Problem[] {
    const taken = Object.keys(buildArgs).map((name) => `ARG ${name}\n`);
    return problemsOf({ Dockerfile: `FROM ubuntu:22.04\n${taken.join("")}` }, { buildArgs });
}

// Put together here, so that no scanner takes this file for a leak.
const body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n".repeat(3);
const pem = (kind: string): string => `-----BEGIN ${kind}-----\n${body}-----END ${kind}-----\n`;
const letters = (length: number): string => "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7".repeat(10).slice(0, length);
const hex = (length: number): string => "0123456789abcdef".repeat(10).slice(0, length);
const kubeconfig = (user: string): string =>
    `apiVersion: v1\nkind: Config\nclusters:\n- name: c\n  cluster: {server: https://x}\nusers:\n- name: u\n  user:\n    ${user}\n`;

describe("a file that holds a secret is refused", () => {
    test.each<[string, string, string]>([
        ["private.pem", pem("RSA PRIVATE KEY"), "a private key (PEM) in line 1"],
        ["deep/key", pem("PRIVATE KEY"), "a private key (PEM) in line 1"],
        ["key.txt", `# mine\n${pem("ENCRYPTED PRIVATE KEY")}`, "a private key (PEM) in line 2"],
        ["ssh", pem("OPENSSH PRIVATE KEY"), "a private key (PEM) in line 1"],
        ["gpg.asc", pem("PGP PRIVATE KEY BLOCK"), "a private key (PEM) in line 1"],
        [
            "rsa",
            pem("RSA PRIVATE KEY").replace("\n", "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,0011\n\n"),
            "a private key (PEM) in line 1",
        ],
        [
            "account.json",
            JSON.stringify({ type: "service_account", private_key: pem("PRIVATE KEY") }),
            "a private key (PEM) in line 1",
        ],
        [
            "secret.yaml",
            `key: |\n    ${pem("EC PRIVATE KEY").replaceAll("\n", "\n    ")}`,
            "a private key (PEM) in line 2",
        ],
        [
            "main.go",
            `var key = "-----BEGIN PRIVATE KEY-----\\n" +\n\t"${letters(64)}\\n"`,
            "a private key (PEM) in line 1",
        ],
        ["windows.pem", pem("PRIVATE KEY").replaceAll("\n", "\r\n"), "a private key (PEM) in line 1"],
        ["id_ed25519", "x", "a private key of SSH"],
        ["home/.ssh/id_rsa", "x", "a private key of SSH"],
        ["server.pfx", "x", "a container of private keys"],
        ["key.ppk", "PuTTY-User-Key-File-3: ssh-ed25519\n", "a container of private keys"],
        ["age.txt", `AGE-SECRET-KEY-1${"Q".repeat(58)}\n`, "a private key of age in line 1"],
        [".env", "# x\nPASSWORD=hunter2\n", "values of an environment (.env) in line 2"],
        ["app/.env.production", "A=b\n", "values of an environment (.env) in line 1"],
        ["prod.env", "A=b\n", "values of an environment (.env) in line 1"],
        [".npmrc", "registry=https://x/\n//x/:_authToken=abc-def\n", "a token of npm in line 2"],
        [".yarnrc.yml", "npmAuthToken: abcdef\n", "a token of npm in line 1"],
        [".netrc", "machine x login y password z\n", "a password (.netrc) in line 1"],
        [".pypirc", "[pypi]\nusername = __token__\npassword = x\n", "a password of PyPI in line 3"],
        [".git-credentials", "https://user:pass@example.com\n", "credentials of Git in line 1"],
        [
            ".docker/config.json",
            '{"auths":{"x.azurecr.io":{"auth":"dXNlcjpwYXNz"}}}',
            "credentials of a container registry in line 1",
        ],
        [".aws/credentials", "[default]\n", "credentials of AWS in line 1"],
        ["adc.json", '{"refresh_token": "1//0abcdefgh"}', "credentials of Google Cloud in line 1"],
        ["sp.json", '{\n"clientSecret": "abcdefghij"}', "a secret of a service principal in line 2"],
        [
            "kubeconfig",
            kubeconfig("client-key-data: LS0tLS1CRUdJTg=="),
            "credentials of a Kubernetes cluster (kubeconfig) in line 9",
        ],
        [
            ".kube/config",
            kubeconfig("token: abcdefghijkl"),
            "credentials of a Kubernetes cluster (kubeconfig) in line 9",
        ],
        ["a", `ghp_${letters(36)}`, "a token of GitHub in line 1"],
        ["a", `x: github_pat_${letters(82)}\n`, "a token of GitHub in line 1"],
        ["a", `glpat-${letters(20)}`, "a token of GitLab in line 1"],
        ["a", `npm_${letters(36)}`, "a token of npm in line 1"],
        ["a", `pypi-AgEIcHlwaS5vcmc${letters(100)}`, "a token of PyPI in line 1"],
        ["a", `dckr_pat_${letters(27)}`, "a token of Docker Hub in line 1"],
        ["a", `aws_secret_access_key = ${letters(40)}`, "an access key of AWS in line 1"],
        ["a", `AccountName=x;AccountKey=${letters(86)}==;`, "a key of an Azure account in line 1"],
        ["a", `SharedAccessKey=${letters(43)}=`, "a key of an Azure account in line 1"],
        [
            "a",
            `https://x.blob.core.windows.net/c?sv=2025-01-05&sig=${letters(43)}%3D`,
            "a shared access signature of Azure in line 1",
        ],
        ["a", `abc8Q~${letters(34)}`, "a client secret of Microsoft Entra ID in line 1"],
        ["a", `${letters(52)}JQQJ99A${"A".repeat(25)}`, "a key of an Azure service in line 1"],
        ["a", `AIza${letters(35)}`, "an API key of Google in line 1"],
        ["a", `xoxb-${letters(24)}`, "a token of Slack in line 1"],
        ["a", `hvs.${letters(24)}`, "a token of Vault in line 1"],
        ["a", `pul-${hex(40)}`, "a token of Pulumi Cloud in line 1"],
        ["a", `sk_live_${letters(24)}`, "a key of Stripe in line 1"],
        ["a", `hf_${letters(34)}`, "a token of Hugging Face in line 1"],
    ])("%s", (path, text, value) => {
        const problems = problemsOf({ [path]: text });
        expect(problems.map((problem) => [problem.path, problem.value])).toEqual([[`context/${path}`, value]]);
        expect(problems[0]?.expected).toContain("encodedTaskContent");
        expect(problems[0]?.remedy).toMatch(/\.dockerignore.*Key Vault.*publicFiles/s);
        // What is found is named, never shown.
        expect(JSON.stringify(problems)).not.toContain(letters(20));
        expect(problemsOf({ [path]: text }, { publicFiles: [path] })).toEqual([]);
        expect(problemsOf({ [path]: text, ".dockerignore": `${path}\n` })).toEqual([]);
    });

    test("with advice to sign elsewhere where it is a key", () => {
        expect(problemsOf({ "private.pem": pem("RSA PRIVATE KEY") })[0]?.remedy).toContain(
            "sign outside of this build",
        );
        expect(problemsOf({ "private.pem": "", ".netrc": "password x" })[0]?.remedy).not.toContain("sign outside");
    });
});

describe("a file without a secret passes", () => {
    test.each<[string, string]>([
        ["public.pem", pem("PUBLIC KEY")],
        ["cert.pem", pem("CERTIFICATE")],
        ["id_rsa.pub", "ssh-rsa AAAA"],
        ["check.go", 'if strings.HasPrefix(line, "-----BEGIN PRIVATE KEY-----") {\n\treturn parse(line)\n}\n'],
        [".env.example", "PASSWORD=changeme\n"],
        [".env", "# nothing but a comment\n"],
        [".npmrc", "registry=https://x/\n//x/:_authToken=${NPM_TOKEN}\n"],
        [".yarnrc.yml", 'npmAuthToken: "${NPM_TOKEN}"\n'],
        [".docker/config.json", '{"auths":{"x.azurecr.io":{}},"credsStore":"desktop"}'],
        ["tsconfig.json", '{"compilerOptions":{}}'],
        ["config", kubeconfig("exec: {command: kubelogin, args: [get-token]}")],
        ["users.yaml", "users:\n- name: x\n  password: abcdefghij\n"],
        ["token.txt", "topsecret-value"],
        ["sum", `sha256:${hex(64)}`],
        ["key.pem", ""],
        ["binary", "\0\x01\x02"],
    ])("%s", (path, text) => {
        expect(problemsOf({ [path]: text })).toEqual([]);
    });

    test("and so do the images of this package", () => {
        for (const image of ["aesm", "attestation-sample"]) {
            const args = { context: ownImageContext(image), repository: "x", resourceGroupName: "group" };
            expect(enclaveImageSpec(args).problems).toEqual([]);
        }
    });
});

describe("publicFiles", () => {
    test("names files that are there", () => {
        expect(problemsOf({}, { publicFiles: ["key.pem"] })).toMatchObject([
            { path: "publicFiles[0]", value: "key.pem", expected: expect.stringContaining("a file of the context") },
        ]);
    });
});

describe("a secret in an assignment is refused, and not shown", () => {
    test.each([
        ["NPM_TOKEN", "abcdefgh"],
        ["DB_PASSWORD", "hunter22"],
        ["PRIVATE_KEY", "abcdefgh"],
        ["X", `ghp_${letters(36)}`],
        ["HTTPS_PROXY", "http://user:hunter22@proxy:3128"],
    ])("%s as a build argument", (name, value) => {
        expect(checked({ [name]: value })).toMatchObject([{ path: `buildArgs.${name}`, hideValue: true }]);
    });

    test.each([
        ["NPM_TOKEN", ""],
        ["USE_TOKEN", "true"],
        ["TOKEN_URL", "https://login.example.com/token"],
        ["INTEL_KEY_FINGERPRINT", "150434D1488BF80308B69398E5C7F0FA1C6C6C3C"],
        ["HTTPS_PROXY", "http://proxy:3128"],
        ["BASE", "ubuntu:22.04"],
        ["SIGNING_KEY", "/secrets/enclave-key.pem"],
        ["PRIVATE_KEY", "private.pem"],
        ["GITHUB_TOKEN", "../run/token"],
        ["ACCESS_KEY", "enabled"],
        ["MAX_TOKEN", "1000000"],
    ])("%s=%s is none", (name, value) => {
        expect(checked({ [name]: value })).toEqual([]);
    });

    test("a text that begins like a key, and goes on like its header for long, is judged at once", () => {
        const endless = `-----BEGIN PRIVATE KEY-----${"aaaa: ".repeat(2000)}\0`;
        expect(problemsOf({ Dockerfile: "FROM ubuntu:22.04\n", "log.txt": endless })).toEqual([]);
    });

    test.each([
        ["ARG NPM_TOKEN=abcdefgh", "ARG NPM_TOKEN: a secret by its name"],
        ['ENV A=b DB_PASSWORD="hunter22"', "ENV DB_PASSWORD: a secret by its name"],
        ["ENV MIRROR https://user:hunter22@example.com", "ENV MIRROR: an address with a password"],
    ])("%s in the Dockerfile", (line, value) => {
        const files = { Dockerfile: `FROM ubuntu:22.04\n${line}\n` };
        expect(problemsOf(files)).toMatchObject([{ path: "context/Dockerfile:2", value }]);
        expect(problemsOf(files, { publicFiles: ["Dockerfile"] })).toEqual([]);
    });

    test("lines that take a value from elsewhere are none", () => {
        const lines = ["ARG NPM_TOKEN", "ENV NPM_TOKEN=$NPM_TOKEN", "ENV TOKEN_FILE=/run/secrets/token"];
        expect(problemsOf({ Dockerfile: `FROM ubuntu:22.04\n${lines.join("\n")}\n` })).toEqual([]);
    });
});

describe("RUN with a mounted key, and what comes next", () => {
    const worker = (sign: string): string =>
        `FROM ghcr.io/edgelesssys/ego-dev:v1.5.4 AS builder\nWORKDIR /app\nCOPY go.mod main.go ./\n${sign}\nFROM ubuntu:22.04\n`;
    const files = { "go.mod": "module worker\n", "main.go": "package main\n" };

    test("is refused with the mount, and with the key copied in its place", () => {
        const mounted = worker("RUN --mount=type=secret,id=private_key,dst=/app/private.pem ego sign worker");
        expect(problemsOf({ ...files, Dockerfile: mounted }).map(({ path }) => path)).toEqual(["context/Dockerfile:4"]);
        const copied = worker("COPY private.pem .\nRUN ego sign worker");
        const key = { "private.pem": pem("RSA PRIVATE KEY") };
        expect(problemsOf({ ...files, ...key, Dockerfile: copied }).map(({ path }) => path)).toEqual([
            "context/private.pem",
        ]);
    });
});
