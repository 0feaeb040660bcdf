import type { PlanObject } from "../model/format.js";
import type { Change } from "./changes.js";
import type { ResourceDiff } from "./format.js";
import type { Pair } from "./match.js";

/** What two plans of a stack say of a pair of resources. */
export interface Compared extends Pair {
    diff: ResourceDiff;
    /** Changes that `ignoreChanges` drops. */
    dropped: Change[];
    /** The inputs of both sides as they are compared; set where both are there. */
    inputs?: { old: PlanObject; now: PlanObject };
    /** Nothing differs, and no other replacement brings one along. */
    same: boolean;
}
