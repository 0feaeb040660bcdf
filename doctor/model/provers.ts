import type { Meta } from "./objects.js";

/** Whether labels are those of the sample of this package. */
export function isOfSample(labels: Meta["labels"]): boolean {
    return isComponent(labels, "sample");
}

/** Whether labels are those of the proof that this package runs on every node. */
export function isOfNodeProof(labels: Meta["labels"]): boolean {
    return isComponent(labels, "node-proof");
}

function isComponent(labels: Meta["labels"] = {}, component: string): boolean {
    return (
        labels["app.kubernetes.io/part-of"] === "confidential-aks" &&
        labels["app.kubernetes.io/component"] === component
    );
}

/** The container of both in which the judge runs. */
export const JUDGE_CONTAINER = "app";
