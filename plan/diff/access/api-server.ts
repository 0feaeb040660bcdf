import { Netmask } from "netmask";
import { isSpecial, valueAt, type PlanObject, type PlanResource, type PlanValue } from "../../model/format.js";
import {
    hidesSome,
    narrows,
    unsure,
    widens,
    compareValue,
    type AccessContext,
    type Finding,
    type Sides,
} from "./finding.js";

/** Who reaches the API server: an address of the network, of one of the ranges, or any. */
type Reach = { from: "network" } | { from: "everywhere" } | { from: "unknown" } | { from: "ranges"; ranges: string[] };

/** What changes for who reaches a cluster's API server, and how one signs in there. */
export function apiServerChanges({ before, after }: Sides, context: AccessContext): Finding[] {
    if (after === undefined) return [];
    const now = reachOf(after);
    if (before === undefined) return now.from === "everywhere" ? [widens(`a new cluster: ${EVERYWHERE}`)] : [];
    return [
        ...reachChanges(reachOf(before), now, () => isSameProfile({ before, after }, context)),
        ...FLAGS.flatMap((flag) => flagChanges(before.inputs, after.inputs, flag)),
        ...adminChanges({ before, after }, context),
    ];
}

const EVERYWHERE = "every address on the internet reaches the API server";

function isSameProfile(pair: Required<Sides>, context: AccessContext): boolean {
    const [old, now] = [pair.before, pair.after].map(({ inputs }) => inputs["apiServerAccessProfile"]);
    return compareValue(pair, [old, now], context) === "same";
}

function reachOf({ inputs }: PlanResource): Reach {
    const profile = inputs["apiServerAccessProfile"];
    const [isPrivate, ranges] = ["enablePrivateCluster", "authorizedIPRanges"].map((key) => valueAt(profile, key));
    if (isPrivate === true) return { from: "network" };
    if (isSpecial(profile) || hidesSome(isPrivate) || hidesSome(ranges)) return { from: "unknown" };
    const list = Array.isArray(ranges) ? ranges.filter((range) => typeof range === "string") : [];
    return list.length === 0 ? { from: "everywhere" } : { from: "ranges", ranges: list };
}

function reachChanges(old: Reach, now: Reach, isSame: () => boolean): Finding[] {
    if (old.from === "unknown" || now.from === "unknown")
        return isSame() ? [] : [unsure("who reaches the API server changes, and is not known before the update")];
    if (now.from === "everywhere")
        return old.from === "everywhere" ? [] : [widens(`${EVERYWHERE}, until now ${reachText(old)}`)];
    if (now.from === "network")
        return old.from === "network" ? [] : [narrows("only the network reaches the API server")];
    if (old.from === "network") return [widens(`the API server becomes public, for ${now.ranges.join(", ")}`)];
    if (old.from === "everywhere") return [narrows(`only ${now.ranges.join(", ")} reach the API server`)];
    const added = now.ranges.filter((range) => !old.ranges.some((wide) => isInside(range, wide)));
    const gone = old.ranges.filter((range) => !now.ranges.some((wide) => isInside(range, wide)));
    return [
        ...(added.length === 0 ? [] : [widens(`more addresses reach the API server: ${added.join(", ")}`)]),
        ...(gone.length === 0 ? [] : [narrows(`these no longer reach all of the API server: ${gone.join(", ")}`)]),
    ];
}

function reachText(reach: Reach): string {
    return reach.from === "ranges" ? `only ${reach.ranges.join(", ")}` : "only the network";
}

/** True if a range is in another one. What cannot be read is only in itself. */
function isInside(range: string, wide: string): boolean {
    if (range === wide) return true;
    try {
        return new Netmask(wide).contains(new Netmask(range));
    } catch {
        return false;
    }
}

/** A setting that keeps something shut at one value. */
interface Flag {
    path: string[];
    shut: PlanValue;
    opens: string;
    shuts: string;
}

const FLAGS: readonly Flag[] = [
    {
        path: ["disableLocalAccounts"],
        shut: true,
        opens: "local accounts work: everybody who lists the cluster's credentials is its administrator, past Entra ID",
        shuts: "local accounts no longer work",
    },
    {
        path: ["apiServerAccessProfile", "disableRunCommand"],
        shut: true,
        opens: "`az aks command invoke` works: it reaches the API server past its network rules",
        shuts: "`az aks command invoke` no longer works",
    },
    {
        path: ["publicNetworkAccess"],
        shut: "Disabled",
        opens: "public network access is no longer disabled",
        shuts: "public network access is disabled",
    },
    { path: ["aadProfile", "managed"], shut: true, opens: "Entra ID no longer guards it", shuts: "Entra ID guards it" },
    {
        path: ["enableRBAC"],
        shut: true,
        opens: "Kubernetes asks for no rights any more",
        shuts: "Kubernetes asks for rights",
    },
];

function flagChanges(before: PlanObject, after: PlanObject, { path, shut, opens, shuts }: Flag): Finding[] {
    const [old, now] = [before, after].map((inputs) => valueAt(inputs, ...path));
    if (hidesSome(now) !== hidesSome(old)) return [unsure(`${path.join(".")} is not known before the update`)];
    if (old === shut && now !== shut) return [widens(opens)];
    return old !== shut && now === shut ? [narrows(shuts)] : [];
}

function adminChanges(pair: Required<Sides>, context: AccessContext): Finding[] {
    const [old, now] = [pair.before, pair.after].map(({ inputs }) =>
        valueAt(inputs, "aadProfile", "adminGroupObjectIDs"),
    );
    const rbac = [pair.before, pair.after].map(({ inputs }) => valueAt(inputs, "aadProfile", "enableAzureRBAC"));
    const byAzure =
        compareValue(pair, [rbac[0], rbac[1]], context) === "same"
            ? []
            : [unsure("whether Azure's roles give rights in the cluster changes")];
    if (compareValue(pair, [old, now], context) === "unclear")
        return [...byAzure, unsure("which groups are administrators is not known before the update")];
    const texts = (value: PlanValue | undefined): string[] =>
        Array.isArray(value) ? value.filter((id) => typeof id === "string") : [];
    const [groups, more] = [texts(old), texts(now)];
    return [
        ...byAzure,
        ...more.filter((id) => !groups.includes(id)).map((id) => widens(`group ${id} becomes administrator`)),
        ...groups.filter((id) => !more.includes(id)).map((id) => narrows(`group ${id} is no administrator any more`)),
    ];
}
