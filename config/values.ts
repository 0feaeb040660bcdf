import { ProblemKind, suggest, type Problem } from "../components";
import { platformKeys } from "./shape";

/** The configuration of a stack as the engine hands it over: text by key, and which keys hold secrets. */
export interface RawConfig {
    values: Record<string, string>;
    isSecret: (key: string) => boolean;
}

/** Keys whose text is the value itself; all others hold JSON. */
const textKeys: ReadonlySet<string> = new Set(
    Object.entries(platformKeys)
        .filter(([, { type }]) => type === "string")
        .map(([key]) => key),
);

/**
 * The keys of one namespace as values. Empty text, `{}` and `[]` are how `Pulumi.yaml` spells "not set".
 */
export function parseValues(
    namespace: string,
    raw: RawConfig,
): { values: Record<string, unknown>; problems: Problem[] } {
    const values: Record<string, unknown> = {};
    const problems: Problem[] = [];
    for (const [name, text] of Object.entries(raw.values)) {
        const [own = "", ...rest] = name.split(":");
        const key = rest.join(":");
        if (own !== namespace) {
            problems.push(...misspelt(namespace, own, name));
            continue;
        }
        if (raw.isSecret(name) && key !== keyWithSecrets) {
            problems.push(notSecret(key));
            continue;
        }
        if (textKeys.has(key) || !Object.hasOwn(platformKeys, key)) {
            if (text !== "") values[key] = text;
            continue;
        }
        try {
            const value: unknown = JSON.parse(text);
            if (!isEmpty(value)) values[key] = value;
        } catch {
            // A word that is no flag: the check of shapes says what a flag looks like.
            if (platformKeys[key]?.type === "boolean") {
                values[key] = text;
                continue;
            }
            problems.push({
                kind: ProblemKind.invalid,
                path: key,
                value: text,
                hideValue: raw.isSecret(name),
                expected: "a structured value (YAML in the stack file, JSON on the command line)",
                remedy: raw.isSecret(name) ? "encrypt single values inside it, not the whole" : "correct it",
            });
        }
    }
    return { values, problems };
}

/** The one key in which encrypted values have a place: command, arguments and environment of a job. */
export const keyWithSecrets = "jobs";

function notSecret(key: string): Problem {
    return {
        kind: ProblemKind.notAllowed,
        path: key,
        value: undefined,
        hideValue: true,
        expected: "encrypted: it would show in plain text in Azure, in Kubernetes and in plans",
        remedy: `set it without --secret; secrets go into env, args or command of ${keyWithSecrets}`,
    };
}

/** A key of another namespace is ignored, unless its namespace looks like a misspelling of ours. */
function misspelt(namespace: string, own: string, name: string): Problem[] {
    if (suggest(own, [namespace]) === undefined) return [];
    const remedy = `did you mean ${JSON.stringify(name.replace(own, namespace))}?`;
    const expected = `the namespace ${namespace}`;
    return [{ kind: ProblemKind.invalid, path: name, value: undefined, expected, remedy }];
}

function isEmpty(value: unknown): boolean {
    return typeof value === "object" && (value === null || Object.keys(value).length === 0);
}
