import { resolve } from "node:path";

/*
 * Of each argument that may be an output: a value that is wrong, and what has to stand around it. The keys are the
 * arguments as the schema has them; `[]` is an item of a list, `{}` a value of a map.
 */

/** One argument with a wrong value. */
export interface LateCase {
    /** The arguments with the value in its place. */
    args: (value: unknown) => Record<string, unknown>;
    /** Path of the problem. */
    path: string;
    bad: unknown;
}

type Args = Record<string, unknown>;
/** The wrong value, where it goes if the argument's own path is not the place, and what else is among the arguments. */
type Row = [bad: unknown, more?: Args, path?: string];
type Rows = Record<string, Row>;

const number = 73519264;
const text = "Wrong_Value!";
const enclave = { name: "enclave", vmSize: "Standard_DC2s_v3" };
const id = (type: string) => `/subscriptions/s/resourceGroups/g/providers/${type}/n`;
const subnetId = `${id("Microsoft.Network/virtualNetworks")}/subnets/n`;
const keyId = `https://vault.vault.azure.net/keys/etcd/${"a".repeat(32)}`;
const keyVaultId = id("Microsoft.KeyVault/vaults");
const premium = { newRegistry: { sku: "Premium", agentPool: { subnetId } } };
const image = "example.azurecr.io/app:1";

const keyRelease = {
    serviceAccountName: "payroll",
    attestationUrl: "https://payroll.weu.attest.azure.net",
    keyVaultUrl: "https://payroll.vault.azure.net/",
    keyName: "payroll",
};
const job: Rows = {
    image: [text],
    "command[]": [number],
    "args[]": [number],
    "env{}": [number],
    namespace: [text],
    waitImage: [text],
    "nodeSelector{}": [number, {}, 'nodeSelector["pool"]'],
    "keyRelease.serviceAccountName": [text, { keyRelease }],
    "keyRelease.attestationUrl": ["https://wrong.weu.attest.azure.net/", { keyRelease }],
    "keyRelease.keyVaultUrl": [text, { keyRelease }],
    "keyRelease.keyName": [text, { keyRelease }],
};
const policies: Rows = {
    "namespaces[]": [text],
    "exemptNamespaces[]": [text],
};
const pools: Rows = {
    "enclavePools[].subnetId": [text],
    "nodePools[].subnetId": [text, { nodePools: [{ name: "general" }] }],
};
const cluster: Rows = {
    ...pools,
    location: ["west-europe"],
    resourceGroupName: ["group."],
    clusterName: [text],
    "network.subnetId": [text],
    "network.outbound.publicIpIds[]": [text],
    "network.outbound.natGatewayId": [
        text,
        { network: { vnetCidr: "10.60.0.0/16", outbound: { type: "natGateway" } } },
    ],
    "network.outbound.routeTableId": [
        text,
        { network: { vnetCidr: "10.60.0.0/16", outbound: { type: "userDefinedRouting" } } },
    ],
    "security.keyVaultKms.keyId": [text, { security: { keyVaultKms: { keyVaultId } } }],
    "security.keyVaultKms.keyVaultId": [text, { security: { keyVaultKms: { keyId } } }],
    "security.diskEncryptionSetId": [text],
    "security.defenderWorkspaceId": [text],
    "monitoring.prometheusWorkspaceId": [text],
    "monitoring.logsWorkspaceId": [text, { monitoring: { auditLogs: true } }],
    "entra.adminGroupObjectIds": [[]],
    "entra.adminGroupObjectIds[]": [text],
    "entra.tenantId": [text, { entra: { azureRbac: true } }],
    kubeLoginClientId: [text, { entra: { azureRbac: true }, kubeLogin: "msi" }],
    "apiServer.authorizedIpRanges": [[]],
    "apiServer.authorizedIpRanges[]": ["203.0.113.7/24"],
    "apiServer.privateDnsZoneId": [text, { apiServer: { privateCluster: true } }],
    tags: [text],
    "tags{}": [number],
};
const registry: Rows = {
    registryName: [text],
    "newRegistry.name": [text],
    "newRegistry.privateEndpoint.subnetId": [text, premium],
    "newRegistry.privateEndpoint.privateDnsZoneId": [
        text,
        { newRegistry: { ...premium.newRegistry, privateEndpoint: { subnetId } } },
    ],
    "newRegistry.agentPool.subnetId": [text, premium],
    loginServer: [text, { registryName: "shared" }],
    agentPoolName: [text, { registryName: "shared" }],
    pullPrincipalId: [text],
};
const devicePlugin: Rows = {
    image: [text],
    epcHookImage: [text],
    namespace: [text],
    "nodeSelector{}": [number, {}, 'nodeSelector["pool"]'],
};
const quoteHelper: Rows = { image: [text], namespace: [text], "nodeSelector{}": devicePlugin["nodeSelector{}"]! };
const nodeProof: Rows = quoteHelper;
const sample: Rows = { image: [text], namespace: [text] };
const where: Rows = { resourceGroupName: ["group."], location: ["west-europe"] };
const place: Rows = { ...where, tags: cluster.tags!, "tags{}": cluster["tags{}"]! };
const identity: Rows = {
    ...place,
    oidcIssuerUrl: ["https://westeurope.oic.prod-aks.azure.com/tenant/73519264"],
    "otherIssuerUrls[]": [text],
    namespace: [text],
    serviceAccountName: [text],
};
const endpoint = (zone: string): Rows => ({
    "privateEndpoint.subnetId": [text],
    "privateEndpoint.location": ["west-europe", { privateEndpoint: { subnetId } }],
    "privateEndpoint.privateDnsZoneId": [
        `${id("Microsoft.Network/privateDnsZones")}/${zone}`,
        { privateEndpoint: { subnetId } },
    ],
});
const provider: Rows = { name: ["Wrong_Value"], ...endpoint("privatelink.vaultcore.azure.net") };
const vaultName = { name: "team-a-keys" };
const newVault: Rows = {
    "allowedSubnetIds[]": [text],
    "keyOfficers[].principalId": [text],
    ...endpoint("privatelink.attest.azure.net"),
};
const described = { signer: "1a2b".repeat(16), product: 7 };
const attestationUrl = "https://payroll.weu.attest.azure.net";
const keys = { keys: [{ name: "payroll", enclave: described }] };
const inNewVault = { secrets: { newVault: vaultName, ...keys } };
const names: Rows = { resourceGroupName: ["group."], clusterName: [text] };

const onCluster = { resourceGroupName: "group", clusterName: "aks", enclavePools: [enclave] };
/** The same cases in a group of another component's arguments, beside others of those. */
const below = (prefix: string, rows: Rows, beside: Args): Rows =>
    Object.fromEntries(
        Object.entries(rows).map(([key, [bad, more = {}, path]]): [string, Row] => [
            `${prefix}.${key}`,
            [bad, merged(beside, nested(prefix, more)), path && `${prefix.replace("[]", "[0]")}.${path}`],
        ]),
    );
function nested(prefix: string, more: Args): Args {
    const [first = "", ...rest] = prefix.split(".");
    if (rest.length > 0) return { [first]: nested(rest.join("."), more) };
    return prefix.endsWith("[]") ? { [prefix.slice(0, -2)]: [more] } : { [prefix]: more };
}

const daemonSet = { namespace: "team-a", daemonSetName: "aesm" };
const watched: Rows = { namespace: [text], daemonSetName: [text] };
const rulesInAzure = {
    workspaceId: id("Microsoft.Monitor/accounts"),
    clusterId: id("Microsoft.ContainerService/managedClusters"),
    resourceGroupName: "group",
};
const managed = { flavour: "azureManaged", azure: rulesInAzure };
const settings: Rows = {
    "labels{}": [number, {}, 'labels["release"]'],
    "tcb.image": [text, { tcb: { image, fmspcs: ["00606A000000"] } }],
    dashboardNamespace: [text],
};
const monitoring: Rows = {
    ...settings,
    ...below("quoteHelper", watched, {}),
    ...below("nodeProof", watched, { nodeProof: daemonSet }),
    ...below("azure", { ...place, workspaceId: [text], clusterId: [text], "actionGroupIds[]": [text] }, managed),
};

const watching = (flavour: string, more: Args = {}): Args => ({
    quoting: "daemonSets",
    quoteHelper: { image },
    attestationMonitoring: { flavour, ...more },
});
const alerts: Rows = { ...where, workspaceId: [text], "actionGroupIds[]": [text] };

const guarded = { kubernetesVersion: "1.36", policies: { namespaces: ["apps"] } };

/** By component: what every case of it has, and the cases. */
const tables: Record<string, { base: Args; rows: Rows }> = {
    AttestationMonitoring: {
        base: { flavour: "prometheusOperator", quoteHelper: daemonSet },
        rows: monitoring,
    },
    AttestedJob: { base: { image, epc: "32Mi" }, rows: job },
    AttestationPolicies: { base: { namespaces: ["apps"], kubernetesVersion: "1.36" }, rows: policies },
    ConfidentialCluster: { base: { enclavePools: [enclave] }, rows: cluster },
    ExistingCluster: {
        base: onCluster,
        rows: {
            ...pools,
            ...names,
            kubeLoginClientId: [text, { kubeLogin: "msi" }],
            tags: cluster.tags!,
            "tags{}": cluster["tags{}"]!,
        },
    },
    EnclaveIdentity: {
        base: { resourceGroupName: "group", oidcIssuerUrl: "https://issuer.example/a/" },
        rows: identity,
    },
    EnclaveImage: {
        base: {
            context: resolve("images/import"),
            repository: "apps/app",
            resourceGroupName: "group",
            buildArgs: { IMAGE: image },
        },
        rows: {
            ...registry,
            ...place,
        },
    },
    AttestationProvider: {
        base: { name: "team-a-attests", resourceGroupName: "group", enclaves: [described] },
        rows: { ...place, ...provider },
    },
    EnclaveKey: {
        base: { attestationUrl, enclave: described },
        rows: {
            attestationUrl: [`${attestationUrl}/`, { vaultId: keyVaultId }],
            vaultId: [text],
            "releaseTo{}": [text, { vaultId: keyVaultId }],
            ...below("newVault", { ...place, ...newVault }, { newVault: { ...vaultName, resourceGroupName: "group" } }),
        },
    },
    NodeProof: { base: { image }, rows: nodeProof },
    OpenEnclaveSample: { base: { image }, rows: sample },
    SgxDevicePlugin: { base: {}, rows: devicePlugin },
    SgxQuoteHelper: { base: { image }, rows: quoteHelper },
    // Each with as little around it as it takes.
    ConfidentialPlatform: {
        base: { enclavePools: [enclave], quoting: "none" },
        rows: {
            ...cluster,
            // The policies never cover the namespace of the device plugin: they have it as well.
            ...below("devicePlugin", devicePlugin, { ...guarded, quoting: "daemonSets", quoteHelper: { image } }),
            ...below("quoteHelper", quoteHelper, { quoting: "daemonSets", quoteHelper: { image } }),
            ...below("nodeProof", nodeProof, { nodeProof: { image } }),
            ...below("attestationMonitoring", settings, watching("prometheusOperator")),
            ...below("attestationMonitoring.azure", alerts, {
                ...watching("azureManaged", { azure: { workspaceId: rulesInAzure.workspaceId } }),
                existing: { resourceGroupName: "group", clusterName: "aks" },
            }),
            ...below("sample", sample, { runSample: true, sample: { image } }),
            ...below("jobs[]", job, { jobs: [{ name: "report", image, epc: "32Mi" }] }),
            ...below("policies", policies, guarded),
            ...below("images", { ...registry, registryResourceGroupName: ["group."] }, { quoting: "daemonSets" }),
            ...below("attestation", provider, { attestation: { enclaves: [described] } }),
            ...below("secrets.newVault", newVault, inNewVault),
            "secrets.vaultId": [text, { secrets: keys }],
            "secrets.otherIssuerUrls[]": [text, inNewVault],
            ...below("existing", names, { existing: { resourceGroupName: "group", clusterName: "aks" } }),
        },
    },
};

/** The cases of a component, by the argument as the schema has it. */
export function lateCases(component: string): Record<string, LateCase> {
    const { base, rows } = tables[component] ?? { base: {}, rows: {} };
    return Object.fromEntries(
        Object.entries(rows).map(([key, [bad, more = {}, path]]) => {
            const place = path ?? key.replaceAll("[]", "[0]").replace("{}", ".TEAM");
            const steps = (place.match(/[^.[\]"]+/g) ?? []).map((step) => (/^\d+$/.test(step) ? Number(step) : step));
            return [key, { path: place, bad, args: (value) => withValue(merged(base, more), steps, value) }];
        }),
    );
}

/** A copy of both, the second over the first. */
function merged(first: unknown, second: unknown): Args {
    if (!isObject(first) || !isObject(second)) return (second ?? first) as Args;
    const keys = new Set([...Object.keys(first), ...Object.keys(second)]);
    const entries = [...keys].map((key) => [key, merged(first[key], second[key])]);
    const both = Object.fromEntries(entries) as Args;
    return (Array.isArray(second) ? Object.values(both) : both) as Args;
}

function isObject(value: unknown): value is Args {
    return typeof value === "object" && value !== null;
}

function withValue(holder: unknown, [step, ...rest]: (string | number)[], value: unknown): Args {
    if (step === undefined) return value as Args;
    const copy = (Array.isArray(holder) ? [...(holder as unknown[])] : { ...(holder as Args) }) as Args;
    const inner = copy[step] ?? (typeof rest[0] === "number" ? [] : {});
    copy[step] = withValue(inner, rest, value);
    return (holder === undefined && typeof step === "number" ? Object.values(copy) : copy) as Args;
}
