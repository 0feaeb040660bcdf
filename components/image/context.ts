import { createHash } from "node:crypto";
import { duplicate, invalid, missing, when, type Problem } from "../problems";

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
    const type = mode & typeBits;
    const what = type === symbolicLink ? "a symbolic link" : "no regular file";
    // The path is part of a shell command in the task: letters that no shell touches, and nothing to quote.
    const isPlain = path
        .split("/")
        .every((segment) => /^[A-Za-z0-9._@+=,-]+$/.test(segment) && segment !== "." && segment !== "..");
    return [
        ...when(
            type !== 0 && type !== regularFile,
            invalid(
                `context/${path}`,
                what,
                "regular files only: links do not look the same on every machine",
                "put a copy of the file in its place, or take it out of the folder",
            ),
        ),
        ...when(
            !isPlain || path.length > longestPath,
            invalid(
                `context/${path}`,
                path,
                `a path below the folder of letters, digits and ._@+=,- (no blanks, no ".."), at most ${longestPath} characters`,
                "rename the file, or take it out of the folder",
            ),
        ),
    ];
}

function checkWhole(sources: readonly SourceFile[]): Problem[] {
    return [
        ...when(
            sources.length > mostContextFiles,
            invalid(
                "context",
                `more than ${mostContextFiles} files`,
                `a folder of at most ${mostContextFiles} files`,
                "point at a folder that holds the Dockerfile and what it copies, or name the rest in its .dockerignore",
            ),
        ),
        ...when(
            sources.some(({ path }) => path === "Dockerfile.dockerignore"),
            invalid(
                "context/Dockerfile.dockerignore",
                "Dockerfile.dockerignore",
                "rules in a file named .dockerignore: Docker's classic builder, which ACR Tasks run, reads no other",
                "rename it to .dockerignore",
            ),
        ),
        ...checkForDockerfile(sources),
        ...checkCase(sources),
    ];
}

function checkForDockerfile(sources: readonly SourceFile[]): Problem[] {
    if (sources.some(({ path }) => path === "Dockerfile")) return [];
    const expected = "a file named Dockerfile at its top";
    const near = sources.find(({ path }) => path.toLowerCase() === "dockerfile");
    if (near !== undefined) return [invalid("context", near.path, expected, `rename ${near.path} to Dockerfile`)];
    const remedy = "add one, or point at the folder that has it";
    return [missing("context", expected, remedy, "a folder without a Dockerfile")];
}

function checkCase(sources: readonly SourceFile[]): Problem[] {
    const seen = new Map<string, string>();
    return sources.flatMap(({ path }) => {
        const lower = path.toLowerCase();
        const first = seen.get(lower);
        seen.set(lower, first ?? path);
        if (first === undefined) return [];
        const by = `by ${first}, which differs in case only: some checkouts can hold only one of them`;
        return [duplicate(`context/${path}`, path, by, "rename one")];
    });
}
