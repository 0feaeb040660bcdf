import { execFileSync } from "node:child_process";
import { SIGNATURE, SIGNATURE_KEY, UNKNOWN } from "../../../plan/model/wire.js";
import { preload } from "../../support/code-cache.mjs";
import { typeOf } from "../doubles/azure/types.js";
import { isProperties, type Properties, type Value } from "../doubles/values.js";
import type { Project } from "./project.js";
import { isInStateOnly, type Step } from "./steps.js";

/** A resource of an offline plan, as much of it as is compared. */
interface PlannedResource {
    urn: string;
    custom: boolean;
    type: string;
    inputs: Properties;
    autoname?: string;
}

/**
 * The offline plan of a project, as `confidential-aks plan` prints it: its resources, and all its text. Mode `update`
 * has the same with what providers know in the preview of an update.
 */
export function offlinePlan({ folder, stack }: Project, mode: "preview" | "update" = "preview") {
    const args =
        mode === "update"
            ? ["test/support/update-plan.mjs", folder, stack]
            : ["dist/cli/index.js", "plan", "--program", folder, "--stack", stack, "--format", "json"];
    const env = { ...process.env, NODE_OPTIONS: preload.join(" ") };
    const text = execFileSync(process.execPath, args, { encoding: "utf8", timeout: 60_000, env });
    return { text, resources: (JSON.parse(text) as { resources: PlannedResource[] }).resources };
}

/**
 * What a preview and the offline plan of the same stack say differently: resources that only one has, inputs that
 * differ, values that only one knows. What providers add to inputs (names, regions, API versions) is theirs: a plan has
 * no providers. It makes names up where the provider will, as docs/plan-format.md says. `learned`: what the plan does
 * not know, an update has learned.
 */
export function differences(
    planned: readonly PlannedResource[],
    steps: readonly Pick<Step, "urn" | "type" | "inputs">[],
    learned = false,
): string[] {
    const autonames = planned.map(({ autoname }) => autoname);
    const types = new Map([...planned, ...steps].map(({ urn, type }) => [urn, type]));
    const compared = (type: string) => !isInStateOnly(type);
    const plan = new Map(planned.filter(({ type }) => compared(type)).map(({ urn, inputs }) => [urn, inputs]));
    const preview = new Map(steps.filter(({ type }) => compared(type)).map(({ urn, inputs }) => [urn, inputs]));
    return [...new Set([...plan.keys(), ...preview.keys()])].sort().flatMap((urn) => {
        const [ours, engines] = [plan.get(urn), preview.get(urn)];
        const name = urn.split("$").at(-1) ?? urn;
        if (ours === undefined) return [`${name}: only in the preview`];
        if (engines === undefined) return [`${name}: only in the plan`];
        const theirs = { autonames, added: addedTo(types.get(urn) ?? ""), learned };
        return valueDifferences(ours, marked(engines), "", theirs).map((text) => `${name} ${text}`);
    });
}

/** The same of the state that an update has left. */
export async function stateDifferences(planned: readonly PlannedResource[], project: Project): Promise<string[]> {
    const { resources = [] } = await project.state();
    const ofProgram = resources.filter(
        ({ urn, type }) => !/^pulumi:providers:.*::default(_|$)/.test(`${type}::${urn.split("::").at(-1) ?? ""}`),
    );
    const found = ofProgram.map(({ urn, type, inputs = {} }) => ({ urn, type, inputs }));
    return differences(planned, found, true);
}

/** Unknown values and secrets of the engine in the plan's way of writing. */
function marked(value: Value): Value {
    if (value === UNKNOWN) return { $plan: "unknown" };
    if (Array.isArray(value)) return value.map(marked);
    if (!isProperties(value)) return value;
    if (value[SIGNATURE_KEY] === SIGNATURE.secret) return { $plan: "secret" };
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, marked(item)]));
}

/** What providers make up: names of objects of Kubernetes in the plan, and inputs that a resource gets in a preview. */
interface Theirs {
    autonames: readonly (string | undefined)[];
    added: readonly string[];
    /** Whether what the plan does not know is known. */
    learned: boolean;
}

const providerKeys = ["__internal", "version", "azureApiVersion", "__createBeforeDelete", "location"];
const kubernetesNames = [
    "metadata",
    "metadata.name",
    "metadata.annotations",
    'metadata.annotations["pulumi.com/autonamed"]',
];

/** Inputs that the engine or a provider adds to a resource of this type where the program gave none. */
function addedTo(type: string): string[] {
    const names = type.startsWith("azure-native:") ? [typeOf(type).nameKey] : kubernetesNames;
    return [...providerKeys, ...names];
}

function valueDifferences(plan: Value, preview: Value, path: string, theirs: Theirs): string[] {
    if (plan === undefined && isProperties(preview) && theirs.added.includes(path))
        return valueDifferences({}, preview, path, theirs);
    if (plan === undefined && theirs.added.includes(path)) return [];
    if (theirs.learned && isProperties(plan) && (plan.$plan === "unknown" || plan.unknown === true)) return [];
    if (isPlain(plan) && isPlain(preview)) {
        return [...new Set([...Object.keys(plan), ...Object.keys(preview)])].flatMap((key) =>
            valueDifferences(plan[key], preview[key], within(path, key), theirs),
        );
    }
    if (Array.isArray(plan) && Array.isArray(preview) && plan.length === preview.length) {
        return plan.flatMap((item, index) => valueDifferences(item, preview[index], `${path}[${index}]`, theirs));
    }
    if (typeof plan === "string" && theirs.autonames.includes(plan) && !isPlain(preview)) return [];
    // The digest of an image that was built: only Azure knows it.
    if (typeof preview === "string" && preview.replace(/@sha256:[0-9a-f]{64}$/, "") === plan) return [];
    const [ours, engines] = [plan, preview].map((value) => (value === undefined ? "nothing" : JSON.stringify(value)));
    return ours === engines ? [] : [`${path}: ${ours} in the plan, ${engines} in the preview`];
}

/** An object that is no mark for an unknown value or a secret. */
function isPlain(value: Value): value is Properties {
    return isProperties(value) && value.$plan === undefined;
}

function within(path: string, key: string): string {
    if (!/^\w+$/.test(key)) return `${path}["${key}"]`;
    return path === "" ? key : `${path}.${key}`;
}
