import { valueAt, type PlanObject, type PlanResource } from "../model/format.js";
import type { Compared } from "./compared.js";
import { AZURE_PATH, ownNameKey } from "./replacement.js";

/** Azure resources whose names are unique in all of Azure, and the input that holds the name. */
const GLOBAL_NAMES: Record<string, string> = {
    Registry: "registryName",
    StorageAccount: "accountName",
    Vault: "vaultName",
    ManagedHsm: "name",
};

/** Where a resource is and under which fixed name; undefined where that is not known, or Pulumi makes the name. */
function placeOf(resource: PlanResource): { key: string; words: string } | undefined {
    const { type, inputs } = resource;
    if (type.startsWith("kubernetes:")) return kubernetesPlace(resource);
    if (!/^azure-native(_\w+)?:/.test(type)) return undefined;
    const kind = type.split(":")[2] ?? "";
    const everywhere = textAt(inputs, GLOBAL_NAMES[kind] ?? "");
    if (everywhere !== undefined) return { key: `${kind} ${everywhere}`, words: `${everywhere} in Azure` };
    const path = [...AZURE_PATH, ownNameKey(kind)].filter((key) => inputs[key] !== undefined);
    const known = path.map((key) => textAt(inputs, key));
    const name = textAt(inputs, ownNameKey(kind)) ?? textAt(inputs, "resourceName");
    if (name === undefined || inputs["resourceGroupName"] === undefined || known.includes(undefined)) return undefined;
    return { key: `${type} ${JSON.stringify(known)}`, words: `${name} in Azure` };
}

/** Objects of another provider can be in another cluster, so the provider counts. */
function kubernetesPlace({ type, inputs, options }: PlanResource): { key: string; words: string } | undefined {
    const [name, namespace] = ["name", "namespace"].map((key) => valueAt(inputs, "metadata", key));
    if (typeof name !== "string" || (namespace !== undefined && typeof namespace !== "string")) return undefined;
    return {
        key: JSON.stringify([type, name, namespace ?? "", options.provider ?? ""]),
        words: `${name} in the cluster`,
    };
}

function textAt(inputs: PlanObject, key: string): string | undefined {
    const value = inputs[key];
    return typeof value === "string" ? value : undefined;
}

/** Created resources that have the place and the fixed name of one that is deleted, and words on that name. */
export function namesakes(compared: readonly Compared[]): Map<Compared, string> {
    const gone = new Set(
        compared.flatMap(({ before, diff }) =>
            before !== undefined && diff.action === "delete" ? [placeOf(before)?.key ?? ""] : [],
        ),
    );
    const found = new Map<Compared, string>();
    for (const item of compared) {
        const place = item.diff.action === "create" && item.after !== undefined ? placeOf(item.after) : undefined;
        if (place !== undefined && gone.has(place.key)) found.set(item, place.words);
    }
    return found;
}

/** Pulumi creates first and deletes last, so a name that is taken is still taken then. */
export function namesakeWords(item: Compared, found: ReadonlyMap<Compared, string>): string[] {
    const name = found.get(item);
    return name === undefined
        ? []
        : [`a resource that is deleted is also named ${name}: creating this one fails while the old one is there`];
}
