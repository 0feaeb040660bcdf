import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fc } from "../support/fast-check";
import { afterAll, beforeAll } from "vitest";
import { normaliseContext, type ContextFile, type SourceFile } from "../../components/image/context";

const regular = 0o100644;

/** A file as it would be read from a disk. */
export function source(path: string, content: string | Uint8Array, mode = regular): SourceFile {
    return { path, bytes: Buffer.from(content as string), mode };
}

/** Files that a shell, a template engine or YAML would like to get at. */
export const nasty: SourceFile[] = [
    source("Dockerfile", "FROM ubuntu:22.04\nCOPY probe.pl /\n"),
    source("probe.pl", "#!/usr/bin/perl\n# a comment at the start of a line\nprint `$HOME`, \"\\n\", '$Registry' ;\n"),
    source(
        "shell.sh",
        '#!/bin/sh\n# $ID $Registry $$ {{ .Run.ID }} {{.Values.x}}\necho "$(id)" \\\n  `whoami` !! %s\n',
    ),
    source("no-newline.txt", "last line without its end"),
    source("empty", ""),
    source("newline", "\n"),
    source("umlaut.txt", "Prüfsumme – 証明 – 🔒\n"),
    source("latin1.txt", Buffer.from([0x50, 0x72, 0xfc, 0x0d, 0x0a])),
    source("binary.dat", Buffer.from(Array.from({ length: 1024 }, (_, index) => (index * 7) % 256))),
    source("deep/er/and_deeper/x+y=z@1,2.conf", "# only a comment"),
    source("deep/tool", Buffer.concat([Buffer.from("\x7fELF", "latin1"), Buffer.alloc(64, 1)])),
    source("-dash", "-n\n"),
    source("yaml", "': \"\n--- # x\n"),
];

/** A script of 150 kB with all of the above in it. */
export const longScript: SourceFile = source(
    "long.sh",
    `#!/bin/bash\n${'# $x `y` \\z "q" \'a\' ü\necho "$1" | sed s/\\$/\\\\/\n'.repeat(4000)}`.slice(0, 150_000),
);

/** The normalised files of sources that have no problems. */
export function context(sources: readonly SourceFile[]): ContextFile[] {
    return normaliseContext(sources).files;
}

/** Files with anything in them, under a Dockerfile. */
export const anyFiles = fc
    .dictionary(
        fc.stringMatching(/^([a-z0-9_+-][a-z0-9._+-]{0,6}d\/){0,2}[a-z]{1,4}x$/),
        fc.oneof(fc.string({ unit: "binary", maxLength: 400 }), fc.uint8Array({ maxLength: 400 })),
        { maxKeys: 8 },
    )
    .map((files) => [
        source("Dockerfile", "FROM ubuntu:22.04\n"),
        ...Object.entries(files).map(([path, x]) => source(path, x)),
    ]);

/** A folder with a Dockerfile to build from, for the tests of a file. */
export function imageFolder(): { path: string } {
    const folder = { path: "" };
    beforeAll(() => {
        folder.path = mkdtempSync(join(tmpdir(), "image-"));
        writeFileSync(join(folder.path, "Dockerfile"), "ARG BASE=ubuntu:22.04\nFROM $BASE\n");
    });
    afterAll(() => {
        rmSync(folder.path, { recursive: true });
    });
    return folder;
}
