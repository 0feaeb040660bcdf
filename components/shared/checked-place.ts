import type * as pulumi from "@pulumi/pulumi";
import { isLate, isPlainObject } from "../problems";
import { checkTag, checkTags } from "./check-place";
import { checkedLater, type Subject } from "./checked-later";

/** Tags of Azure resources; all of them may be an output, and each value. */
type Tags = pulumi.Input<Record<string, pulumi.Input<string>>>;

/** The same tags. Those that are outputs are checked as soon as they are known. */
export function checkedTags<T extends Tags | undefined>(of: Subject, path: string, tags: T): T {
    if (isLate(tags)) return checkedLater<T>(of, tags, (known) => checkTags(path, known));
    if (!isPlainObject(tags)) return tags;
    const entries = Object.entries(tags).map(([name, value]) => [
        name,
        checkedLater(of, value, (known) => checkTag(path, name, known)),
    ]);
    return Object.fromEntries(entries) as T;
}
