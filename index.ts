import { ConfidentialPlatform } from "./components";
import { readPlatformConfig } from "./config";

const platform = new ConfidentialPlatform("confidential-aks", readPlatformConfig());

/** Resource group of the cluster. */
export const resourceGroupName = platform.resourceGroupName;
/** Name of the cluster. */
export const clusterName = platform.clusterName;
/** Kubeconfig of the cluster (secret): `pulumi stack output kubeconfig --show-secrets > kubeconfig`. */
export const kubeconfig = platform.kubeconfig;
/** Issuer of the cluster's ServiceAccount tokens, for federated credentials. */
export const oidcIssuerUrl = platform.oidcIssuerUrl;
/** Principal id of the kubelets, for pull rights on a registry of your own. */
export const kubeletPrincipalId = platform.kubeletPrincipalId;
/** Name of the sample's Job, where it runs. */
export const sampleJobName = platform.sampleJobName;
