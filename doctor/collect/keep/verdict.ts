import { mask } from "../mask.js";
import { flag, list, object, or, type Keep } from "./shape.js";

/** What the attestation sample's judge says, without its details, which hold lines of the application's log. */
interface Verdict {
    verdict: string;
    mode?: string;
    checks?: readonly { name: string; ok?: boolean }[];
}

/** A word of the judge's own. */
const word: Keep<string> = (raw) => (typeof raw === "string" ? mask(raw).slice(0, 60) : undefined);

const keep = object<Verdict>({
    verdict: or(word, ""),
    mode: word,
    checks: list(object<{ name: string; ok?: boolean }>({ name: or(word, ""), ok: flag })),
});

/** What is kept of a termination message that is a verdict; undefined where it is none. */
export function keepVerdict(message: string): string | undefined {
    if (!message.startsWith('{"verdict"')) return undefined;
    try {
        return JSON.stringify(keep(JSON.parse(message)));
    } catch {
        return undefined;
    }
}
