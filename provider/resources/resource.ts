import type { CheckResult, CreateResult, DiffResult, ReadResult, UpdateResult } from "@pulumi/pulumi/provider/index.js";

/** Properties of a resource as the engine sends them: with unknown values in a preview, and secrets in an envelope. */
export type Properties = Readonly<Record<string, unknown>>;

/** What this package's own provider does for one type of resource: the part of Azure that ARM does not hold. */
export interface OwnResource {
    check(inputs: Properties): CheckResult;
    diff(state: Properties, inputs: Properties): DiffResult;
    create(inputs: Properties): Promise<CreateResult>;
    /** What there is; without an id where it is gone. */
    read(id: string, state: Properties): Promise<ReadResult>;
    update(id: string, state: Properties, inputs: Properties): Promise<UpdateResult>;
    delete(id: string, state: Properties): Promise<void>;
}

/** What the SDK sends for a value that is known after the update. */
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export const isUnknown = (value: unknown): boolean => value === unknownValue;

/** Whether a value is unknown, or has something unknown inside. */
export function hasUnknown(value: unknown): boolean {
    if (typeof value !== "object" || value === null) return isUnknown(value);
    return Object.values(value).some(hasUnknown);
}

/** Key of the envelope of a secret, in what the engine sends. */
const envelope = "4dabf18193072939515e22adb298388d";

/** Names of the properties that are secrets, or have one inside. None may be: the state would have it in clear. */
export function secretsIn(properties: Properties): string[] {
    return Object.keys(properties).filter((name) => hasSecret(properties[name]));
}

function hasSecret(value: unknown): boolean {
    if (typeof value !== "object" || value === null) return false;
    return envelope in value || Object.values(value).some(hasSecret);
}
