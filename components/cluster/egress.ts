import { regionName } from "../shared/region";
import { QuotingSource } from "./choices";
import type { ClusterSpec } from "./spec";
import type { SharedClusterSpec } from "./spec-shared";

/** Something outside of its network that the cluster has to reach. */
export interface EgressRule {
    /** Host name; `*` stands for any labels before the rest. */
    host: string;
    /** TCP port. */
    port: number;
    /** `HTTPS` or `HTTP`. */
    protocol: string;
    /** What it is for. */
    purpose: string;
}

/** What is switched on, as far as it reaches out of the network. */
type Need =
    | "publicApiServer"
    | "aks"
    | "images"
    | "quoting"
    | "monitoring"
    | "metrics"
    | "logs"
    | "defender"
    | "azurePolicy"
    | "keyVaultSecretsProvider";

const https = (purpose: string, ...hosts: readonly string[]): EgressRule[] =>
    hosts.map((host) => ({ host, port: 443, protocol: "HTTPS", purpose }));
const http = (purpose: string, ...hosts: readonly string[]): EgressRule[] =>
    hosts.map((host) => ({ host, port: 80, protocol: "HTTP", purpose }));

/**
 * What AKS and its add-ons reach, for Azure's public cloud
 * (https://learn.microsoft.com/azure/aks/outbound-rules-control-egress, as of 2026-08), and what this package adds.
 */
const rulesFor: Readonly<Record<Need, (region: string) => EgressRule[]>> = {
    publicApiServer: (region) => https("nodes reach the API server", `*.hcp.${region}.azmk8s.io`),
    aks: () => [
        ...https(
            "AKS pulls its own images",
            "mcr.microsoft.com",
            "*.data.mcr.microsoft.com",
            "mcr-0001.mcr-msedge.net",
        ),
        ...https("Kubernetes calls Azure", "management.azure.com"),
        ...https("sign-in with Microsoft Entra ID", "login.microsoftonline.com"),
        ...https(
            "packages and binaries of the nodes",
            "packages.microsoft.com",
            "acs-mirror.azureedge.net",
            "packages.aks.azure.com",
        ),
        ...http(
            "security updates of the nodes",
            "security.ubuntu.com",
            "azure.archive.ubuntu.com",
            "changelogs.ubuntu.com",
        ),
        ...https("security updates of the nodes", "snapshot.ubuntu.com"),
    ],
    images: () => https("images in an Azure container registry", "*.azurecr.io", "*.blob.core.windows.net"),
    quoting: () => https("collateral of quotes, as AESM and the verifier fetch it", "global.acccache.azure.net"),
    monitoring: (region) =>
        https(
            "monitoring: what to collect",
            "global.handler.control.monitor.azure.com",
            `${region}.handler.control.monitor.azure.com`,
            "*.monitoring.azure.com",
        ),
    metrics: () => https("monitoring: metrics", "*.metrics.ingest.monitor.azure.com"),
    logs: () =>
        https(
            "monitoring: logs",
            "*.ingest.monitor.azure.com",
            "*.ods.opinsights.azure.com",
            "*.oms.opinsights.azure.com",
        ),
    defender: () =>
        https(
            "Microsoft Defender",
            "*.ods.opinsights.azure.com",
            "*.oms.opinsights.azure.com",
            "*.cloud.defender.microsoft.com",
        ),
    azurePolicy: () => https("Azure Policy", "data.policy.core.windows.net", "store.policy.core.windows.net"),
    keyVaultSecretsProvider: () => https("secrets of a key vault", "*.vault.azure.net"),
};

/** What a new cluster reaches, by what is switched on. */
export function egressOfCluster(spec: ClusterSpec, location: string | undefined): EgressRule[] {
    const { apiServer, monitoring, security } = spec.cluster;
    const { prometheus, containerInsights } = monitoring;
    return rulesOf(
        [
            ...(apiServer.privateCluster ? [] : (["publicApiServer"] as const)),
            "aks",
            ...needsOfPackage(spec),
            ...(prometheus || containerInsights ? (["monitoring"] as const) : []),
            ...(prometheus ? (["metrics"] as const) : []),
            ...(containerInsights ? (["logs"] as const) : []),
            ...(security.defenderWorkspaceId === undefined ? [] : (["defender"] as const)),
            ...(security.azurePolicy ? (["azurePolicy"] as const) : []),
            ...(security.keyVaultSecretsProvider ? (["keyVaultSecretsProvider"] as const) : []),
        ],
        location,
    );
}

/** What this package adds to a cluster that exists, and that reaches out of its network. */
export function egressOfExisting(spec: SharedClusterSpec): EgressRule[] {
    return rulesOf(needsOfPackage(spec), undefined);
}

function needsOfPackage({ quoting }: SharedClusterSpec): Need[] {
    return ["images", ...(quoting === QuotingSource.none ? [] : (["quoting"] as const))];
}

/** The rules, each host once. */
function rulesOf(needs: readonly Need[], location = "REGION"): EgressRule[] {
    const region = regionName(location);
    const rules = needs.flatMap((need) => rulesFor[need](region));
    return rules.filter(({ host, port }, index) => {
        return rules.findIndex((rule) => rule.host === host && rule.port === port) === index;
    });
}
