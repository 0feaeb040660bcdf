import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

/**
 * Value of the label that says whose a pool is: unique to Pulumi's state, since two programs on one cluster may have
 * the same names of project, stack and component, and stays what it was when one of them changes. A `Stash` is in the
 * state and nowhere else; the engine makes its id once. Unknown in the first preview alone.
 */
export function poolOwner(component: string, parent: pulumi.Resource): pulumi.Output<string> {
    const names = `${pulumi.getProject()}.${pulumi.getStack()}.${component}`;
    const { id, output } = new pulumi.Stash(
        `${component}-pool-owner`,
        { input: names },
        // The names from when it was made stay in the label.
        { parent, ignoreChanges: ["input"] },
    );
    // The mocks of unit tests may have no output.
    return pulumi.all([id, output]).apply(([key, kept]) => ownerLabel(typeof kept === "string" ? kept : names, key));
}

/** `project.stack.component` as far as a label can hold it, for people, and a hash of the id. */
export function ownerLabel(names: string, id: string): string {
    const longest = 63;
    const hash = createHash("sha256").update(id).digest("hex").slice(0, 8);
    const readable = names.replace(/[^A-Za-z0-9._-]+/g, "-").slice(0, longest - hash.length - 1);
    return `${readable.replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "")}.${hash}`.replace(/^\./, "");
}
