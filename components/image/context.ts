import { createHash } from "node:crypto";
import type { Problem } from "../problems";

/** A file as it was found in a context folder. */
export interface SourceFile {
    /** Path below the folder, with "/" on every system. */
    path: string;
    /** Its bytes; none for what is not a regular file. */
    bytes: Uint8Array;
    /** `st_mode` of the entry itself (lstat): its type is looked at, its permissions are not. */
    mode: number;
}

/** A file as it goes into the image's build context: the same on every machine. */
export interface ContextFile {
    path: string;
    bytes: Buffer;
    /** 0755 if true, else 0644. */
    executable: boolean;
}

/** A context that can be built from, or what is wrong with it. */
export interface NormalisedContext {
    files: ContextFile[];
    problems: Problem[];
}

/** Most files of a context; a guard against pointing at the wrong folder, not a limit of Azure. */
export const mostContextFiles = 500;

const longestPath = 200;

/**
 * The context that a folder stands for on every machine. What Git or the system may change between checkouts does not
 * count: files are sorted by path, text (valid UTF-8 without a NUL byte) gets LF line endings, and a file is executable
 * exactly if it starts with "#!" or is an ELF program. Everything else of its permissions is dropped, since Windows has
 * none.
 */
export function normaliseContext(sources: readonly SourceFile[]): NormalisedContext {
    const files = sources
        .map(({ path, bytes }) => {
            const content = withLf(Buffer.from(bytes));
            return { path, bytes: content, executable: isProgram(content) };
        })
        .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
    return { files, problems: [...sources.flatMap(checkEntry), ...checkWhole(sources)] };
}

/** Everything that decides what the image holds. */
export interface BuildInputs {
    files: readonly ContextFile[];
    buildArgs: Readonly<Record<string, string>>;
    /** Version of the task template; another one may build another image from the same files. */
    templateVersion: number;
}

/** 16 hex digits of a SHA-256 over all build inputs: the image's tag. */
export function contextTag({ files, buildArgs, templateVersion }: BuildInputs): string {
    const text = JSON.stringify([
        templateVersion,
        Object.keys(buildArgs)
            .sort()
            .map((key) => [key, buildArgs[key]]),
        files.map(({ path, bytes, executable }) => [path, executable ? "0755" : "0644", sha256(bytes)]),
    ]);
    return sha256(text).slice(0, 16);
}

/** SHA-256 in hex. */
export function sha256(data: string | Uint8Array): string {
    return createHash("sha256").update(data).digest("hex");
}

function withLf(bytes: Buffer): Buffer {
    if (!bytes.includes("\r\n") || bytes.includes(0)) return bytes;
    const text = bytes.toString("utf8");
    return Buffer.from(text, "utf8").equals(bytes) ? Buffer.from(text.replaceAll("\r\n", "\n"), "utf8") : bytes;
}

function isProgram(bytes: Buffer): boolean {
    const start = bytes.toString("latin1", 0, 4);
    return start.startsWith("#!") || start === "\x7fELF";
}

const typeBits = 0o170000;
const regularFile = 0o100000;
const symbolicLink = 0o120000;

function checkEntry({ path, mode }: SourceFile): Problem[] {
    const problems: Problem[] = [];
    const type = mode & typeBits;
    if (type !== 0 && type !== regularFile) {
        problems.push({
            path: `context/${path}`,
            value: type === symbolicLink ? "a symbolic link" : "no regular file",
            expected: "regular files only: links do not look the same on every machine",
            remedy: "put a copy of the file in its place, or take it out of the folder",
        });
    }
    // The path is part of a shell command in the task: letters that no shell touches, and nothing to quote.
    const segments = path.split("/");
    const plain = segments.every(
        (segment) => /^[A-Za-z0-9._@+=,-]+$/.test(segment) && segment !== "." && segment !== "..",
    );
    if (!plain || path.length > longestPath) {
        problems.push({
            path: `context/${path}`,
            value: path,
            expected: `a path below the folder of letters, digits and ._@+=,- (no blanks, no ".."), at most ${longestPath} characters`,
            remedy: "rename the file, or take it out of the folder",
        });
    }
    return problems;
}

function checkWhole(sources: readonly SourceFile[]): Problem[] {
    const problems: Problem[] = [];
    if (sources.length > mostContextFiles) {
        problems.push({
            path: "context",
            value: `more than ${mostContextFiles} files`,
            expected: `a folder of at most ${mostContextFiles} files`,
            remedy: "point at a folder that holds the Dockerfile and what it copies, or name the rest in its .dockerignore",
        });
    }
    if (sources.some(({ path }) => path === "Dockerfile.dockerignore")) {
        problems.push({
            path: "context/Dockerfile.dockerignore",
            value: "Dockerfile.dockerignore",
            expected:
                "rules in a file named .dockerignore: Docker's classic builder, which ACR Tasks run, reads no other",
            remedy: "rename it to .dockerignore",
        });
    }
    if (!sources.some(({ path }) => path === "Dockerfile")) {
        const near = sources.find(({ path }) => path.toLowerCase() === "dockerfile");
        problems.push({
            path: "context",
            value: near === undefined ? "a folder without a Dockerfile" : near.path,
            expected: "a file named Dockerfile at its top",
            remedy:
                near === undefined
                    ? "add one, or point at the folder that has it"
                    : `rename ${near.path} to Dockerfile`,
        });
    }
    const seen = new Set<string>();
    for (const { path } of sources) {
        const lower = path.toLowerCase();
        if (seen.has(lower)) {
            problems.push({
                path: `context/${path}`,
                value: path,
                expected: "names that differ in more than case: some checkouts can hold only one of them",
                remedy: "rename one",
            });
        }
        seen.add(lower);
    }
    return problems;
}
