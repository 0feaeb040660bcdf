import { matches, type Problem } from "../problems";

/** A Kubernetes version as AKS names it, taken apart. */
export interface KubernetesVersion {
    /** As it was written: `1.36` or `1.36.2`. */
    text: string;
    /** The minor version, such as 36. */
    minor: number;
    /** The patch version; undefined where none is named, and AKS picks one. */
    patch: number | undefined;
}

const form = /^1\.([1-9]\d)(?:\.(0|[1-9]\d?))?$/;

/** The parts of a version, or undefined for what is none. */
export function parseKubernetesVersion(value: unknown): KubernetesVersion | undefined {
    const match = typeof value === "string" ? form.exec(value) : null;
    if (match === null) return undefined;
    const [text, minor, patch] = match;
    return { text, minor: Number(minor), patch: patch === undefined ? undefined : Number(patch) };
}

/** A problem unless `value` is a version; absent is fine. */
export function checkKubernetesVersion(path: string, value: unknown): Problem[] {
    return matches(
        path,
        value,
        form,
        "a Kubernetes version as AKS names it, such as 1.36 or 1.36.2",
        "write it as text: without quotes, YAML reads 1.30 as the number 1.3",
    );
}
