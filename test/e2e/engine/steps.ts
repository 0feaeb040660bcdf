import { readFileSync } from "node:fs";
import type { Properties } from "../doubles/values.js";

/** One step of a preview or an update. */
export interface Step {
    op: string;
    type: string;
    name: string;
    urn: string;
    /** Paths that differ. */
    diff: string[];
    inputs: Properties;
}

interface RawStep {
    op: string;
    urn: string;
    detailedDiff?: Record<string, unknown> | null;
    newState?: { inputs?: Properties };
}

function toStep(step: RawStep): Step {
    const [, , types = "", name = ""] = step.urn.split("::");
    return {
        op: step.op,
        urn: step.urn,
        type: types.split("$").at(-1) ?? "",
        name,
        diff: Object.keys(step.detailedDiff ?? {}).sort(),
        inputs: step.newState?.inputs ?? {},
    };
}

/** The steps of `pulumi preview --json`. A replacement is one step there, `replace`. */
export function previewedSteps(json: string): Step[] {
    return (JSON.parse(json) as { steps: RawStep[] }).steps.map(toStep);
}

interface RawMetadata {
    op: string;
    urn: string;
    detailedDiff?: Record<string, unknown>;
    new: { inputs?: Properties } | null;
}

/** The steps of an update, from the engine's own log of events, in the order in which they were finished. */
export function doneSteps(eventLog: string): Step[] {
    const events = readFileSync(eventLog, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as { resOutputsEvent?: { metadata: RawMetadata } });
    return events.flatMap(({ resOutputsEvent }) => {
        if (resOutputsEvent === undefined) return [];
        const { op, urn, detailedDiff, new: newState } = resOutputsEvent.metadata;
        return [toStep({ op, urn, detailedDiff, ...(newState === null ? {} : { newState }) })];
    });
}

/**
 * The steps that change something: not `same`, not the reading of state. Left out are the engine's default providers
 * and what is in the state alone.
 */
export function changes(steps: readonly Step[]): Step[] {
    return steps.filter(
        ({ op, type, name }) =>
            !["same", "read", "refresh"].includes(op) &&
            !isInStateOnly(type) &&
            !(type.startsWith("pulumi:providers:") && /^default(_|$)/.test(name)),
    );
}

/** What this package's own provider makes. */
const own = ["confidential-aks:index:SgxPolicy", "confidential-aks:index:ExportableKey"];

/** Components, which are only names, and values that the engine keeps. */
export function isInStateOnly(type: string): boolean {
    if (own.includes(type)) return false;
    return ["pulumi:pulumi:Stack", "pulumi:index:Stash"].includes(type) || type.startsWith("confidential-aks:");
}

/** A step in few words: what is done to which resource. */
export function words(steps: readonly Step[]): string[] {
    return steps.map(({ op, type, name }) => `${op} ${type.split(":").at(-1) ?? ""} ${name}`);
}

/**
 * What is done to each resource, sorted, the same for a preview as for the update it announces: of a replacement's
 * three steps in an update (create, replace, delete) only the one that a preview has.
 */
export function summary(steps: readonly Step[]): string[] {
    return words(changes(steps).filter(({ op }) => op !== "create-replacement" && op !== "delete-replaced")).sort();
}
