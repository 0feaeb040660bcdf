/**
 * The whole body of a cluster `c` with one DCsv3 pool and no further argument: a change of it is a change of what is
 * deployed.
 */
export const dcsv3ClusterBody = {
    resourceGroupName: "c",
    location: "westeurope",
    dnsPrefix: "c",
    enableRBAC: true,
    sku: { name: "Base", tier: "Free" },
    identity: { type: "UserAssigned", userAssignedIdentities: ["c-control-plane-id"] },
    agentPoolProfiles: [
        {
            name: "agentpool",
            mode: "System",
            type: "VirtualMachineScaleSets",
            osType: "Linux",
            osSKU: "Ubuntu",
            vmSize: "Standard_D4s_v5",
            count: 2,
            enableAutoScaling: false,
            nodeTaints: ["CriticalAddonsOnly=true:NoSchedule"],
        },
    ],
    networkProfile: {
        networkPlugin: "azure",
        networkPluginMode: "overlay",
        podCidr: "10.244.0.0/16",
        networkDataplane: "azure",
        loadBalancerSku: "standard",
        outboundType: "loadBalancer",
        serviceCidr: "10.0.0.0/16",
        dnsServiceIP: "10.0.0.10",
    },
    oidcIssuerProfile: { enabled: true },
    securityProfile: {
        workloadIdentity: { enabled: true },
        defender: { securityMonitoring: { enabled: false } },
        imageCleaner: { enabled: false, intervalHours: 168 },
    },
    nodeResourceGroupProfile: { restrictionLevel: "ReadOnly" },
    azureMonitorProfile: { metrics: { enabled: false } },
    autoUpgradeProfile: { upgradeChannel: "none", nodeOSUpgradeChannel: "NodeImage" },
    addonProfiles: {
        ACCSGXDevicePlugin: { enabled: false },
        azurepolicy: { enabled: false },
        azureKeyvaultSecretsProvider: { enabled: false },
        omsagent: { enabled: false },
    },
    apiServerAccessProfile: { disableRunCommand: true },
};
