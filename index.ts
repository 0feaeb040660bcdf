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
/** Principal id of the kubelets, for pull rights on a registry of your own; null for an existing cluster. */
export const kubeletPrincipalId = platform.kubeletPrincipalId.apply((id) => id ?? null);
/** What a firewall has to let the cluster reach: `pulumi stack output egress`. */
export const egress = platform.egress;
/** Command that finds out why attestation fails: `pulumi stack output doctorCommand`. */
export const doctorCommand = platform.doctorCommand;
/** Name of the sample's Job; null where none runs. */
export const sampleJobName = platform.sampleJobName.apply((name) => name ?? null);
/** URL of the attestation provider; null where there is none. */
export const attestationUrl = platform.attestationUrl.apply((url) => url ?? null);
/** URL of the vault or Managed HSM with the keys for enclaves; null where there are none. */
export const keyVaultUrl = platform.keyVaultUrl.apply((url) => url ?? null);
