import * as pulumi from "@pulumi/pulumi";
import type { Warning } from "../problems";

/**
 * Shows the warnings of a component where Pulumi shows its diagnostics; a warning's code stands first, in brackets. The
 * component has to be registered by then: the SDK sends messages one after another, and one of a component that still
 * waits for a cluster would hold up what others have to say meanwhile.
 */
export function showWarnings(warnings: readonly Warning[], resource: pulumi.Resource): void {
    for (const { code, path, message } of warnings) {
        const where = path === undefined ? "" : `${path}: `;
        resource.urn.apply(() => void pulumi.log.warn(`[${code}] ${where}${message}`, resource));
    }
}
