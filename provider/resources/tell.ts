import { AsyncLocalStorage } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";

const resources = new AsyncLocalStorage<string>();

/** Does something for the resource with a URN: messages meanwhile are shown there. */
export function forResource<T>(urn: string, work: () => T): T {
    return resources.run(urn, work);
}

/** Shows a line of text where Pulumi shows what becomes of the resource. */
export async function tell(text: string): Promise<void> {
    const urn = resources.getStore();
    await pulumi.log.info(text, urn === undefined ? undefined : new pulumi.DependencyResource(urn));
}
