import * as pulumi from "@pulumi/pulumi";
import type { Warning } from "../problems";

/** Shows the warnings of a component where Pulumi shows its diagnostics; a warning's code stands first, in brackets. */
export function showWarnings(warnings: readonly Warning[], resource: pulumi.Resource): void {
    for (const { code, path, message } of warnings) {
        const where = path === undefined ? "" : `${path}: `;
        void pulumi.log.warn(`[${code}] ${where}${message}`, resource);
    }
}
