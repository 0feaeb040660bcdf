import type { Material } from "./key-material";
import { rulesOf } from "./release-rules";
import { refusal } from "./service";

/** A release policy as it is sent. */
export interface KeyReleasePolicy {
    contentType: string;
    data: string;
    immutable: boolean;
}

/** A version of a key. */
export interface KeyVersion {
    version: string;
    exportable: boolean;
    enabled: boolean;
    keyOps: readonly string[];
    tags: Readonly<Record<string, string>>;
    created: number;
    updated: number;
    material: Material;
}

/** A key with its versions. */
export interface Key {
    /** When it was deleted, in seconds. */
    deleted?: number;
    name: string;
    /** Oldest first. */
    versions: [KeyVersion, ...KeyVersion[]];
    /** Of all versions: "Key Release Policy can only be set on versionless key". */
    policy?: KeyReleasePolicy;
}

/** What a request says of a key beside its material. */
export interface KeyAttributes {
    attributes?: { enabled?: boolean; exportable?: boolean };
    key_ops?: string[];
    tags?: Record<string, string>;
    release_policy?: { contentType?: string; data?: string; immutable?: boolean };
}

/** The policy that a request gives, or the one that is there. */
export function policyOf(
    { release_policy: given }: KeyAttributes,
    existing?: KeyReleasePolicy,
): KeyReleasePolicy | undefined {
    if (given === undefined) return existing;
    if (existing?.immutable === true)
        throw refusal(400, "BadParameter", "AKV.SKR.1020: Immutable Key Release Policy cannot be modified.");
    const { data = "", contentType = "application/json; charset=utf-8", immutable = false } = given;
    if (!/^[\w-]+$/.test(data))
        throw refusal(400, "BadParameter", "AKV.SKR.1004: Exportable keys must have release policy.");
    rulesOf(data);
    return { contentType, data, immutable };
}
