import type { Place } from "./report.js";

type Named = Pick<Place, "namespace" | "name">;

/** A place without its kind. */
export function nameOf({ namespace, name }: Named): string {
    return namespace === undefined ? name : `${namespace}/${name}`;
}

/** Whether both are the same object. */
export function isSamePlace(one: Place, other: Place): boolean {
    return one.kind === other.kind && nameOf(one) === nameOf(other);
}
