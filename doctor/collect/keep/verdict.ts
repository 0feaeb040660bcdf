import { flag, list, object, or, type Keep } from "./shape.js";

/** What the attestation sample's judge says, without its details, which hold lines of the application's log. */
interface Verdict {
    verdict: string;
    mode?: string;
    checks?: readonly { name: string; ok?: boolean }[];
}

/** A word of the judge's own (images/attestation-sample); another one is not kept. */
const wordOf =
    (words: RegExp): Keep<string> =>
    (raw) =>
        typeof raw === "string" && words.test(raw) ? raw : undefined;

const keep = object<Verdict>({
    verdict: or(wordOf(/^(?:out-of-process|failed)$/), ""),
    mode: wordOf(/^(?:out-of-process|in-process|mixed|none|unknown)$/),
    checks: list(object<{ name: string; ok?: boolean }>({ name: or(wordOf(/^[a-z0-9-]{1,40}$/), ""), ok: flag })),
});

/** What is kept of a termination message of the sample, or of the proof on a node; undefined: it is no verdict. */
export function keepVerdict(message: string): string | undefined {
    if (!message.startsWith('{"verdict"')) return undefined;
    try {
        return JSON.stringify(keep(JSON.parse(message)));
    } catch {
        return undefined;
    }
}
