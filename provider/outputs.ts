import type * as pulumi from "@pulumi/pulumi";

/** What the SDK keeps in an Output; its declarations leave it out. */
interface OutputParts {
    isKnown: Promise<boolean>;
    isSecret: Promise<boolean>;
    promise(): Promise<unknown>;
    allResources(): Promise<ReadonlySet<pulumi.Resource>>;
}

/** What is inside an Output. */
export function partsOf(output: pulumi.Output<unknown>): OutputParts {
    return output as unknown as OutputParts;
}
