// The fixtures of Kubernetes' own Pod Security admission, out of the module that the API server of these tests is built
// from.
import { spawnSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";

/**
 * Copies them into the folder: LEVEL/VERSION/pass and LEVEL/VERSION/fail with a pod a file. go.sum vouches for them.
 */
export function copyFixtures(folder) {
    const { status, stdout, stderr, error } = spawnSync(
        "go",
        ["mod", "download", "-json", "k8s.io/pod-security-admission"],
        {
            cwd: join(import.meta.dirname, "kubernetes"),
            encoding: "utf8",
        },
    );
    if (error !== undefined) throw new Error("Go is missing: install Go 1.26 or newer");
    if (status !== 0) throw new Error(stderr || stdout);
    cpSync(join(JSON.parse(stdout).Dir, "test", "testdata"), folder, { recursive: true });
}
