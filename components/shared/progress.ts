import * as pulumi from "@pulumi/pulumi";

/**
 * Shows where a component is that waits, in place of what it showed before. The message must not be waited for:
 * the SDK sends messages one after another, and one may be of a resource that waits for the same thing.
 */
export function showProgress(text: string, component: pulumi.Resource): void {
    void pulumi.log.info(text, component, undefined, true);
}
