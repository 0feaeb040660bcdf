import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { resourceHooks, takesHooks } from "../shared/hooks";

/** What an update does to the body of a cluster. */
export interface BodyChanges {
    /** Whether this update changes it. Known when the digest of the body is registered. */
    isChanged(): Promise<boolean>;
    /** How to let the next update take the body for changed. */
    wayOut(): Promise<string>;
}

/**
 * Notices whether an update changes the body of a cluster. A `Stash`, which is in Pulumi's state and nowhere else,
 * keeps a digest of the body, and the engine calls its hook where the digest is another one than before. Undefined
 * where there are no hooks.
 */
export function bodyChanges(name: string, body: object, parent: pulumi.Resource): BodyChanges | undefined {
    if (!takesHooks()) return undefined;
    let changed = false;
    const note = resourceHooks(name, "changed body of the cluster", () => void (changed = true), { onDryRun: true });
    const input = pulumi.output(body).apply((known) => digest(known));
    const stash = new pulumi.Stash(
        `${name}-cluster-body`,
        { input },
        { parent, hooks: { beforeCreate: note, beforeUpdate: note } },
    );
    const urn = () => new Promise<string>((done) => stash.urn.apply(done));
    return {
        isChanged: () => urn().then(() => changed),
        wayOut: async () => `pulumi up --replace '${await urn()}'`,
    };
}

/** Independent of the order in which properties were set. */
function digest(value: unknown): string {
    const sorted = (_: string, item: unknown) =>
        typeof item === "object" && item !== null && !Array.isArray(item)
            ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
            : item;
    return createHash("sha256").update(JSON.stringify(value, sorted)).digest("hex");
}
