import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync, type Stats } from "node:fs";
import * as path from "node:path";
import { isManifest, manifests, plain, type Gap } from "../lens/manifests.js";
import { PlanError, UsageError } from "../model/errors.js";
import { messageOf } from "../../terminal/errors.js";
import type { Plan, PlanResource } from "../model/format.js";
import { clean } from "../../terminal/text.js";
import { shortType } from "../model/urn.js";
import { accessTables, sharedNotes } from "./access.js";
import { jsonText } from "./json.js";
import { escapeMarkdown, inlineCode, table } from "./markdown.js";
import { DISCLAIMER } from "./text.js";

const INDEX = "index.md";
/** First line of the index: marks a folder that may be rewritten. */
const MARKER = "<!-- made by confidential-aks plan --out: every run rewrites the files listed here -->";
const FOLDERS = ["kubernetes", "azure", "other"] as const;
const OWN_FILE = /^(kubernetes|azure|other)\/\d+-[a-z0-9.-]+\.(yaml|json)$/;

interface OutFile {
    file: string;
    text: string;
    title: string;
    gaps: Gap[];
}

/**
 * Refuses a folder that holds anything but an earlier plan, and links (wrong usage): call it before the work is done.
 */
export function checkOutDir(dir: string): void {
    const stats = lookAt(dir);
    if (stats === undefined) return;
    if (stats.isSymbolicLink()) throw new UsageError(`--out ${dir}: this is a symbolic link; give the folder itself`);
    if (!stats.isDirectory()) throw new UsageError(`--out ${dir}: this is a file, not a folder`);
    for (const folder of FOLDERS) mustBe("folder", dir, folder);
    const earlier = earlierFiles(dir);
    for (const file of earlier ?? []) mustBe("file", dir, file);
    if (readdirSync(dir).length === 0 || earlier !== undefined) return;
    throw new UsageError(
        `--out ${dir}: the folder is not empty and was not made by "plan --out"; give an empty or new folder`,
    );
}

/** What is at a path itself; a link is not followed. */
function lookAt(file: string): Stats | undefined {
    return lstatSync(file, { throwIfNoEntry: false });
}

/** What is there already has to be of its kind: behind a link are files that no plan wrote. */
function mustBe(kind: "file" | "folder", dir: string, name: string): void {
    const stats = lookAt(path.join(dir, name));
    if (stats === undefined || (kind === "file" ? stats.isFile() : stats.isDirectory())) return;
    const is = stats.isSymbolicLink() ? "a symbolic link" : `no ${kind}`;
    throw new UsageError(`--out ${dir}: ${name} in it is ${is}; remove it, or give an empty or new folder`);
}

/** Writes a plan as files: `kubernetes/NN-kind-name.yaml`, `azure/NN-type-name.json`, `other/...`, and an index. */
export function writePlan(plan: Plan, dir: string): void {
    checkOutDir(dir);
    const files = [...kubernetesFiles(plan), ...jsonFiles(plan)];
    const earlier = earlierFiles(dir) ?? [];
    const foreign = files.find(({ file }) => !earlier.includes(file) && lookAt(path.join(dir, file)) !== undefined);
    if (foreign !== undefined)
        throw new UsageError(
            `--out ${dir}: ${foreign.file} in it was not made by "plan --out"; remove it, or give an empty or new folder`,
        );
    try {
        for (const file of [...earlier, INDEX]) rmSync(path.join(dir, file), { force: true });
        for (const { file, text } of [...files, { file: INDEX, text: index(plan, files) }]) {
            mkdirSync(path.join(dir, path.dirname(file)), { recursive: true });
            // A new file: nothing that came there meanwhile is written to, and no link followed.
            writeFileSync(path.join(dir, file), text, { flag: "wx" });
        }
    } catch (error) {
        throw new PlanError(`cannot write ${dir}: ${messageOf(error)}`);
    }
}

/** Files of an earlier run, or undefined if there was none. */
function earlierFiles(dir: string): string[] | undefined {
    if (lookAt(dir) === undefined) return undefined;
    mustBe("file", dir, INDEX);
    const file = path.join(dir, INDEX);
    if (lookAt(file) === undefined) return undefined;
    const [first, ...lines] = readFileSync(file, "utf8").split("\n");
    if (first !== MARKER) return undefined;
    return lines.flatMap((line) => /^- `([^`]+)`/.exec(line)?.[1] ?? []).filter((name) => OWN_FILE.test(name));
}

function kubernetesFiles(plan: Plan): OutFile[] {
    const all = manifests(plan);
    return all.map(({ kind, name, yaml, gaps }, at) => ({
        file: fileName("kubernetes", at, all.length, `${kind}-${name}`, "yaml"),
        text: yaml,
        title: `${kind} ${name}`,
        gaps,
    }));
}

function jsonFiles(plan: Plan): OutFile[] {
    const own = plan.resources.filter(
        ({ custom, type, readId }) =>
            custom && readId === undefined && !isManifest(type) && !type.startsWith("pulumi:providers:"),
    );
    const isAzure = (resource: PlanResource): boolean => /^azure(-native(_\w+)?|ad)?:/.test(resource.type);
    return (["azure", "other"] as const).flatMap((folder) => {
        const all = own.filter((resource) => isAzure(resource) === (folder === "azure"));
        return all.map((resource, at) =>
            toJsonFile(
                resource,
                fileName(folder, at, all.length, `${shortType(resource.type)}-${resource.name}`, "json"),
            ),
        );
    });
}

function toJsonFile(resource: PlanResource, file: string): OutFile {
    const gaps: Gap[] = [];
    plain(resource.inputs, "", gaps);
    const { type, name, urn, options, inputs } = resource;
    return {
        file,
        text: jsonText({ type, name, urn, options, inputs }),
        title: `${shortType(type)} ${name}`,
        gaps,
    };
}

function fileName(folder: string, at: number, count: number, name: string, extension: string): string {
    const number = String(at + 1).padStart(Math.max(2, String(count).length), "0");
    const safe = name
        .toLowerCase()
        .replace(/[^a-z0-9.-]+/g, "-")
        .replace(/^[-.]+|[-.]+$/g, "")
        .slice(0, 120);
    return `${folder}/${number}-${safe === "" ? "resource" : safe}.${extension}`;
}

function index(plan: Plan, files: readonly OutFile[]): string {
    const gaps = files.flatMap(({ file, gaps: list }) =>
        list.map((gap) => [inlineCode(file), inlineCode(gap.path), gap.placeholder]),
    );
    const skipped = plan.resources.filter(
        ({ type, readId }) => type.startsWith("kubernetes:") && type.endsWith("Patch") && readId === undefined,
    );
    const parts = [
        MARKER,
        `# Plan of ${inlineCode(`${plan.project}/${plan.stack}`)}`,
        `${escapeMarkdown(DISCLAIMER)}.`,
        "`kubectl apply -f kubernetes` applies the objects in the order of their numbers, to the cluster and namespace of the current context.",
        ...accessTables(plan).map(
            ({ title, rows }) => `## ${title}\n\n${table(rows.map((row) => row.map(escapeMarkdown)))}`,
        ),
        ...sharedNotes(plan).map((note) => `> ${escapeMarkdown(note)}`),
        ...(gaps.length === 0
            ? ["Every value is known: there are no placeholders."]
            : [
                  "## Placeholders\n\nThese values are not in the files. `UNKNOWN` is known only once the update runs, `SECRET` is a secret. Put the values in before you apply a file. (In JSON files they are objects with the key `$plan`.)",
                  table([["file", "path", "placeholder"], ...gaps]),
              ]),
        ...(skipped.length === 0
            ? []
            : [
                  `## Left out\n\n${skipped.map(({ type, name }) => `- ${escapeMarkdown(`${shortType(type)} ${name}`)}: a patch is no object`).join("\n")}`,
              ]),
        `## Files\n\n${files.map(({ file, title }) => `- \`${file}\` ${escapeMarkdown(clean(title))}`).join("\n")}`,
    ];
    return `${parts.join("\n\n")}\n`;
}
