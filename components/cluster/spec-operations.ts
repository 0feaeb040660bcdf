import { integerIn, matches, notAllowed, oneOf, prefixed, when, type Problem, type Warning } from "../problems";
import type { ConfidentialClusterArgs } from "./args";
import type { AutoscalerArgs, MaintenanceArgs, MaintenanceWindowArgs } from "./args-operations";
import { AutoscalerExpander, NodeOsUpgradeChannel, UpgradeChannel, WeekDay } from "./choices";
import { autoscalerDefaults, clusterDefaults, maintenanceWindowDefaults } from "./defaults";

/** The autoscaler with every default applied. */
export type AutoscalerSpec = Required<AutoscalerArgs>;

/** A window with every default applied. */
export type MaintenanceWindowSpec = Required<MaintenanceWindowArgs>;

/** The windows; undefined: AKS acts at any hour. */
export interface MaintenanceSpec {
    kubernetes: MaintenanceWindowSpec | undefined;
    nodeImages: MaintenanceWindowSpec | undefined;
}

export function autoscalerSpec(args: AutoscalerArgs): AutoscalerSpec {
    return { ...autoscalerDefaults, ...given(args) };
}

export function maintenanceSpec({ kubernetes, nodeImages }: MaintenanceArgs): MaintenanceSpec {
    return { kubernetes: windowSpec(kubernetes), nodeImages: windowSpec(nodeImages) };
}

function windowSpec(args: MaintenanceWindowArgs | undefined): MaintenanceWindowSpec | undefined {
    return args === undefined ? undefined : { ...maintenanceWindowDefaults, ...given(args) };
}

/** The arguments that are there. */
function given<T extends object>(args: T): Partial<T> {
    return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** Problems of the autoscaler's settings. */
export function checkAutoscaler(args: ConfidentialClusterArgs): Problem[] {
    const { autoscaler, systemPool, enclavePools, nodePools } = args;
    if (autoscaler === undefined) return [];
    const pools = [systemPool ?? {}, ...listed(enclavePools), ...listed(nodePools)];
    const isUsed = pools.some(({ minCount, maxCount }) => minCount !== undefined && maxCount !== undefined);
    const why = "without a pool that has minCount and maxCount: no pool is autoscaled";
    const remedy = "give a pool both bounds, or remove autoscaler";
    return [
        ...when(!isUsed, notAllowed("autoscaler", autoscaler, why, remedy)),
        ...prefixed("autoscaler", [
            ...integerIn("scaleDownUnneededMinutes", autoscaler.scaleDownUnneededMinutes, 1, 1440),
            ...integerIn("scaleDownDelayAfterAddMinutes", autoscaler.scaleDownDelayAfterAddMinutes, 0, 1440),
            ...integerIn("maxNodeProvisionMinutes", autoscaler.maxNodeProvisionMinutes, 1, 120),
            ...integerIn("maxGracefulTerminationSeconds", autoscaler.maxGracefulTerminationSeconds, 0, 86_400),
            ...oneOf("expander", autoscaler.expander, AutoscalerExpander),
        ]),
    ];
}

/** What is listed; nothing for what is no list, which is a problem of its own. */
function listed<T>(pools: readonly T[] | undefined): readonly T[] {
    return Array.isArray(pools) ? (pools as readonly T[]) : [];
}

/** Problems of the windows. */
export function checkMaintenance({ kubernetes, nodeImages }: MaintenanceArgs): Problem[] {
    return [
        ...prefixed("maintenance.kubernetes", checkWindow(kubernetes ?? {})),
        ...prefixed("maintenance.nodeImages", checkWindow(nodeImages ?? {})),
    ];
}

function checkWindow({ dayOfWeek, startTime, durationHours, utcOffset, everyWeeks }: MaintenanceWindowArgs): Problem[] {
    const time = 'a time from "00:00" to "23:59", as text';
    const offset = 'a difference from UTC such as "+01:00" or "-07:30", as text';
    return [
        ...oneOf("dayOfWeek", dayOfWeek, WeekDay),
        ...matches("startTime", startTime, /^([01]\d|2[0-3]):[0-5]\d$/, time, "write hours and minutes"),
        ...integerIn("durationHours", durationHours, 4, 24),
        ...matches("utcOffset", utcOffset, /^[+-](0\d|1[0-4]):[0-5]\d$/, offset, "write sign, hours and minutes"),
        ...integerIn("everyWeeks", everyWeeks, 1, 4),
    ];
}

/** Windows for what AKS never does by itself. */
export function maintenanceAdvice(args: ConfidentialClusterArgs): Warning[] {
    const { maintenance = {}, upgradeChannel, nodeOsUpgradeChannel } = args;
    const nodeChannel = nodeOsUpgradeChannel ?? clusterDefaults.nodeOsUpgradeChannel;
    const idle = [NodeOsUpgradeChannel.none, NodeOsUpgradeChannel.unmanaged].some((name) => name === nodeChannel);
    const noVersions = (upgradeChannel ?? clusterDefaults.upgradeChannel) === UpgradeChannel.none;
    const warning = (path: string, message: string): Warning => ({ code: "idle-window", path, message });
    return [
        ...(maintenance.kubernetes !== undefined && noVersions
            ? [warning("maintenance.kubernetes", 'it has no effect with upgradeChannel "none"')]
            : []),
        ...(maintenance.nodeImages !== undefined && idle
            ? [warning("maintenance.nodeImages", `it has no effect with nodeOsUpgradeChannel "${nodeChannel}"`)]
            : []),
    ];
}
