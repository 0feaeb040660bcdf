import { integerIn, matches, notAllowed, oneOf, when, type Problem } from "../problems";
import type { EnclavePoolArgs } from "./args-pools";
import { NodePriority, UndrainableNodes } from "./choices";
import { isNone, type UpgradeArgs } from "./spec-pools";

type Upgraded = UpgradeArgs & Pick<EnclavePoolArgs, "priority" | "drainTimeoutMinutes">;

/** How AKS upgrades a pool (https://learn.microsoft.com/azure/aks/upgrade-aks-node-pools-rolling). */
export function checkUpgrade(pool: Upgraded): Problem[] {
    const { maxSurge, maxUnavailable, soakMinutes, undrainableNodes, priority } = pool;
    const given = { maxSurge, maxUnavailable, soakMinutes, undrainableNodes };
    const why = "with spot nodes: AKS upgrades them in a way of its own";
    return [
        ...integerIn("drainTimeoutMinutes", pool.drainTimeoutMinutes, 5, 1440),
        ...(priority === NodePriority.spot
            ? Object.entries(given)
                  .filter(([, value]) => value !== undefined)
                  .map(([path, value]) => notAllowed(path, value, why, `remove ${path}`))
            : checkSettings(given)),
    ];
}

function checkSettings({ maxSurge, maxUnavailable, soakMinutes, undrainableNodes }: UpgradeArgs): Problem[] {
    const form = [...nodes("maxSurge", maxSurge), ...nodes("maxUnavailable", maxUnavailable)];
    return [
        ...form,
        ...(form.length > 0 ? [] : checkBoth(maxSurge, maxUnavailable)),
        ...integerIn("soakMinutes", soakMinutes, 0, 30),
        ...oneOf("undrainableNodes", undrainableNodes, UndrainableNodes),
    ];
}

function nodes(path: string, value: unknown): Problem[] {
    const expected = 'a number of nodes or a percentage, as text, such as "1" or "33%"';
    return matches(path, value, /^(0|[1-9]\d{0,3}|[1-9]\d?%|100%)$/, expected, "correct it");
}

/** An upgrade either has extra nodes or goes without some. */
function checkBoth(maxSurge: string | undefined, maxUnavailable = "0"): Problem[] {
    const [surges, goesWithout] = [maxSurge !== undefined && !isNone(maxSurge), !isNone(maxUnavailable)];
    const neither = "without maxUnavailable: an upgrade needs an extra node, or one that goes out of service";
    const both = "with maxUnavailable: AKS takes both only as a preview";
    return [
        ...when(
            maxSurge !== undefined && !surges && !goesWithout,
            notAllowed("maxSurge", maxSurge, neither, 'add maxUnavailable: "1", or raise maxSurge'),
        ),
        ...when(surges && goesWithout, notAllowed("maxSurge", maxSurge, both, "remove one of the two")),
    ];
}
