// The CRDs of the Prometheus operator, out of its Go module.
import { spawnSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import { join } from "node:path";

/** The kinds that this package makes. */
const files = ["monitoring.coreos.com_podmonitors.yaml", "monitoring.coreos.com_prometheusrules.yaml"];

/** Copies them into the folder; go.sum vouches for them. */
export function copyCrds(folder) {
    const module = "github.com/prometheus-operator/prometheus-operator";
    const { status, stdout, stderr, error } = spawnSync("go", ["mod", "download", "-json", module], {
        cwd: join(import.meta.dirname, "prometheus"),
        encoding: "utf8",
    });
    if (error !== undefined) throw new Error("Go is missing: install Go 1.26 or newer");
    if (status !== 0) throw new Error(stderr || stdout);
    const crds = join(JSON.parse(stdout).Dir, "example", "prometheus-operator-crd");
    for (const file of files) copyFileSync(join(crds, file), join(folder, file));
}
