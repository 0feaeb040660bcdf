import type { PLAN_MODE, PlanValue, PlanWarning } from "../model/format.js";
import type { PlanProblem } from "../model/problem.js";

/** Value of `format` in every diff file. */
export const DIFF_FORMAT = "confidential-aks/diff";
/** Version of the format that this package writes. See docs/diff-format.md. */
export const DIFF_VERSION = 1;

/** What happens to a resource, most consequential first. */
export const ACTIONS = ["replace", "delete", "update", "create", "move"] as const;
/** What happens to a resource. `move`: only its name or place in the tree changes, an alias keeps the resource. */
export type Action = (typeof ACTIONS)[number];

/** One property that differs. Items of lists are named: `containers[app].image`. */
export interface PropertyChange {
    path: string;
    /** `reorder`: an item of a list is at another place. */
    kind: "add" | "remove" | "change" | "reorder";
    before?: PlanValue;
    after?: PlanValue;
}

/** Why a resource is replaced: a property, and who says that it cannot change in place. */
export interface ReplaceReason {
    path: string;
    /** `provider`: the resource provider; the others: an option in the program. */
    by: "provider" | "replaceOnChanges" | "replacementTrigger";
}

/** A replacement that another one brings along, and the option that ties the two. */
export interface Cascade {
    urn: string;
    by: "provider" | "deletedWith" | "replaceWith";
}

/** One resource that is not the same in both plans. */
export interface ResourceDiff {
    /** As in the new plan; of a deleted resource as in the old one. */
    urn: string;
    type: string;
    name: string;
    /** False: a component of a plugin, of which only the inputs are known. */
    custom: boolean;
    action: Action;
    /** URN in the old plan, where an alias connects the two. */
    movedFrom?: string;
    /** Of a replacement: the properties that force it. */
    forcedBy: ReplaceReason[];
    /** Of a replacement that only follows another one. */
    cascade?: Cascade;
    /** Of a replacement: the old one is deleted before the new one is created. */
    deleteFirst?: true;
    /** The resource is protected in the way that makes the engine refuse this: the update fails. */
    refused?: true;
    /** Differing inputs; empty for created and deleted resources. */
    changes: PropertyChange[];
    /** Differing resource options. */
    options: PropertyChange[];
    /** Of a Kubernetes object: a unified diff of its YAML, without file names. */
    yaml?: string;
    /** A few words on a created or deleted resource: what of it matters. */
    summary?: string;
    /** What it means, in words. */
    consequences: string[];
}

/** A component that seems to have another name, without an alias: its resources are deleted and created anew. */
export interface ComponentRename {
    /** URN in the new plan. */
    urn: string;
    type: string;
    name: string;
    /** Its name in the old plan. */
    formerly: string;
    /** How many of its resources are created. */
    resources: number;
}

/** What a change does to who may do or get what: keys, roles, the API server, admission. */
export interface AccessChange {
    /** As in the new plan; of a deleted resource as in the old one. */
    urn: string;
    type: string;
    name: string;
    /** More is allowed from then on, or it cannot be judged. */
    widens: boolean;
    /** It cannot be judged. */
    unsure?: true;
    /** What changes, in words. */
    text: string;
}

/** How many resources; components only count where they are of a plugin. */
export interface DiffCounts {
    create: number;
    update: number;
    replace: number;
    delete: number;
    move: number;
    same: number;
}

/** A provider plugin that another version of its package brings along. */
export interface VersionChange {
    provider: string;
    before: string;
    after: string;
    /** How many resources use it. */
    resources: number;
}

/** A change that the program asks for and an option `ignoreChanges` drops. */
export interface IgnoredChange {
    urn: string;
    path: string;
}

/**
 * `compared`: both plans are there. `new`: only the new revision has the stack. `removed`: only the old one does.
 * `failed`: a side could not be planned.
 */
export type StackStatus = "compared" | "new" | "removed" | "failed";

/** Why a side of a stack could not be planned. */
export interface PlanSideFailure {
    side: "base" | "head";
    message: string;
    /** What is wrong with the program's arguments; empty if it failed for another reason. */
    problems: PlanProblem[];
}

/** What changes in one stack. */
export interface StackDiff {
    project: string;
    stack: string;
    status: StackStatus;
    /** Why a side could not be planned. */
    failures: PlanSideFailure[];
    counts: DiffCounts;
    /** By action (replace, delete, update, create, move), then in the order of the plan. */
    resources: ResourceDiff[];
    /** Who may do or get what: first what widens access. Absent in diffs of versions that did not write it. */
    access?: AccessChange[];
    renamed: ComponentRename[];
    outputs: PropertyChange[];
    versions: VersionChange[];
    ignored: IgnoredChange[];
    warnings: { added: PlanWarning[]; gone: PlanWarning[] };
    /** What changes for a pool of enclave nodes and the workloads on it, in words. */
    epc: string[];
    /** Keys of encrypted configuration whose ciphertext is another one, in this stack's file. */
    secretKeys: string[];
}

/** A revision that was planned. */
export interface Revision {
    /** As it was asked for: a git reference, a file, or `working tree`. */
    name: string;
    commit?: string;
}

/** What a change of a program does, over all its stacks. */
export interface PlanDiff {
    format: typeof DIFF_FORMAT;
    version: typeof DIFF_VERSION;
    mode: typeof PLAN_MODE;
    base: Revision;
    head: Revision;
    /** Sorted by name. */
    stacks: StackDiff[];
}
