import { chmodSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import * as path from "node:path";
import { addressOf, close, listen } from "./loopback";

/** Of the examples of Azure's REST API. */
const subscription = "00000000-0000-0000-0000-000000000000";
/** What the fake Azure CLI gives as its token. */
export const token = "header.claims-of-the-reader.signature";
const group = `/subscriptions/${subscription}/resourceGroups/rg1`;
const clusterId = `${group}/providers/Microsoft.ContainerService/managedClusters/clustername1`;

/**
 * Answers of Azure Resource Manager in the shapes of the examples in github.com/Azure/azure-rest-api-specs:
 * `Microsoft.ContainerService/aks` (ManagedClustersGet, AgentPoolsList), and `Microsoft.Compute`
 * (ListAvailableResourceSkusForARegion, the list of usages); errors as Azure Resource Manager gives them.
 */
export const answers = {
    cluster: {
        id: clusterId,
        location: "westeurope",
        name: "clustername1",
        tags: { archv2: "", tier: "production" },
        type: "Microsoft.ContainerService/ManagedClusters",
        sku: { name: "Base", tier: "Standard" },
        properties: {
            provisioningState: "Succeeded",
            powerState: { code: "Running" },
            kubernetesVersion: "1.36",
            currentKubernetesVersion: "1.36.2",
            dnsPrefix: "dnsprefix1",
            fqdn: "dnsprefix1-abcd1234.hcp.westeurope.azmk8s.io",
            supportPlan: "KubernetesOfficial",
            addonProfiles: {
                ACCSGXDevicePlugin: { enabled: true, config: { ACCSGXQuoteHelperEnabled: "true" }, identity: null },
            },
            servicePrincipalProfile: { clientId: "clientid", secret: "planted-secret" },
            networkProfile: { networkPlugin: "azure", outboundType: "loadBalancer", podLinkLocalAccess: "IMDS" },
        },
    },
    pools: [pool("system", "Standard_D4s_v5", 2, { mode: "System" }), pool("enclave", "Standard_DC2s_v3", 2)],
    skus: [
        sku("Standard_DC2s_v3", "standardDCSv3Family"),
        sku("Standard_D4s_v5", "standardDSv5Family"),
        sku("Standard_A0", "standardA0_A7Family"),
        { ...sku("Standard_DC2s_v3", "standardDCSv3Family"), resourceType: "disks" },
    ],
    usages: [
        usage("cores", "Total Regional vCPUs", 12, 100),
        usage("standardDCSv3Family", "Standard DCSv3 Family vCPUs", 4, 16),
        usage("standardDSv5Family", "Standard DSv5 Family vCPUs", 8, 50),
        usage("lowPriorityCores", "Total Regional Low-priority vCPUs", 0, 10),
    ],
};

function pool(name: string, vmSize: string, count: number, more: object = {}) {
    return {
        id: `${clusterId}/agentPools/${name}`,
        name,
        type: "Microsoft.ContainerService/managedClusters/agentPools",
        properties: {
            provisioningState: "Succeeded",
            powerState: { code: "Running" },
            count,
            vmSize,
            mode: "User",
            maxPods: 250,
            osType: "Linux",
            osSKU: "Ubuntu",
            enableAutoScaling: true,
            minCount: 1,
            maxCount: 4,
            currentOrchestratorVersion: "1.36.2",
            orchestratorVersion: "1.36",
            availabilityZones: ["1", "2"],
            nodeLabels: { "confidential-aks/sgx": "true" },
            upgradeSettings: { maxSurge: "33%" },
            ...more,
        },
    };
}

function sku(name: string, family: string) {
    return {
        resourceType: "virtualMachines",
        locations: ["westeurope"],
        capabilities: [{ name: "vCPUs", value: "2" }],
        locationInfo: [{ location: "WestEurope", zones: ["2", "1"], zoneDetails: [] }],
        restrictions: [
            {
                type: "Zone",
                values: ["westeurope"],
                restrictionInfo: { locations: ["westeurope"], zones: ["3"] },
                reasonCode: "NotAvailableForSubscription",
            },
        ],
        name,
        tier: "Standard",
        size: name.replace("Standard_", ""),
        family,
    };
}

function usage(value: string, localizedValue: string, currentValue: number, limit: number) {
    return { limit, unit: "Count", currentValue, name: { value, localizedValue } };
}

/** What Azure answers to who may not read. */
export function forbidden(action: string) {
    const message =
        `The client 'somebody@example.org' with object id '11111111-1111-1111-1111-111111111111' does not have ` +
        `authorization to perform action '${action}' over scope '${group}' or the scope is invalid. If access was ` +
        "recently granted, please refresh your credentials.";
    return { status: 403, body: { error: { code: "AuthorizationFailed", message } } };
}

/** A request that the double was asked. */
export interface Asked {
    method: string;
    url: URL;
    authorization: string | undefined;
}

export interface ArmDouble {
    endpoint: string;
    asked: readonly Asked[];
    stop: () => Promise<void>;
}

/** Starts a double on loopback; `answer` comes first. */
export async function startArmDouble(
    answer: (asked: Asked) => { status: number; body: unknown } | undefined = () => undefined,
    given: Partial<Record<keyof typeof answers, unknown>> = {},
): Promise<ArmDouble> {
    const asked: Asked[] = [];
    const server = createServer((request: IncomingMessage, response: ServerResponse) => {
        const { method = "", headers, url = "" } = request;
        const one = { method, url: new URL(url, addressOf(server)), authorization: headers.authorization };
        asked.push(one);
        const { status, body } = answer(one) ?? usual(one.url, { ...answers, ...given });
        response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
        response.end(JSON.stringify(body));
    });
    await listen(server);
    return {
        endpoint: addressOf(server),
        asked,
        stop: () => close(server),
    };
}

/** Lists come in two pages. */
function usual(url: URL, given: Record<keyof typeof answers, unknown>) {
    const paths: Record<string, unknown> = {
        [clusterId]: given.cluster,
        [`${clusterId}/agentPools`]: given.pools,
        [`/subscriptions/${subscription}/providers/Microsoft.Compute/skus`]: given.skus,
        [`/subscriptions/${subscription}/providers/Microsoft.Compute/locations/westeurope/usages`]: given.usages,
    };
    const found = paths[url.pathname];
    if (found === undefined || !url.searchParams.has("api-version"))
        return {
            status: 404,
            body: { error: { code: "ResourceNotFound", message: `${url.pathname} was not found.` } },
        };
    if (!Array.isArray(found)) return { status: 200, body: found };
    const isRest = url.searchParams.has("$skiptoken");
    const next = new URL(url);
    next.searchParams.set("$skiptoken", "1");
    return {
        status: 200,
        body: { value: isRest ? found.slice(1) : found.slice(0, 1), nextLink: isRest ? null : next.href },
    };
}

/** Writes a command `az` into a folder, which answers as the Azure CLI that is signed in; or fails with a message. */
export function fakeAz(folder: string, endpoint: string, failure?: string): void {
    const printed = {
        account: {
            accessToken: token,
            expires_on: 4102444800,
            subscription,
            tenant: subscription,
            tokenType: "Bearer",
        },
        cloud: { endpoints: { resourceManager: `${endpoint}/` }, isActive: true, name: "AzureCloud" },
    };
    const fail = failure === undefined ? "" : `echo "ERROR: ${failure}" >&2; exit 1\n`;
    const file = path.join(folder, "az");
    const cases = Object.entries(printed).map(([word, answer]) => `${word}) echo '${JSON.stringify(answer)}' ;;`);
    writeFileSync(file, `#!/bin/sh\n${fail}case "$1" in\n${cases.join("\n")}\nesac\n`);
    chmodSync(file, 0o755);
}
