import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { InitFailed } from "../protocol.js";
import type { ProviderDouble } from "../provider.js";
import { schemaOf } from "../schema.js";
import { difference, holdsUnknown, isProperties, textAt, type Properties, type Value } from "../values.js";
import { AzureError, subscription, tenant, uuidOf, type AzureResource, type FakeAzure } from "./azure.js";
import { typeOf } from "./types.js";

/** Release of azure-native that the double stands for. */
export const version = "3.28.0";

/** azure-native marks resources with a random name: a replacement of those is made before the old one goes. */
const createFirst = "__createBeforeDelete";

const sleep = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds));

/**
 * A stand-in for the provider azure-native, after its provider.go and diff.go: it autonames, fills in regions, decides
 * what is replaced, previews an update as inputs + name + location, refuses to create what is there, and talks to a
 * `FakeAzure`.
 */
export function azureNativeDouble(azure: FakeAzure): ProviderDouble {
    let config: Properties = {};
    return {
        schema: () => schemaOf("azure-native", version, { "resources:ResourceGroup": "resources/resourceGroup" }),
        configure(given) {
            config = given;
        },
        invoke: (token, args) => invoke(token, args, azure),
        check: ({ type, name, olds, news, seed }) => ({
            inputs: withDefaults(type, name, olds, news, seed, config, azure),
        }),
        diff({ type, oldInputs, news }) {
            const { pathKeys, forceNew } = typeOf(type);
            const changes = difference(oldInputs, news);
            const keys = new Set([...pathKeys, ...forceNew]);
            const replaces = [...changes.keys()].filter((path) => keys.has(/^[^.[]*/.exec(path)?.[0] ?? ""));
            return { changes, replaces, deleteBeforeReplace: replaces.length > 0 && oldInputs[createFirst] !== true };
        },
        async create({ type, inputs, preview }) {
            if (preview) return { id: "", outputs: inputs };
            const id = typeOf(type).id(inputs);
            if (azure.get(id) !== undefined) throw new Error(`cannot create already existing resource '${id}'`);
            return { id, outputs: await put(type, id, inputs, azure) };
        },
        read({ type, id, olds, oldInputs }) {
            const resource = azure.get(id);
            if (resource === undefined) return Promise.resolve(undefined);
            const shown = view(resource, azure);
            const imported = Object.keys(oldInputs).length === 0;
            const inputs = imported ? resource.body : driftedInputs(type, oldInputs, olds, shown);
            return Promise.resolve({ outputs: shown, inputs });
        },
        async update({ type, id, olds, news, preview }) {
            if (!preview) return put(type, id, news, azure);
            const stable = ["name", "location"].filter((key) => olds[key] !== undefined);
            return { ...news, ...Object.fromEntries(stable.map((key) => [key, olds[key]])) };
        },
        delete: ({ type, id }) => retried(() => azure.delete(type, id)),
    };
}

async function put(type: string, id: string, inputs: Properties, azure: FakeAzure): Promise<Properties> {
    const { [createFirst]: _, ...body } = inputs;
    try {
        return view(await retried(() => azure.put(type, id, body)), azure);
    } catch (error) {
        const left = azure.get(id);
        // Accepted by Azure, then given up on: it goes into the state, marked as unfinished.
        if (error instanceof AzureError || left === undefined) throw error;
        throw new InitFailed(id, view(left, azure), inputs, [error instanceof Error ? error.message : String(error)]);
    }
}

/** The Azure SDK repeats a throttled request, three times at most. */
async function retried<T>(request: () => Promise<T>, left = 3): Promise<T> {
    try {
        return await request();
    } catch (error) {
        if (!(error instanceof AzureError && error.statusCode === 429) || left === 0) throw error;
        await sleep(20);
        return retried(request, left - 1);
    }
}

/** What a GET shows now: parts of it follow other resources. */
function view(resource: AzureResource, azure: FakeAzure): Properties {
    const { subnets, agentPoolProfiles } = typeOf(resource.type).shows(resource.body, resource.id, azure);
    return {
        ...resource.shown,
        ...(subnets === undefined ? {} : { subnets }),
        ...(agentPoolProfiles === undefined ? {} : { agentPoolProfiles }),
        ...(azure.isAtWork(resource) ? { provisioningState: "Updating" } : {}),
    };
}

function withDefaults(
    type: string,
    name: string,
    olds: Properties,
    news: Properties,
    seed: string,
    config: Properties,
    azure: FakeAzure,
): Properties {
    const { nameKey, autoname, located, apiVersion } = typeOf(type);
    const inputs: Properties = { ...news };
    if (inputs[nameKey] === undefined) {
        inputs[nameKey] = olds[nameKey] ?? randomName(autoname, name, seed);
        if (autoname !== "none") inputs[createFirst] = true;
    }
    if (located && inputs.location === undefined) {
        const group = azure.get(`${subscription}/resourceGroups/${textAt(inputs, "resourceGroupName")}`);
        const location = olds.location ?? config.location ?? group?.shown.location;
        if (location !== undefined) inputs.location = location;
    }
    return { ...inputs, azureApiVersion: apiVersion };
}

function randomName(kind: "random" | "alphanumeric" | "uuid" | "none", name: string, seed: string): string {
    if (kind === "uuid") return uuidOf(`${name} ${seed}`);
    const hex = createHash("sha256").update(`${name} ${seed}`).digest("hex").slice(0, 8);
    return kind === "alphanumeric" ? `${name.replace(/[^A-Za-z0-9]/g, "")}${hex}` : `${name}${hex}`;
}

/**
 * azure-native's guess at the inputs after a refresh: what changed between the old and the new outputs is taken over,
 * except what cannot be set.
 */
function driftedInputs(type: string, inputs: Properties, olds: Properties, shown: Properties): Properties {
    const { readOnly } = typeOf(type);
    const settable = (outputs: Properties): Properties =>
        Object.fromEntries(
            Object.entries(outputs).filter(
                ([key]) => !readOnly.includes(key) && !(key === "subnets" && inputs.subnets === undefined),
            ),
        );
    return applied(inputs, settable(olds), settable(shown));
}

function applied(base: Properties, before: Properties, after: Properties): Properties {
    const result: Properties = {};
    for (const key of new Set([...Object.keys(base), ...Object.keys(after)])) {
        const [old, now, own] = [before[key], after[key], base[key]];
        if (isDeepStrictEqual(old, now)) result[key] = own;
        else if (now !== undefined) result[key] = own === undefined ? now : merged(own, old, now);
    }
    return Object.fromEntries(Object.entries(result).filter(([, value]) => value !== undefined));
}

function merged(base: Value, before: Value, after: Value): Value {
    if (isDeepStrictEqual(before, after)) return base;
    if (isProperties(base) && isProperties(before) && isProperties(after)) return applied(base, before, after);
    if (Array.isArray(base) && Array.isArray(before) && Array.isArray(after)) {
        return after.map((item, index) =>
            index >= base.length || index >= before.length ? item : merged(base[index], before[index], item),
        );
    }
    return after;
}

function invoke(token: string, args: Properties, azure: FakeAzure): Properties {
    if (holdsUnknown(args)) throw new Error(`${token} was called with an unknown argument`);
    const find = (type: string): AzureResource => {
        const id = typeOf(type).id(args);
        const found = azure.get(id);
        if (found === undefined) throw new AzureError(404, "ResourceNotFound", `The Resource '${id}' was not found.`);
        return found;
    };
    switch (token) {
        case "azure-native:authorization:getClientConfig":
            return {
                subscriptionId: subscription.replace("/subscriptions/", ""),
                tenantId: tenant,
                clientId: uuidOf("client"),
                objectId: uuidOf("object"),
            };
        case "azure-native:resources:getDeployment": {
            const { shown } = find("azure-native:resources:Deployment");
            return { properties: { error: shown.error ?? null } };
        }
        case "azure-native:resources:getResource":
        case "azure-native:resources:getResourceGroup":
        case "azure-native:managedidentity:getUserAssignedIdentity":
        case "azure-native:containerservice:getManagedCluster":
        case "azure-native:containerregistry:getRegistry":
        case "azure-native:containerregistry:getTaskRun":
        case "azure-native:operationalinsights:getWorkspace":
        case "azure-native:monitor:getAzureMonitorWorkspace": {
            const found = find(token.replace(":get", ":"));
            return { ...view(found, azure), id: found.id };
        }
        case "azure-native:containerservice:listManagedClusterUserCredentials": {
            const cluster = find("azure-native:containerservice:ManagedCluster");
            const text = azure.kubeconfig(cluster, textAt(args, "format"));
            return { kubeconfigs: [{ name: "clusterUser", value: Buffer.from(text).toString("base64") }] };
        }
        default:
            throw new Error(`the azure-native double knows no ${token}`);
    }
}
