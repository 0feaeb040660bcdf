import { PckCa } from "../model/collateral.js";
import { usableOf, type Item, type Obtained } from "../model/items.js";
import type { Platform } from "../model/platform.js";
import type { Cache } from "./cache.js";
import { Source } from "./obtain.js";
import type { World } from "./world.js";

/** Answers that are waited for at the same time. */
const atOnce = 4;
/** Sets between `standard` and `early` that are looked at, the nearest first. */
const mostBetween = 4;

/** What platforms are judged by. */
export interface CollateralRequest {
    platforms: readonly Platform[];
    /** Whether to read Azure's own cache as well. */
    azure: boolean;
    cache?: Cache;
}

/** Reads all that the platforms are judged by. What cannot be used is there with the reason. */
export async function collect(
    { platforms, azure, cache }: CollateralRequest,
    world: World,
    at: Date,
    progress: (text: string) => void,
): Promise<Obtained[]> {
    const source = new Source(world, cache, at);
    progress("asking Intel's service");
    const root = await source.obtain({ kind: "root_ca_crl" }, new Set());
    const revoked = usableOf([root], "root_ca_crl")[0]?.value.revoked ?? new Set<string>();
    const fmspcs = [...new Set(platforms.map(({ fmspc }) => fmspc))];
    const items: Item[] = [
        { kind: "evaluation_numbers" },
        ...casOf(platforms).map((ca) => ({ kind: "pck_crl", ca }) as const),
        ...(["standard", "early"] as const).map((set) => ({ kind: "qe_identity", set }) as const),
        ...fmspcs.flatMap((fmspc) =>
            (["standard", "early", ...(azure ? (["azure"] as const) : [])] as const).map(
                (set) => ({ kind: "tcb_info", fmspc, set }) as const,
            ),
        ),
    ];
    const obtain = (all: readonly Item[]) => inTurns(all, (item) => source.obtain(item, revoked));
    const first = await obtain(items);
    const between = await obtain(fmspcs.flatMap((fmspc) => setsBetween(first, fmspc)));
    return [root, ...first, ...between];
}

/** The CAs of the platforms' certificates; both where it is not known which. */
function casOf(platforms: readonly Platform[]): PckCa[] {
    const cas = platforms.flatMap(({ certificate }) =>
        certificate === undefined ? Object.values(PckCa) : [certificate.ca],
    );
    return [...new Set(cas)];
}

/** Sets that become the standard before the newest one does. */
function setsBetween(obtained: readonly Obtained[], fmspc: string): Item[] {
    const ofFmspc = usableOf(obtained, "tcb_info").filter(({ item }) => item.fmspc === fmspc);
    const numberOf = (set: "standard" | "early") =>
        ofFmspc.find(({ item }) => item.set === set)?.value.tcbEvaluationDataNumber;
    const [standard, early] = [numberOf("standard"), numberOf("early")];
    if (standard === undefined || early === undefined) return [];
    const numbers = usableOf(obtained, "evaluation_numbers").flatMap(({ value }) => value.tcbEvalNumbers);
    return numbers
        .map(({ tcbEvaluationDataNumber }) => tcbEvaluationDataNumber)
        .filter((number) => standard < number && number < early)
        .sort((one, other) => one - other)
        .slice(0, mostBetween)
        .map((set) => ({ kind: "tcb_info", fmspc, set }));
}

/** Does it for each, a few at the same time, and keeps the order. */
async function inTurns<T, Result>(all: readonly T[], work: (one: T) => Promise<Result>): Promise<Result[]> {
    const results: Result[] = [];
    const rest = [...all.entries()];
    const worker = async () => {
        for (let next = rest.shift(); next !== undefined; next = rest.shift()) results[next[0]] = await work(next[1]);
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    return results;
}
