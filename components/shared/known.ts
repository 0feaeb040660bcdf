import * as pulumi from "@pulumi/pulumi";

/**
 * The value of an output where it is known, and `otherwise` in a preview that does not know it. For what a reader of
 * the preview is better off with than with "unknown"; the update then has the value itself.
 */
export function knownOr<T>(output: pulumi.Output<T>, otherwise: T): pulumi.Output<T> {
    // The SDK's outputs have this promise, which its types leave out.
    const { isKnown } = output as unknown as { isKnown: Promise<boolean> };
    return pulumi.output(isKnown).apply((known) => (known ? output : otherwise)) as pulumi.Output<T>;
}
