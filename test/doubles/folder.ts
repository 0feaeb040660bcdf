import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/**
 * A folder of one test file, which goes when its tests are through; short, since a socket's path has 107 bytes at most.
 */
export function folderFor(name: string): { folder: string; path: (file: string) => string } {
    const folder = mkdtempSync(join(tmpdir(), `${name}-`));
    afterAll(() => {
        rmSync(folder, { recursive: true, force: true });
    });
    return { folder, path: (file) => join(folder, file) };
}
