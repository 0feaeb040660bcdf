import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

/** Gives the tests of other languages a folder that they share, and removes it after them. */
export default function setup(project: TestProject): () => void {
    const folder = mkdtempSync(join(tmpdir(), "confidential-aks-languages-"));
    project.provide("languages", folder);
    return () => {
        rmSync(folder, { recursive: true, force: true });
    };
}

declare module "vitest" {
    interface ProvidedContext {
        /** A folder for what the tests of other languages share. */
        languages: string;
    }
}
