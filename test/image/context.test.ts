import { fc } from "../support/fast-check";
import { describe, expect, test } from "vitest";
import { contextTag, mostContextFiles, normaliseContext, type SourceFile } from "../../components/image/context";
import { taskTemplateVersion } from "../../components/image/task";
import { anyFiles, context, nasty, source } from "./support";

function tagOf(
    sources: readonly SourceFile[],
    buildArgs: Record<string, string> = {},
    templateVersion = taskTemplateVersion,
): string {
    return contextTag({ files: context(sources), buildArgs, templateVersion });
}

describe("normalising a context", () => {
    test("accepts files with any contents", () => {
        expect(normaliseContext(nasty).problems).toEqual([]);
    });

    test("sorts by code units, not by the language of the machine", () => {
        const files = context(["b", "a", "B", "_", "a.b", "a/b", "Dockerfile"].map((path) => source(path, "x")));
        expect(files.map(({ path }) => path)).toEqual(["B", "Dockerfile", "_", "a", "a.b", "a/b", "b"]);
    });

    test("gives text LF line endings and leaves binaries alone", () => {
        const [binary, latin1, text] = context([
            source("text", "a\r\nb\rc\n"),
            source("binary", "a\r\n\0"),
            source("latin1", Buffer.from([0xfc, 0x0d, 0x0a])),
        ]).map(({ bytes }) => bytes);
        expect(text?.toString()).toBe("a\nb\rc\n");
        expect(binary?.toString()).toBe("a\r\n\0");
        expect(latin1).toEqual(Buffer.from([0xfc, 0x0d, 0x0a]));
    });

    test("makes scripts and ELF programs executable, whatever their mode", () => {
        const files = context([
            source("script", "#!/bin/sh\r\n", 0o100600),
            source("program", "\x7fELF....", 0o100644),
            source("data", "x", 0o100777),
            source("late", " #!/bin/sh"),
        ]);
        expect(files.map(({ path, executable }) => [path, executable])).toEqual([
            ["data", false],
            ["late", false],
            ["program", true],
            ["script", true],
        ]);
    });

    test.each([
        ["a symbolic link", source("Dockerfile", "", 0o120777), "a symbolic link"],
        ["a socket", source("x", "", 0o140755), "no regular file"],
        ["a blank in a name", source("my file", ""), "my file"],
        ["a quote in a name", source("it's", ""), "it's"],
        ["a substitution in a name", source("$(id)", ""), "$(id)"],
        ["a backquote in a name", source("`id`", ""), "`id`"],
        ["a semicolon in a name", source("a;b", ""), "a;b"],
        ["a letter outside ASCII", source("prüf", ""), "prüf"],
        ["a newline in a name", source("a\nb", ""), "a\nb"],
        ["a step up", source("../x", ""), "../x"],
        ["a step up in the middle", source("a/../x", ""), "a/../x"],
        ["an absolute path", source("/etc/passwd", ""), "/etc/passwd"],
        ["a Windows path", source("a\\b", ""), "a\\b"],
        ["a long path", source("a".repeat(201), ""), "a".repeat(201)],
    ])("refuses %s", (_, file, value) => {
        const { problems } = normaliseContext([source("Dockerfile", "FROM x\n"), file]);
        expect(problems.map((problem) => problem.value)).toContain(value);
        expect(problems[0]?.path).toBe(`context/${file.path}`);
    });

    test("asks for a Dockerfile, spelt so", () => {
        expect(normaliseContext([]).problems).toMatchObject([
            { path: "context", value: "a folder without a Dockerfile" },
        ]);
        expect(normaliseContext([source("dockerfile", "")]).problems).toMatchObject([
            { remedy: "rename dockerfile to Dockerfile" },
        ]);
        expect(normaliseContext([source("a/Dockerfile", "")]).problems).toHaveLength(1);
    });

    test("refuses names that differ in case only", () => {
        const { problems } = normaliseContext(["Dockerfile", "readme", "README"].map((path) => source(path, "")));
        expect(problems.map(({ path }) => path)).toEqual(["context/README"]);
    });

    test("refuses a folder that is plainly the wrong one", () => {
        const many = Array.from({ length: mostContextFiles }, (_, index) => source(`f${index}`, ""));
        expect(normaliseContext([...many.slice(1), source("Dockerfile", "")]).problems).toEqual([]);
        expect(normaliseContext([...many, source("Dockerfile", "")]).problems).toHaveLength(1);
    });
});

describe("the tag", () => {
    test("is 16 hex digits that never change for the same inputs", () => {
        // Written out: a change here means that every image of every user is built again.
        expect(tagOf([source("Dockerfile", "FROM ubuntu:22.04\n"), source("run.sh", "#!/bin/sh\n")], { A: "1" })).toBe(
            "cad63d27cf1ded16",
        );
    });

    test("is the same from Linux and Windows checkouts, any umask, and any order", () => {
        fc.assert(
            fc.property(anyFiles, fc.constantFrom(0o100600, 0o100644, 0o100664, 0o100755, 0o100777), (files, mode) => {
                const lf = files.map((file) => ({ ...file, bytes: Buffer.from(text(file).replaceAll("\r\n", "\n")) }));
                const crlf = lf.map((file) => ({
                    ...file,
                    mode,
                    bytes: Buffer.from(text(file).replaceAll("\n", "\r\n")),
                }));
                // Git converts what it takes for text: files without a NUL byte.
                const windows = crlf.map((file, index) => (file.bytes.includes(0) ? lf[index]! : file)).reverse();
                expect(tagOf(windows)).toBe(tagOf(lf));
            }),
        );
        function text({ bytes }: SourceFile): string {
            return Buffer.from(bytes).toString("utf8").replaceAll("\r", "");
        }
    });

    test("changes with any byte", () => {
        fc.assert(
            fc.property(anyFiles, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), (files, which, where, by) => {
                const file = files[which % files.length]!;
                const bytes = Buffer.from(file.bytes);
                if (bytes.length === 0) return;
                bytes[where % bytes.length]! ^= by;
                const before = context([file])[0]!;
                const after = context([{ ...file, bytes }])[0]!;
                // CR before LF is no byte of the image.
                fc.pre(!before.bytes.equals(after.bytes));
                expect(tagOf([{ ...file, bytes }])).not.toBe(tagOf([file]));
            }),
        );
    });

    const base = [source("Dockerfile", "FROM a\n"), source("b", "x")];
    test.each([
        ["a byte more", [base[0]!, source("b", "xx")], {}, 1],
        ["another name", [base[0]!, source("c", "x")], {}, 1],
        ["a file more", [...base, source("c", "")], {}, 1],
        ["bytes moved over to the next file", [source("Dockerfile", "FROM a\nx"), source("b", "")], {}, 1],
        ["a build argument", base, { A: "" }, 1],
        ["another template", base, {}, 2],
    ])("changes with %s", (_, files, buildArgs, templateVersion) => {
        expect(tagOf(files, buildArgs, templateVersion)).not.toBe(tagOf(base, {}, 1));
    });

    test("tells build arguments apart by name and value, and not by order", () => {
        expect(tagOf(base, { A: "1", B: "2" })).toBe(tagOf(base, { B: "2", A: "1" }));
        expect(tagOf(base, { A: "1", B: "2" })).not.toBe(tagOf(base, { A: "2", B: "1" }));
    });
});
