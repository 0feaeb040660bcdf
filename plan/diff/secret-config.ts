import { isPlainObject } from "../../components/problems/index.js";
import { readYamlMap, stackFile, type Project } from "../program/project.js";

/**
 * Keys of a stack's encrypted configuration whose ciphertext differs between two revisions, added and removed ones
 * included. Offline it cannot be known whether the value has changed: the same value encrypts to another text each
 * time.
 */
export function changedSecretKeys(base: Project, head: Project, stack: string): string[] {
    const [old, now] = [ciphertexts(base, stack), ciphertexts(head, stack)];
    return [...new Set([...old.keys(), ...now.keys()])].filter((key) => old.get(key) !== now.get(key)).sort();
}

function ciphertexts(project: Project, stack: string): Map<string, string> {
    const file = stackFile(project, stack);
    const config = file === undefined ? {} : readYamlMap(file)["config"];
    const found = new Map<string, string>();
    for (const [key, value] of Object.entries(isPlainObject(config) ? config : {})) {
        const texts = securesOf(value);
        if (texts.length > 0) found.set(key, JSON.stringify(texts));
    }
    return found;
}

function securesOf(value: unknown): unknown[] {
    if (Array.isArray(value)) return value.flatMap(securesOf);
    if (!isPlainObject(value)) return [];
    return Object.entries(value).flatMap(([key, item]) => (key === "secure" ? [item] : securesOf(item)));
}
