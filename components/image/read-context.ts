import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Problem } from "../sgx";
import { mostContextFiles, type SourceFile } from "./context";

/** What file managers and Git leave in folders. It is no part of any image, and would give every machine another tag. */
export const leftOut: readonly string[] = [".git", ".DS_Store", "Thumbs.db", "desktop.ini"];

/** Most bytes that are read of one folder; far above what a task can carry, far below what hurts. */
const mostBytes = 16 * 1024 * 1024;

/** The files of a folder and those below it, without `leftOut`. Stops early, with a problem, where a folder is plainly too big. */
export function readContext(folder: string): { files: SourceFile[]; problems: Problem[] } {
    const files: SourceFile[] = [];
    let bytesLeft = mostBytes;
    const read = (below: string): void => {
        for (const name of readdirSync(join(folder, below)).sort()) {
            if (leftOut.includes(name)) continue;
            if (files.length > mostContextFiles || bytesLeft < 0) return;
            const path = below === "" ? name : `${below}/${name}`;
            const entry = lstatSync(join(folder, path));
            if (entry.isDirectory()) {
                read(path);
                continue;
            }
            bytesLeft -= entry.size;
            const bytes = entry.isFile() && bytesLeft >= 0 ? readFileSync(join(folder, path)) : Buffer.alloc(0);
            files.push({ path, bytes, mode: entry.mode });
        }
    };
    try {
        read("");
    } catch (error) {
        return { files: [], problems: [unreadable(folder, error)] };
    }
    return { files, problems: bytesLeft < 0 ? [tooBig(folder)] : [] };
}

function unreadable(folder: string, error: unknown): Problem {
    return {
        path: "context",
        value: folder,
        expected: "a folder that can be read",
        remedy: `correct the path; the system says: ${error instanceof Error ? error.message : String(error)}`,
    };
}

function tooBig(folder: string): Problem {
    return {
        path: "context",
        value: folder,
        expected: `a folder of at most ${mostBytes / 1024 / 1024} MiB`,
        remedy: "keep only the Dockerfile and what it copies there; let the Dockerfile download large files and check their sha256",
    };
}
