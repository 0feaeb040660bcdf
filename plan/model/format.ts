import type { NodeAmounts, NodeResource } from "../../components/sgx/index.js";
import { readDocument, wrongFields } from "../../terminal/document.js";
import type { ReleasedKey, TokenPolicy } from "./access-format.js";
import { PlanError } from "./errors.js";

/** Value of `format` in every plan file. */
export const PLAN_FORMAT = "confidential-aks/plan";
/** Version of the format that this package writes. See docs/plan-format.md. */
export const PLAN_VERSION = 1;

/** How providers were played: as in the first preview of a stack. */
export const PLAN_MODE = "preview";

/** A value that is unknown before the update runs. */
export interface UnknownValue {
    $plan: "unknown";
}
/** A secret; its value is never in a plan. `unknown`: not even the program knew it. */
export interface SecretValue {
    $plan: "secret";
    unknown?: true;
    /**
     * Tells two secrets apart without telling what they are: a keyed hash, whose random key lives as long as one
     * comparison of two plans. Absent in every other plan, and never in the output of a comparison.
     */
    digest?: string;
}
/** A file or a text that a provider uploads. */
export interface AssetValue {
    $plan: "asset";
    path?: string;
    uri?: string;
    text?: string;
    /** The text holds a secret, so it is left out. */
    secret?: true;
}
/** A folder, an archive file, or a map of assets. */
export interface ArchiveValue {
    $plan: "archive";
    path?: string;
    uri?: string;
    assets?: PlanObject;
}
/** A reference to another resource of the plan. */
export interface ResourceValue {
    $plan: "resource";
    urn: string;
}
/** A plain object that happens to have a key `$plan`. */
export interface EscapedObject {
    $plan: "object";
    value: PlanObject;
}
/** A plain object. */
export interface PlanObject {
    [key: string]: PlanValue;
}
/** The typed objects a value can be; each has the key `$plan`. */
export type SpecialValue = UnknownValue | SecretValue | AssetValue | ArchiveValue | ResourceValue | EscapedObject;
/** JSON with typed objects for what JSON cannot say. */
export type PlanValue = null | boolean | number | string | PlanValue[] | PlanObject | SpecialValue;

/** Another identity a resource had before: a URN, or the parts that differ. */
export interface PlanAlias {
    urn?: string;
    name?: string;
    type?: string;
    stack?: string;
    project?: string;
    parent?: string;
    noParent?: boolean;
}

/** Resource options, only those that are set. Lists of URNs are sorted. */
export interface PlanOptions {
    protect?: boolean;
    aliases?: PlanAlias[];
    ignoreChanges?: string[];
    replaceOnChanges?: string[];
    deleteBeforeReplace?: boolean;
    customTimeouts?: { create?: string; update?: string; delete?: string };
    /** URN of the provider, when one was given. */
    provider?: string;
    /** Version of the provider plugin. */
    version?: string;
    dependencies?: string[];
    deletedWith?: string;
    replaceWith?: string[];
    /** A value whose change replaces the resource. */
    replacementTrigger?: PlanValue;
    additionalSecretOutputs?: string[];
    retainOnDelete?: boolean;
    hideDiffs?: string[];
    importId?: string;
}

/** One resource as the program registered it. */
export interface PlanResource {
    urn: string;
    type: string;
    name: string;
    /** False: a component, which only groups others. */
    custom: boolean;
    parent?: string;
    inputs: PlanObject;
    options: PlanOptions;
    /** Name a Kubernetes object without `metadata.name` gets in this plan (the real suffix is random). */
    autoname?: string;
    /** Id of a resource that is only read. */
    readId?: string;
    /** A component of a plugin: what is below it is not in the plan. */
    remote?: boolean;
}

/** A function of a provider, or a method of a resource, that the program called. */
export interface PlanInvoke {
    token: string;
    args: PlanObject;
    result: "unknown" | "answered";
}

/** Something a reviewer has to know. */
export interface PlanWarning {
    /** Stable: `retired-size`, `invoke-unknown`, `program-warning`... */
    code: string;
    message: string;
    urn?: string;
}

/** EPC that a pod of one workload takes on a node of a pool. */
export interface EpcUse {
    /** Kind and name, such as `Job/sample`. */
    workload: string;
    urn: string;
    /** EPC a pod asks for, in bytes. Absent: unknown. */
    bytes?: number;
    /** Of what is reserved: whether workloads get it where they need it, since its pods have a lower priority. */
    givesWay?: boolean;
    /** How many such pods a node holds beside the DaemonSets, as the scheduler counts. Absent: unknown. */
    fitsPerNode?: number;
    /**
     * What is used up first by then. With `pods`, `cpu` or `memory`, `fitsPerNode` rests on an estimate of what AKS
     * itself takes.
     */
    limitedBy?: NodeResource;
    /** How many each resource alone would take, as far as the pods ask for it. */
    fitsEach?: NodeAmounts;
}

/** EPC of one pool of enclave nodes. */
export interface EpcPool {
    pool: string;
    urn: string;
    vmSize: string;
    /** Number of nodes, `2` or `1-5`; absent: unknown. */
    nodes?: string;
    /** EPC of a node, in bytes. */
    nodeBytes: number;
    /** What DaemonSets take on every node. */
    reserved: EpcUse[];
    /** Together, without what gives way. */
    reservedBytes: number;
    availableBytes: number;
    /** What is left of every resource on a node for workloads; one that is not known is absent. */
    free?: NodeAmounts;
    workloads: EpcUse[];
}

/** Virtual CPUs that a plan needs of one family of VM sizes. */
export interface QuotaFamily {
    /** Azure's name of the quota, such as `Standard DCSv3 Family vCPUs`. */
    quota: string;
    /** All pools at their largest. */
    vCpusAtMost: number;
    /** On top while AKS upgrades the pools: their surge nodes. */
    surge: number;
    /** On top while the largest pool is replaced by another one that is created first. */
    replacement: number;
    /** What the subscription's quota in the region has to be at least. */
    needed: number;
}

/** Numbers of the plan. */
export interface PlanCounts {
    resources: number;
    components: number;
    byType: Record<string, number>;
}

/** A plan: what a program asks for, in a stable order. Format and its versions: docs/plan-format.md. */
export interface Plan {
    format: typeof PLAN_FORMAT;
    version: typeof PLAN_VERSION;
    project: string;
    stack: string;
    mode: typeof PLAN_MODE;
    resources: PlanResource[];
    invokes: PlanInvoke[];
    warnings: PlanWarning[];
    outputs: PlanObject;
    epc: EpcPool[];
    /** Absent in plans of versions of this package that did not write it. */
    quota?: QuotaFamily[];
    /** Keys that only attested enclaves get. Absent: there are none. */
    keys?: ReleasedKey[];
    /** Which enclaves get a token of the program's attestation providers. Absent: it has none. */
    tokenPolicies?: TokenPolicy[];
    counts: PlanCounts;
}

/** True for `{ "$plan": ... }`, optionally of one kind. */
export function isSpecial(value: PlanValue | undefined): value is SpecialValue {
    return typeof value === "object" && value !== null && !Array.isArray(value) && typeof value["$plan"] === "string";
}

/** True for a plain object (no typed one, no list). */
export function isObject(value: PlanValue | undefined): value is PlanObject {
    return typeof value === "object" && value !== null && !Array.isArray(value) && !isSpecial(value);
}

/** The value at a path of keys, through plain objects and lists only. */
export function valueAt(value: PlanValue | undefined, ...path: (string | number)[]): PlanValue | undefined {
    let at: PlanValue | undefined = value;
    for (const key of path) {
        if (typeof key === "number") at = Array.isArray(at) ? at[key] : undefined;
        else at = isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
    }
    return at;
}

/** Reads a plan written by `--format json`; a newer version or another format is an error that says so. */
export function readPlan(json: string): Plan {
    const plan = readDocument({ name: "plan", format: PLAN_FORMAT, version: PLAN_VERSION, error: PlanError }, json);
    const wrong = wrongFields(plan, {
        project: "text",
        stack: "text",
        mode: "text",
        resources: "list",
        invokes: "list",
        warnings: "list",
        epc: "list",
        outputs: "object",
        counts: "object",
    });
    if (wrong.length > 0) throw new PlanError(`not a plan: missing or of the wrong type: ${wrong.join(", ")}`);
    if (plan["mode"] !== PLAN_MODE) {
        throw new PlanError(
            `plan of mode ${JSON.stringify(plan["mode"])} is not supported (this package reads mode "${PLAN_MODE}"): ` +
                "make the plan again",
        );
    }
    return plan as unknown as Plan;
}
