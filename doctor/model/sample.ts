import type { Meta } from "./objects.js";

/** Whether labels are those of the sample of this package. */
export function isOfSample(labels: Meta["labels"] = {}): boolean {
    return (
        labels["app.kubernetes.io/part-of"] === "confidential-aks" && labels["app.kubernetes.io/component"] === "sample"
    );
}
