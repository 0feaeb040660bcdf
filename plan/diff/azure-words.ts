import { POOL_OWNER_LABEL } from "../../components/sgx/index.js";
import { refusedUpgrade } from "../../components/sgx/index.js";
import { shortText } from "../lens/highlights.js";
import { nodeCount, poolName } from "../lens/pools.js";
import { isObject, valueAt, type PlanObject, type PlanResource } from "../model/format.js";
import type { Compared } from "./compared.js";
import type { PropertyChange, ResourceDiff } from "./format.js";
import { PRODUCTION_WORDS, securityWords } from "./production-words.js";

/** What changes of Azure resources mean, by the last part of the type. */
export function azureWords(item: Compared): string[] {
    const type = (item.after ?? item.before)?.type ?? "";
    const kind = type.split(":")[2] ?? "";
    if (type.startsWith("pulumi:providers:")) return providerWords(item.diff);
    if (!/^azure-native(_\w+)?:/.test(type)) return [];
    return WORDS[kind]?.(item) ?? [];
}

const WORDS: Record<string, (item: Compared) => string[]> = {
    ...PRODUCTION_WORDS,
    AgentPool: poolWords,
    ManagedCluster: clusterWords,
    ResourceGroup: ({ diff }) =>
        diff.action === "replace" || diff.action === "delete"
            ? ["everything in the resource group is deleted with it"]
            : [],
    Registry: ({ diff }) =>
        diff.action === "replace" || diff.action === "delete" ? ["the images in the registry are deleted with it"] : [],
    TaskRun: ({ diff, after }) =>
        diff.action === "replace" || diff.action === "create"
            ? [`the image is built and pushed${tagOf(after)}, which takes minutes`]
            : [],
    RoleAssignment: ({ diff }) =>
        diff.action === "replace" || diff.action === "delete"
            ? ["the right is taken away; a new one takes minutes to spread in Azure"]
            : [],
    VirtualNetwork: networkWords,
    Subnet: networkWords,
};

function tagOf(run: PlanResource | undefined): string {
    const name = run?.inputs["taskRunName"];
    return typeof name === "string" ? ` (run ${name})` : "";
}

function poolWords({ before, after, diff }: Compared): string[] {
    const text = (key: string, of: PlanResource | undefined): string => shortText(of?.inputs[key] ?? "unset");
    const name = poolName((after ?? before)?.inputs ?? {}) ?? text("agentPoolName", after ?? before);
    if (diff.action === "delete")
        return [
            isOwn(before)
                ? `pool ${name} goes: the update drains it first, within ${drainMinutes(before)}; pods that fit nowhere else stay pending, and \`pulumi destroy\` drains nothing`
                : `pool ${name} is deleted with all pods on it: AKS drains nothing then`,
        ];
    if (diff.action === "replace") {
        const size = diff.changes.some(({ path }) => path === "vmSize")
            ? `new VM size ${text("vmSize", before)} -> ${text("vmSize", after)}: `
            : "";
        return [`${size}${replacementWords(name, before, after, diff)}`];
    }
    if (diff.action !== "update" || before === undefined || after === undefined) return [];
    const [old, now] = [nodeCount(before.inputs) ?? "unset", nodeCount(after.inputs) ?? "unset"];
    const words =
        old === now ? [] : [`pool ${name} goes from ${old} to ${now} nodes${shrinks(before.inputs, after.inputs)}`];
    if (diff.changes.some(({ path }) => path === "orchestratorVersion" || path.startsWith("osSKU")))
        words.push(`the nodes of pool ${name} are upgraded one after another, each drained first`);
    return words;
}

/** In which order a pool is replaced, and whether it is drained: AKS itself drains nothing when it deletes a pool. */
function replacementWords(
    name: string,
    before: PlanResource | undefined,
    after: PlanResource | undefined,
    diff: ResourceDiff,
): string {
    if (!isOwn(before))
        return `pool ${name} is replaced, and the old one is deleted with all pods on it: AKS drains nothing then`;
    const limit = drainMinutes(after);
    return diff.deleteFirst === true
        ? `pool ${name} is drained within ${limit} and deleted, then the new one comes; its capacity is gone meanwhile`
        : `the new pool ${name} comes first, then the old one is drained within ${limit} and deleted; both are billed meanwhile`;
}

/** Whether this package's program drains the pool before it goes: its labels say whose it is. */
function isOwn(pool: PlanResource | undefined): boolean {
    return valueAt(pool?.inputs, "nodeLabels", POOL_OWNER_LABEL) !== undefined;
}

/** The time that a drain may take. AKS has no such setting for spot pools, where the program alone knows it. */
function drainMinutes(pool: PlanResource | undefined): string {
    const minutes = valueAt(pool?.inputs, "upgradeSettings", "drainTimeoutInMinutes");
    return typeof minutes === "number" ? `${minutes} minutes` : "its time limit";
}

function shrinks(before: PlanObject, after: PlanObject): string {
    const [old, now] = [before["count"], after["count"]];
    return typeof old === "number" && typeof now === "number" && now < old ? "; the nodes taken away are drained" : "";
}

function clusterWords({ before, after, diff }: Compared): string[] {
    if (diff.action === "delete") return ["the cluster goes with all nodes and all that runs on it"];
    if (diff.action === "replace")
        return [
            "the cluster is replaced: all nodes and all Kubernetes objects end, and its API server, OIDC issuer and kubeconfig are new ones",
        ];
    if (diff.action !== "update") return [];
    const words: string[] = [];
    const changed = (start: string): boolean =>
        diff.changes.some(({ path }) => path === start || path.startsWith(`${start}.`));
    if (changed("kubernetesVersion")) words.push(...upgradeWords(before, after));
    words.push(...inlinePoolWords(before, after));
    if (changed("addonProfiles.ACCSGXDevicePlugin")) words.push(addonWords(after));
    if (changed("apiServerAccessProfile.authorizedIPRanges"))
        words.push("who reaches the API server changes: check that this job's runners still do");
    if (changed("disableLocalAccounts") && valueAt(after?.inputs, "disableLocalAccounts") === true)
        words.push("kubeconfigs with client certificates stop working");
    words.push(...securityWords({ before, after, diff } as Compared));
    return words;
}

/** What changes of the pools in the cluster's body. */
function inlinePoolWords(before: PlanResource | undefined, after: PlanResource | undefined): string[] {
    const [old, now] = [inlinePools(before), inlinePools(after)];
    const counts = [...now].flatMap(([name, pool]) => {
        const [from, to] = [nodeCount(old.get(name) ?? {}), nodeCount(pool)];
        const isChanged = from !== undefined && to !== undefined && from !== to;
        return isChanged ? [`pool ${name} goes from ${from} to ${to} nodes`] : [];
    });
    const all = "an edit of an inline pool puts all inline pools into scaling (pulumi-azure-native#4264)";
    return [...counts, ...(counts.length > 0 && now.size > 1 ? [all] : [])];
}

function inlinePools(cluster: PlanResource | undefined): Map<string, PlanObject> {
    const profiles = cluster?.inputs["agentPoolProfiles"];
    return new Map(
        (Array.isArray(profiles) ? profiles : []).filter(isObject).map((pool) => [shortText(pool["name"] ?? ""), pool]),
    );
}

/** What a new version of Kubernetes does, and whether AKS takes it. */
function upgradeWords(before: PlanResource | undefined, after: PlanResource | undefined): string[] {
    const [from, to] = [before, after].map((of) => of?.inputs["kubernetesVersion"]);
    const channels = [before, after].map((of) => valueAt(of?.inputs, "autoUpgradeProfile", "upgradeChannel"));
    const refused = refusedUpgrade({ from, to, channels });
    return [
        `Kubernetes ${shortText(from ?? "unset")} -> ${shortText(to ?? "unset")}: AKS upgrades the control plane, then the nodes of one pool after another where the pool names the version as well`,
        ...(refused === undefined ? [] : [`AKS refuses it: ${refused}`]),
    ];
}

function addonWords(after: PlanResource | undefined): string {
    const on = valueAt(after?.inputs, "addonProfiles", "ACCSGXDevicePlugin", "enabled") === true;
    return on
        ? "AKS installs its own SGX add-on: device plugin and quote helper must not run a second time"
        : "AKS removes its SGX add-on: until another device plugin and quote helper run, no enclave starts and no quote is made";
}

function networkWords({ diff }: Compared): string[] {
    const ranges = (change: PropertyChange): boolean => /addressPrefix|addressSpace/.test(change.path);
    return diff.action === "update" && diff.changes.some(ranges)
        ? ["address ranges change in place: Azure refuses it where addresses in use would fall out"]
        : [];
}

function providerWords(diff: ResourceDiff): string[] {
    if (diff.action === "replace") return ["the provider means another cluster: all its objects are replaced"];
    return diff.action === "update" ? ["only how Pulumi reaches the API changes; no object is replaced for it"] : [];
}
