import * as pulumi from "@pulumi/pulumi";

type Text = string | undefined;

/**
 * The text of an output where it is known, and `otherwise` in a preview that does not know it. For what a reader of the
 * preview is better off with than with "unknown"; the update then has the text itself.
 */
export function knownOr(output: pulumi.Output<Text>, otherwise: Text): pulumi.Output<Text> {
    // The SDK's outputs have this promise, which its types leave out.
    const { isKnown } = output as unknown as { isKnown: Promise<boolean> };
    return pulumi.output(isKnown).apply((known): pulumi.Output<Text> => (known ? output : pulumi.output(otherwise)));
}
