import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { TestProject } from "vitest/node";
import { pack } from "../package/pack.mjs";

/** Packs the package for all tests; skips them where there are no binaries to run it with. */
export default function packOnce(project: TestProject): () => void {
    const runs = process.platform === "linux" && process.arch === "x64";
    if (runs && !existsSync(resolve("test/toolchains/node_modules/.installed")))
        throw new Error('"npm run toolchains" installs what these tests need: run it first');
    if (!runs) console.log("toolchains: skipped, there are binaries for Linux on x64 only");
    const work = mkdtempSync(join(tmpdir(), "confidential-aks-toolchains-"));
    project.provide("archive", runs ? pack(work).archive : "");
    project.provide("work", work);
    return () => {
        rmSync(work, { recursive: true, force: true });
    };
}

declare module "vitest" {
    interface ProvidedContext {
        /** The packed package; empty where the tests are skipped. */
        archive: string;
        /** A folder that is removed after the tests. */
        work: string;
    }
}
