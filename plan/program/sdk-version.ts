import { PlanError } from "../model/errors.js";

/** Versions of @pulumi/pulumi that the tests of this package run with: the oldest and the newest. */
export const TESTED = { oldest: "3.248.0", newest: "3.276.0" } as const;

const REMEDY = `install a version in between (npm install @pulumi/pulumi@${TESTED.newest}), or report this to confidential-aks with the version`;

/** True for a version that lies outside of what was tested. */
export function isUntested(version: string): boolean {
    return compare(version, TESTED.oldest) < 0 || compare(version, TESTED.newest) > 0;
}

/** The error for an SDK that lacks what an offline plan needs. */
export function unfitSdk(version: string, what: string): PlanError {
    const remedy = isUntested(version)
        ? REMEDY
        : 'its files may be incomplete: install the program\'s packages again ("npm ci"), or report this to confidential-aks';
    return new PlanError(
        `the program's @pulumi/pulumi ${version} does not work with offline plans, which are tested with ${TESTED.oldest} to ${TESTED.newest}: ${what}. What to do: ${remedy}.`,
    );
}

/** What to add to the error of a program whose SDK is untested; undefined if it is not. */
export function untestedNote(version: string): string | undefined {
    if (!isUntested(version)) return undefined;
    return `Note: the program has @pulumi/pulumi ${version}, and offline plans are tested with ${TESTED.oldest} to ${TESTED.newest}. If the error is not the program's own, ${REMEDY}.`;
}

/** Negative if the first is older. What follows a hyphen is left out: 3.276.0-alpha counts as 3.276.0. */
function compare(one: string, other: string): number {
    const [a, b] = [one, other].map((version) => version.split("-")[0]?.split(".").map(Number) ?? []);
    for (const index of [0, 1, 2]) {
        const difference = (a?.[index] ?? 0) - (b?.[index] ?? 0);
        if (difference !== 0) return difference;
    }
    return 0;
}
