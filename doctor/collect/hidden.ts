import { itemsOf, type Raw } from "./keep/shape.js";
import { isSecretName, type Hidden } from "./mask.js";

/** Shorter values stand in texts by chance. */
const shortest = 6;
/** Paths, flags without a value, numbers with or without a unit, and names of resources: messages need them. */
const harmless = /^(?:(?:\/[\w.-]{1,40}){1,20}\/?|--?[\w-]{1,60}|[\d.]+[a-zA-Z]{0,2}|sgx\.intel\.com\/\w+)$/;
/** Words by which Kubernetes itself says why. */
const itsWords = /^(?:enabled|disabled|default|memory|storage|ephemeral-storage|enclave|provision|network|container)$/i;
const plainWord = /^[a-z.-]{1,20}$/i;

/** The values of a pod's variables and arguments, which are not kept and must not come back in a message. */
export function hiddenIn(spec: Raw): Hidden {
    const given = [...itemsOf(spec, "initContainers"), ...itemsOf(spec, "containers")].flatMap((container) => [
        ...itemsOf(container, "env").map(({ name, value }): Given => [String(name), value]),
        ...ofWords(firstWithoutProgram(wordsOf(container.command))),
        ...ofWords(wordsOf(container.args)),
    ]);
    const all = given.flatMap(([name, value]) => hide(name, value));
    return {
        values: all.flatMap(([value, isWord]) => (isWord ? [] : forms(value))),
        words: all.flatMap(([value, isWord]) => (isWord ? [value] : [])),
    };
}

/** A value with the name of its variable or flag, or "". */
type Given = readonly [name: string, value: unknown];

/** Arguments; one behind a flag is that flag's value. */
function ofWords(words: readonly unknown[]): Given[] {
    return words.map((word, index) => {
        const [, flag = ""] = /^--?([\w-]+)$/.exec(String(words[index - 1])) ?? [];
        return [flag, word];
    });
}

/** A command without the program that it starts, whose name is kept. */
function firstWithoutProgram([first, ...others]: readonly unknown[]): unknown[] {
    const [, rest = ""] = typeof first === "string" ? (/^\s*\S+\s+(.+)$/s.exec(first) ?? []) : [];
    return [rest, ...others];
}

/** A value that is hidden, and whether it is a plain word. */
function hide(name: string, value: unknown): (readonly [value: string, isWord: boolean])[] {
    if (typeof value !== "string" || value.length < shortest || value.trim() === "") return [];
    const isSecret = isSecretName(name);
    if (!isSecret && (harmless.test(value) || itsWords.test(value))) return [];
    // Of `--name=value` the value may stand alone in a message.
    const [flag = "", given] = /^--?([\w-]+)=(.+)$/s.exec(value)?.slice(1) ?? [];
    return [[value, !isSecret && plainWord.test(value)], ...(given === undefined ? [] : hide(flag, given))];
}

/** A value as it is, as Kubernetes quotes it, and its lines one by one. */
function forms(value: string): string[] {
    const lines = value.split("\n").map((line) => line.trim());
    return [value, JSON.stringify(value).slice(1, -1), ...(lines.length > 1 ? lines.filter(isLong) : [])];
}

const isLong = (line: string): boolean => line.length >= shortest && !plainWord.test(line) && !harmless.test(line);

function wordsOf(list: unknown): unknown[] {
    return Array.isArray(list) ? (list as unknown[]) : [];
}
