import { valueAt } from "../model/format.js";
import type { Compared } from "./compared.js";

/** What changes of ways out of the network and of monitoring mean, by the last part of the type. */
export const PRODUCTION_WORDS: Record<string, (item: Compared) => string[]> = {
    NatGateway: wayOut,
    PublicIPAddress: wayOut,
    Workspace: workspaceWords,
    AzureMonitorWorkspace: workspaceWords,
    DiagnosticSetting: ({ diff }) => (diff.action === "delete" ? ["audit logs of the control plane end"] : []),
};

function wayOut({ diff }: Compared): string[] {
    if (diff.action !== "delete" && diff.action !== "replace") return [];
    return ["the cluster's connections leave by another public address: firewalls that know the old one refuse them"];
}

function workspaceWords({ diff }: Compared): string[] {
    if (diff.action !== "delete" && diff.action !== "replace") return [];
    return ["what the workspace has collected is deleted with it"];
}

/** What a change of the security settings of a cluster means. */
export function securityWords({ before, after, diff }: Compared): string[] {
    const key = (of: typeof before) => valueAt(of?.inputs, "securityProfile", "azureKeyVaultKms", "keyId");
    const isChanged = diff.changes.some(({ path }) => path.startsWith("securityProfile.azureKeyVaultKms"));
    if (!isChanged || key(before) === key(after)) return [];
    return key(after) === undefined
        ? ["etcd stays encrypted with the old key: switching it off is a procedure of AKS"]
        : ["etcd is encrypted with another key: keep the old one, the secrets that are there need it until rewritten"];
}
