import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { normaliseContext } from "../../components/image/context";
import { readContext } from "../../components/image/read-context";
import { ownImageContext, packageRoot } from "../../components/shared/package-root";

let folder = "";
beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "context-"));
});
afterEach(() => {
    rmSync(folder, { recursive: true });
});

describe("reading a context folder", () => {
    test("finds the files in it and below, and leaves out what Git and file managers leave behind", () => {
        mkdirSync(join(folder, "a/.git"), { recursive: true });
        for (const path of ["Dockerfile", "a/b", "a/.git/config", ".DS_Store", "a/Thumbs.db", ".dockerignore"]) {
            writeFileSync(join(folder, path), path);
        }
        const { files, problems } = readContext(folder);
        expect(problems).toEqual([]);
        expect(files.map(({ path, bytes }) => [path, bytes.toString()])).toEqual([
            [".dockerignore", ".dockerignore"],
            ["Dockerfile", "Dockerfile"],
            ["a/b", "a/b"],
        ]);
    });

    test.each<[string, string[], string[]]>([
        ["a folder", ["secrets/"], ["app.sh"]],
        ["a folder with what is brought back of it", ["secrets", "!secrets/public"], ["app.sh", "secrets/public/a"]],
        ["all but what is named", ["*", "!app.sh"], ["app.sh"]],
        ["a pattern at any depth", ["**/*.pem", "#app.sh", "  ", "/secrets/token"], ["app.sh", "secrets/public/a"]],
        [
            "names in their own case only",
            ["APP.sh"],
            ["app.sh", "secrets/deep/key.pem", "secrets/public/a", "secrets/token"],
        ],
        ["a folder that a pattern at any depth cannot bring back", ["secrets", "!**/token"], ["app.sh"]],
        [
            "the Dockerfile and itself, which Docker reads all the same",
            ["Dockerfile", ".dockerignore", "secrets"],
            ["app.sh"],
        ],
    ])("leaves out what .dockerignore names: %s", (_, rules, left) => {
        mkdirSync(join(folder, "secrets/deep"), { recursive: true });
        mkdirSync(join(folder, "secrets/public"));
        for (const path of ["Dockerfile", "app.sh", "secrets/token", "secrets/deep/key.pem", "secrets/public/a"]) {
            writeFileSync(join(folder, path), "topsecret-value\n");
        }
        writeFileSync(join(folder, ".dockerignore"), rules.join("\r\n"));
        const { files, problems } = readContext(folder);
        expect(problems).toEqual([]);
        expect(files.map(({ path }) => path)).toEqual([".dockerignore", "Dockerfile", ...left]);
    });

    test("does not read what is left out, nor count it", () => {
        writeFileSync(join(folder, "Dockerfile"), "FROM a\n");
        writeFileSync(join(folder, ".dockerignore"), "node_modules\nbig\n");
        mkdirSync(join(folder, "node_modules"));
        for (let index = 0; index < 600; index += 1) writeFileSync(join(folder, `node_modules/${index}`), "");
        symlinkSync("nowhere", join(folder, "node_modules/link"));
        writeFileSync(join(folder, "big"), "");
        truncateSync(join(folder, "big"), 10 * 1024 ** 3);
        const { files, problems } = readContext(folder);
        expect([...problems, ...normaliseContext(files).problems]).toEqual([]);
        expect(files.map(({ path }) => path)).toEqual([".dockerignore", "Dockerfile"]);
    });

    test("names a rule that Docker cannot read, and a file of rules that it does not read", () => {
        writeFileSync(join(folder, "Dockerfile"), "FROM a\n");
        writeFileSync(join(folder, ".dockerignore"), "secrets\na[\n");
        expect(readContext(folder)).toMatchObject({
            files: [],
            problems: [{ path: "context/.dockerignore", value: "a[" }],
        });
        rmSync(join(folder, ".dockerignore"));
        writeFileSync(join(folder, "Dockerfile.dockerignore"), "secrets\n");
        expect(normaliseContext(readContext(folder).files).problems).toMatchObject([
            { path: "context/Dockerfile.dockerignore", remedy: "rename it to .dockerignore" },
        ]);
    });

    test("sees links as links, also those to folders and to nowhere", () => {
        writeFileSync(join(folder, "Dockerfile"), "");
        mkdirSync(join(folder, "real"));
        symlinkSync("real", join(folder, "to-folder"));
        symlinkSync("nowhere", join(folder, "dangling"));
        symlinkSync("Dockerfile", join(folder, "to-file"));
        const { problems } = normaliseContext(readContext(folder).files);
        expect(problems.map(({ path }) => path)).toEqual(["context/dangling", "context/to-file", "context/to-folder"]);
    });

    test("says what the system says of a folder that is not there, or is none", () => {
        writeFileSync(join(folder, "Dockerfile"), "");
        for (const [path, code] of [
            ["missing", "ENOENT"],
            ["Dockerfile", "ENOTDIR"],
        ] as const) {
            const { files, problems } = readContext(join(folder, path));
            expect(files).toEqual([]);
            expect(problems).toMatchObject([
                { path: "context", value: join(folder, path), remedy: expect.stringContaining(code) },
            ]);
        }
    });

    test("reads no huge file, and no more files than it needs to know that there are too many", () => {
        writeFileSync(join(folder, "a"), "");
        truncateSync(join(folder, "a"), 10 * 1024 ** 3);
        expect(readContext(folder).problems).toMatchObject([{ expected: "a folder of at most 16 MiB" }]);
        rmSync(join(folder, "a"));
        for (let index = 0; index < 600; index += 1) writeFileSync(join(folder, `${index}`), "");
        const { files } = readContext(folder);
        expect(files).toHaveLength(501);
        expect(normaliseContext(files).problems).toMatchObject([{ value: "more than 500 files" }, { path: "context" }]);
    });

    test("gives the same context whatever the permissions", () => {
        writeFileSync(join(folder, "Dockerfile"), "FROM a\n");
        const before = normaliseContext(readContext(folder).files);
        chmodSync(join(folder, "Dockerfile"), 0o777);
        expect(normaliseContext(readContext(folder).files)).toEqual(before);
    });
});

describe("the package's own folder", () => {
    test("is found from the sources and from compiled files", () => {
        const root = join(__dirname, "../..");
        expect(packageRoot()).toBe(root);
        expect(packageRoot(join(root, "dist/components/image"))).toBe(root);
        expect(ownImageContext("aesm")).toBe(join(root, "images/aesm"));
    });

    test("is not that of the program which uses the package", () => {
        mkdirSync(join(folder, "node_modules/confidential-aks/dist/components"), { recursive: true });
        writeFileSync(join(folder, "package.json"), '{"name":"program"}');
        writeFileSync(join(folder, "node_modules/confidential-aks/package.json"), '{"name":"confidential-aks"}');
        expect(packageRoot(join(folder, "node_modules/confidential-aks/dist/components"))).toBe(
            join(folder, "node_modules/confidential-aks"),
        );
        expect(() => packageRoot(folder)).toThrow(/a bundle does not carry its Dockerfiles/);
    });
});
