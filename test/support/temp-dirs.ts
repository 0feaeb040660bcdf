import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folders: string[] = [];

/** A new folder, removed after the tests of the file. */
export function tempDir(): string {
    const folder = mkdtempSync(join(tmpdir(), "confidential-aks-test-"));
    folders.push(folder);
    return folder;
}

/** Removes them; remove-temp-dirs.ts calls it. */
export function removeTempDirs(): void {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}
