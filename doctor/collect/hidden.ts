import { itemsOf, type Raw } from "./keep/shape.js";
import { isSecretName } from "./mask.js";

/** Shorter values stand in texts by chance. */
const shortest = 6;
/** Words and paths: common in messages, and needed there. */
const plain = /^(?:[a-z.-]{1,20}|(?:\/[\w.-]{1,40}){1,20}\/?|--?[\w-]{1,60})$/i;

/**
 * The values of a pod's variables and arguments, which are not kept and must not come back in a message. A plain word
 * or path is one of them only where the variable's name says that it is secret.
 */
export function hiddenIn(spec: Raw): string[] {
    return [...itemsOf(spec, "initContainers"), ...itemsOf(spec, "containers")].flatMap((container) => [
        ...itemsOf(container, "env").flatMap(({ name, value }) => valuesOf(String(name), value)),
        ...[...wordsOf(container.command).slice(1), ...wordsOf(container.args)].flatMap((word) => valuesOf("", word)),
    ]);
}

function valuesOf(name: string, value: unknown): string[] {
    if (typeof value !== "string" || value.length < shortest) return [];
    if (plain.test(value) && !isSecretName(name)) return [];
    // Of `--name=value` the value may stand alone in a message.
    const [flag = "", given] = /^--?([\w-]+)=(.+)$/s.exec(value)?.slice(1) ?? [];
    return given === undefined ? [value] : [value, ...valuesOf(flag, given)];
}

function wordsOf(list: unknown): unknown[] {
    return Array.isArray(list) ? (list as unknown[]) : [];
}
