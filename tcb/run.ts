import { Cache } from "./collect/cache.js";
import { collect } from "./collect/collect.js";
import { readPlatforms, type PlatformFlags } from "./collect/platforms.js";
import { intel, type World } from "./collect/world.js";
import { judge } from "./judge/judge.js";
import { ItemFailure } from "./model/items.js";
import type { Report, Severity } from "./model/report.js";

/** What is to be checked. */
export type TcbRequest = PlatformFlags & {
    /** Whether to read Azure's own cache as well. */
    azureBaseline?: boolean;
    /** Folder for copies of the answers. */
    cache?: string;
};

/** Reads the collateral of the platforms, checks who signed it, and judges. Throws CommandError for a bad request. */
export async function checkTcb(
    request: TcbRequest,
    progress: (text: string) => void,
    world: World = intel,
): Promise<Report> {
    const platforms = readPlatforms(request);
    const at = world.now();
    const cache = request.cache === undefined ? {} : { cache: new Cache(request.cache) };
    const wanted = { platforms, azure: request.azureBaseline ?? false, ...cache };
    return judge(platforms, await collect(wanted, world, at, progress), at);
}

const notJudged: readonly string[] = [ItemFailure.unreachable, ItemFailure.unknown, ItemFailure.malformed];

/**
 * 0: nothing as bad as `failOn`; 1: something could not be judged, and what could be is well; 3: something was found.
 */
export function exitCode({ findings }: Report, failOn: Severity): 0 | 1 | 3 {
    const found = findings.filter(({ severity }) => severity === "problem" || failOn === "warning");
    if (found.length === 0) return 0;
    return found.some(({ reason, severity }) => severity === "warning" || !notJudged.includes(reason)) ? 3 : 1;
}
