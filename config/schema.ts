import { z } from "zod";

/*
 * The shape of a stack's configuration: which keys there are and of what type. What the values mean is the components'
 * business. Keys and types mirror the components' arguments; `test/schema.test.ts` compares the two.
 */

const text = z.string();
const whole = z.number();
const flag = z.boolean();
const texts = z.array(text);
const textMap = z.record(z.string(), text);

const anyPool = {
    name: text.optional(),
    vmSize: text.optional(),
    count: whole.optional(),
    minCount: whole.optional(),
    maxCount: whole.optional(),
    availabilityZones: texts.optional(),
    osDiskSizeGb: whole.optional(),
};

const enclavePool = z.strictObject({
    ...anyPool,
    priority: text.optional(),
    maxPods: whole.optional(),
    osSku: text.optional(),
    taint: flag.optional(),
    labels: textMap.optional(),
    subnetId: text.optional(),
    maxSurge: text.optional(),
});

const systemPool = z.strictObject(anyPool);

const network = z.strictObject({
    mode: text.optional(),
    subnetId: text.optional(),
    vnetCidr: text.optional(),
    subnetCidr: text.optional(),
    podCidr: text.optional(),
    serviceCidr: text.optional(),
    dnsServiceIp: text.optional(),
    networkPolicy: text.optional(),
});

const job = z.strictObject({
    name: text.optional(),
    image: text.optional(),
    epc: text.optional(),
    mode: text.optional(),
    command: texts.optional(),
    args: texts.optional(),
    env: textMap.optional(),
    namespace: text.optional(),
    rerun: text.optional(),
    backoffLimit: whole.optional(),
    deadlineSeconds: whole.optional(),
    waitDeadlineSeconds: whole.optional(),
    waitImage: text.optional(),
    cpu: text.optional(),
    memory: text.optional(),
    runAsUser: whole.optional(),
    supplementalGroups: z.array(whole).optional(),
    tolerateSpot: flag.optional(),
    nodeSelector: textMap.optional(),
});

/** Every key of the configuration with its shape. */
export const platformConfig = z.strictObject({
    enclavePools: z.array(enclavePool).optional(),
    location: text.optional(),
    resourceGroupName: text.optional(),
    clusterName: text.optional(),
    existing: z.strictObject({ resourceGroupName: text.optional(), clusterName: text.optional() }).optional(),
    kubernetesVersion: text.optional(),
    upgradeChannel: text.optional(),
    nodeOsUpgradeChannel: text.optional(),
    tier: text.optional(),
    systemPool: systemPool.optional(),
    network: network.optional(),
    entra: z
        .strictObject({ adminGroupObjectIds: texts.optional(), tenantId: text.optional(), azureRbac: flag.optional() })
        .optional(),
    kubeLogin: text.optional(),
    apiServer: z
        .strictObject({
            authorizedIpRanges: texts.optional(),
            privateCluster: flag.optional(),
            privateDnsZone: text.optional(),
        })
        .optional(),
    quoting: text.optional(),
    allowRetiredSizes: flag.optional(),
    protect: flag.optional(),
    tags: textMap.optional(),
    devicePlugin: z
        .strictObject({
            image: text.optional(),
            epcHookImage: text.optional(),
            enclaveLimit: whole.optional(),
            provisionLimit: whole.optional(),
            namespace: text.optional(),
            nodeSelector: textMap.optional(),
            networkPolicy: flag.optional(),
        })
        .optional(),
    quoteHelper: z
        .strictObject({
            image: text.optional(),
            epc: text.optional(),
            collateralVersion: text.optional(),
            logLevel: text.optional(),
            namespace: text.optional(),
            nodeSelector: textMap.optional(),
            socketProxy: flag.optional(),
            networkPolicy: flag.optional(),
        })
        .optional(),
    runSample: flag.optional(),
    images: z
        .strictObject({
            registryName: text.optional(),
            registryResourceGroupName: text.optional(),
            newRegistry: z.strictObject({ name: text.optional(), sku: text.optional() }).optional(),
            pullPrincipalId: text.optional(),
        })
        .optional(),
    sample: z
        .strictObject({
            image: text.optional(),
            epc: text.optional(),
            rerun: text.optional(),
            deadlineSeconds: whole.optional(),
            supplementalGroups: z.array(whole).optional(),
            tolerateSpot: flag.optional(),
            namespace: text.optional(),
            networkPolicy: flag.optional(),
        })
        .optional(),
    jobs: z.array(job).optional(),
    policies: z
        .strictObject({
            namespaces: texts.optional(),
            kubernetesVersion: text.optional(),
            inject: flag.optional(),
            guardMode: text.optional(),
            allowInProcess: flag.optional(),
            csiDrivers: texts.optional(),
            exemptNamespaces: texts.optional(),
        })
        .optional(),
});
