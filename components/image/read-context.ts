import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { invalid, type Problem } from "../problems";
import { mostContextFiles, type SourceFile } from "./context";
import { ignoredBy, type Ignored } from "./ignore";

/**
 * What file managers and Git leave in folders. It is no part of any image, and would give every machine another tag.
 */
const leftOut: readonly string[] = [".git", ".DS_Store", "Thumbs.db", "desktop.ini"];

/** Most bytes that are read of one folder; far above what a task can carry, far below what hurts. */
const mostBytes = 16 * 1024 * 1024;

/**
 * The files of a folder and those below it, without `leftOut` and what its `.dockerignore` keeps out. Stops early, with
 * a problem, where a folder is plainly too big.
 */
export function readContext(folder: string): { files: SourceFile[]; problems: Problem[] } {
    const files: SourceFile[] = [];
    let bytesLeft = mostBytes;
    const read = (below: string, ignored: Ignored): void => {
        for (const name of readdirSync(join(folder, below)).sort()) {
            if (leftOut.includes(name)) continue;
            if (files.length > mostContextFiles || bytesLeft < 0) return;
            const path = below === "" ? name : `${below}/${name}`;
            const entry = lstatSync(join(folder, path));
            if (entry.isDirectory()) {
                if (!ignored.folder(path)) read(path, ignored);
                continue;
            }
            if (ignored.file(path)) continue;
            bytesLeft -= entry.size;
            const bytes = entry.isFile() && bytesLeft >= 0 ? readFileSync(join(folder, path)) : Buffer.alloc(0);
            files.push({ path, bytes, mode: entry.mode });
        }
    };
    try {
        const { ignored, problems } = ignoredBy(readIgnoreFile(folder));
        if (problems.length > 0) return { files, problems };
        read("", ignored);
    } catch (error) {
        return { files: [], problems: [unreadable(folder, error)] };
    }
    return { files, problems: bytesLeft < 0 ? [tooBig(folder)] : [] };
}

/** Text of the `.dockerignore`; none where there is no such file. What else has that name is a problem of its own. */
function readIgnoreFile(folder: string): string {
    const file = join(folder, ".dockerignore");
    return lstatSync(file, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(file, "utf8") : "";
}

function unreadable(folder: string, error: unknown): Problem {
    const reason = error instanceof Error ? error.message : String(error);
    return invalid("context", folder, "a folder that can be read", `correct the path; the system says: ${reason}`);
}

function tooBig(folder: string): Problem {
    const remedy =
        "keep only the Dockerfile and what it copies there, or name the rest in a .dockerignore; " +
        "let the Dockerfile download large files and check their sha256";
    return invalid("context", folder, `a folder of at most ${mostBytes / 1024 / 1024} MiB`, remedy);
}
