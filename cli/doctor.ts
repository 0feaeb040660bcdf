import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import type { Severity } from "../doctor/model/report.js";
import { renderReport, type DoctorFormat } from "../doctor/render/index.js";
import { examine, isAsBadAs } from "../doctor/run.js";
import { CommandError, messageOf } from "../terminal/errors.js";

/** Exit code when something as bad as `--fail-on` was found. */
const EXIT_FOUND = 3;

/** What the command line gives. */
export interface DoctorFlags {
    kubeconfig?: string;
    context?: string;
    namespace?: string;
    azure?: boolean;
    resourceGroup?: string;
    cluster?: string;
    subscription?: string;
    logs?: boolean;
    exec?: boolean;
    format: DoctorFormat;
    out?: string[];
    failOn: Severity;
    wait?: string | true;
    bundle?: string;
    from?: string;
    printRole?: boolean;
}

/** Minutes of `--wait` without a number. */
const usualWaitMinutes = 10;

/** Examines, prints, and gives the exit code: 0, or 3 if something as bad as `--fail-on` was found. */
export async function doctorCommand(
    flags: DoctorFlags,
    colors: boolean,
    progress: (text: string) => void,
    tell: (text: string) => void,
): Promise<0 | 3> {
    const { kubeconfig, context, namespace, logs = false, exec = false, out = [], bundle, from, failOn } = flags;
    if (flags.printRole === true) {
        progress("");
        process.stdout.write(role());
        return 0;
    }
    throwProblems(
        () => {
            checkFlags(flags);
        },
        () => out.map(formatOf),
        () => azureOf(flags),
        () => waitMinutes(flags.wait),
    );
    const files = out.map((file) => ({ file, format: formatOf(file) }));
    const azure = azureOf(flags);
    const report = await examine(
        {
            logs,
            exec,
            failOn,
            ...(kubeconfig === undefined ? {} : kubeconfigOf(kubeconfig)),
            ...(context === undefined ? {} : { context }),
            ...(namespace === undefined ? {} : { namespace }),
            ...(azure === undefined ? {} : { azure }),
            ...(bundle === undefined ? {} : { bundle }),
            ...(from === undefined ? {} : { from }),
            waitMinutes: waitMinutes(flags.wait),
        },
        progress,
        tell,
    );
    progress("");
    process.stdout.write(renderReport(report, flags.format, { colors }));
    for (const { file, format } of files) writeReport(file, renderReport(report, format));
    return isAsBadAs(report, failOn) ? EXIT_FOUND : 0;
}

/** The ClusterRole that the doctor needs: a file of this package, for its sources as well as for what is compiled. */
function role(): string {
    const folder = path.dirname(createRequire(__filename).resolve("confidential-aks/package.json"));
    return readFileSync(path.join(folder, "docs/doctor-role.yaml"), "utf8");
}

/** A kubeconfig, and the folder that its relative paths start from; `-` is standard input. */
function kubeconfigOf(file: string) {
    if (file === "-") return { kubeconfig: readKubeconfig(file) };
    return { kubeconfig: readKubeconfig(file), kubeconfigFolder: path.dirname(path.resolve(file)) };
}

function readKubeconfig(file: string): string {
    try {
        return readFileSync(file === "-" ? 0 : file, "utf8");
    } catch (error) {
        throw new CommandError(`--kubeconfig ${file}: cannot be read (${messageOf(error)})`, 2);
    }
}

/** Throws one CommandError with what all of these checks say. */
function throwProblems(...checks: readonly (() => unknown)[]): void {
    const problems = checks.flatMap((check) => {
        try {
            check();
            return [];
        } catch (error) {
            if (!(error instanceof CommandError)) throw error;
            return [error.message];
        }
    });
    if (problems.length > 0) throw new CommandError(problems.join("\n"), 2);
}

/** What cannot go together. */
function checkFlags({ from, wait, kubeconfig, context, namespace, logs, exec, azure }: DoctorFlags): void {
    if (from === undefined) return;
    const live = { "--wait": wait, "--kubeconfig": kubeconfig, "--context": context, "--namespace": namespace };
    const switches = { "--logs": logs, "--exec": exec, "--azure": azure };
    const given = [...Object.entries(live), ...Object.entries(switches)].filter(
        ([, value]) => value !== undefined && value !== false,
    );
    if (given.length > 0)
        throw new CommandError(
            `--from judges what was read before: remove ${given.map(([name]) => name).join(", ")}`,
            2,
        );
}

function azureOf({ azure, resourceGroup, cluster, subscription }: DoctorFlags) {
    if (azure !== true) {
        const named = { "--resource-group": resourceGroup, "--cluster": cluster, "--subscription": subscription };
        const given = Object.entries(named).filter(([, value]) => value !== undefined);
        if (given.length > 0) throw new CommandError(`${given.map(([name]) => name).join(", ")}: only with --azure`, 2);
        return undefined;
    }
    if (resourceGroup === undefined || cluster === undefined)
        throw new CommandError("--azure needs --resource-group and --cluster: which cluster to ask Azure about", 2);
    return { resourceGroup, cluster, ...(subscription === undefined ? {} : { subscription }) };
}

function waitMinutes(wait: string | true | undefined): number {
    if (wait === undefined) return 0;
    if (wait === true) return usualWaitMinutes;
    const minutes = Number(wait);
    if (Number.isFinite(minutes) && minutes > 0 && minutes <= 1440) return minutes;
    throw new CommandError(`--wait ${wait}: minutes are expected, more than 0 and at most 1440`, 2);
}

const formats: Readonly<Record<string, DoctorFormat>> = { ".html": "html", ".json": "json", ".txt": "table" };

/** The format of a file, by its ending. */
function formatOf(file: string): DoctorFormat {
    const format = formats[path.extname(file).toLowerCase()];
    if (format !== undefined) return format;
    throw new CommandError(`--out ${file}: a name that ends in ${Object.keys(formats).join(", ")} is expected`, 2);
}

function writeReport(file: string, text: string): void {
    try {
        writeFileSync(file, text);
    } catch (error) {
        throw new CommandError(`--out ${file}: cannot be written (${messageOf(error)})`, 2);
    }
}
