import type { AccessChange } from "../../../../plan/diff/format.js";
import type { PlanObject, PlanOptions, PlanResource } from "../../../../plan/model/format.js";
import { compare, resource } from "../plans.js";

export const unknown = { $plan: "unknown" } as const;
export const SIGNER = "1a".repeat(32);

/** What a change says of access: what widens it with a mark. */
export function accessOf(before: PlanResource[], after: PlanResource[]): string[] {
    return (compare(before, after).access ?? []).map(textOf);
}

export function textOf({ widens, text }: AccessChange): string {
    return `${widens ? "!! " : ""}${text}`;
}

export function key(inputs: PlanObject = {}, options: PlanOptions = {}, name = "payroll"): PlanResource {
    const enclaves = [{ signer: SIGNER, product: 7, minimumSvn: 3, debug: false }];
    const all = {
        keyVaultUrl: "https://v.vault.azure.net",
        keyName: name,
        authority: "https://p.weu.attest.azure.net",
    };
    return resource("confidential-aks:index:ExportableKey", name, { ...all, enclaves, ...inputs }, options);
}

export function policy(
    text: string | typeof unknown,
    inputs: PlanObject = {},
    options: PlanOptions = {},
): PlanResource {
    const all = { attestationUrl: "https://p.weu.attest.azure.net", attestationType: "SgxEnclave", policy: text };
    return resource("confidential-aks:index:SgxPolicy", "policy", { ...all, ...inputs }, options);
}

export const VAULT = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v";
const roles = "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/";
/** Key Vault Crypto Service Release User. */
export const RELEASE = `${roles}08bbd89e-9f13-488c-ac41-acfcb10c90ab`;
export const READER = `${roles}acdd72a7-3385-48ef-bd42-f606fba81ae7`;

export function assignment(inputs: PlanObject = {}, options: PlanOptions = {}): PlanResource {
    const all = { principalId: "p-1", roleDefinitionId: READER, scope: VAULT };
    return resource("azure-native:authorization:RoleAssignment", "role", { ...all, ...inputs }, options);
}

export function credential(inputs: PlanObject = {}, options: PlanOptions = {}): PlanResource {
    const all = {
        resourceName: "payroll",
        issuer: "https://issuer.example/",
        subject: "system:serviceaccount:payroll:payroll",
        audiences: ["api://AzureADTokenExchange"],
    };
    return resource("azure-native:managedidentity:FederatedIdentityCredential", "fic", { ...all, ...inputs }, options);
}

const RBAC = "kubernetes:rbac.authorization.k8s.io/v1";
export const reading = { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] };

export function clusterRole(
    rules: PlanObject[] | typeof unknown,
    more: PlanObject = {},
    kind = "ClusterRole",
): PlanResource {
    return resource(`${RBAC}:${kind}`, "r", { metadata: { name: "r" }, rules, ...more });
}

export function binding(subjects: string[], inputs: PlanObject = {}, kind = "ClusterRoleBinding"): PlanResource {
    return resource(`${RBAC}:${kind}`, "b", {
        metadata: { name: "b" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "r" },
        subjects: subjects.map((name) => ({ kind: "ServiceAccount", namespace: "n", name })),
        ...inputs,
    });
}

export function cluster(inputs: PlanObject): PlanResource {
    return resource("azure-native:containerservice:ManagedCluster", "aks", inputs);
}

export function ranges(...authorizedIPRanges: string[]): PlanResource {
    return cluster({ apiServerAccessProfile: { authorizedIPRanges } });
}

const ADMISSION = "kubernetes:admissionregistration.k8s.io/v1";

export function admission(kind: string, spec: PlanObject | typeof unknown): PlanResource {
    return resource(`${ADMISSION}:${kind}`, "a", { metadata: { name: "a" }, spec });
}
