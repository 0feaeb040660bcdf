import { readFileSync } from "node:fs";

/** An answer of Intel's service as it was recorded. */
interface Recording {
    source: string;
    path: string;
    headers: Record<string, string>;
    encoding: "text" | "base64";
    body: string;
}

const folder = "test/fixtures/intel-pcs";

function recording(name: string): Recording {
    return JSON.parse(readFileSync(`${folder}/${name}.json`, "utf8")) as Recording;
}

/** Body and issuer chain of a recording. */
export function recorded(name: string): { body: Buffer; chain: string } {
    const { body, encoding, headers } = recording(name);
    const [chain = ""] = Object.values(headers);
    return { body: Buffer.from(body, encoding === "text" ? "utf8" : "base64"), chain: decodeURIComponent(chain) };
}

/** The SGX quote of the recordings. */
export const recordedQuote = readFileSync(`${folder}/quote.bin`);
