import type { ProofTimes } from "../../model/objects.js";
import { itemsOf, type Raw } from "./shape.js";

/** How long the proof on a node may take, and when the next is due, by its arguments (images/node-proof/proof.pl). */
export function keepProofTimes(spec: Raw): ProofTimes | undefined {
    for (const { command, args } of itemsOf(spec, "containers")) {
        const words = [command, args].flatMap((list) => (Array.isArray(list) ? (list as unknown[]).map(String) : []));
        const program = words.findIndex((word) => /(?:^|\/)proof\.pl$/.test(word));
        const intervalSeconds = seconds(words[program + 2]);
        if (program < 0 || words[program + 1] !== "run" || intervalSeconds === undefined) continue;
        const runSeconds = words.map((word) => seconds(/^--deadline=(.*)$/.exec(word)?.[1])).find(Boolean);
        return { intervalSeconds, ...(runSeconds === undefined ? {} : { runSeconds }) };
    }
    return undefined;
}

function seconds(word = ""): number | undefined {
    return /^[1-9][0-9]{0,6}$/.test(word) ? Number(word) : undefined;
}
