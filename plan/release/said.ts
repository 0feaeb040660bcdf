import { shortText } from "../lens/highlights.js";
import type { PlanValue } from "../model/format.js";
import type { GivenClaims } from "./claims.js";

/** What the claims say of one of them, in words. */
export function saidOf(claims: GivenClaims["claims"], claim: string): string {
    if (!Object.hasOwn(claims, claim)) return "the claims have none";
    const value = claims[claim];
    if (typeof value !== "object") return `the claims say ${JSON.stringify(value)}`;
    return `the claims say ${shortText(value as PlanValue)}`;
}
