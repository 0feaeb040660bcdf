/**
 * The command that examines the cluster of a stack, for a shell; the stack has to export `kubeconfig`. The kubeconfig
 * goes from one command to the other, so that no file and no history has it.
 */
export function doctorCommandOf(resourceGroup: string, cluster: string, clusterId: string): string {
    // Azure CLI's own subscription may be another one. That of an existing cluster is not known here.
    const [, subscription] = /^\/subscriptions\/([^/]+)\//i.exec(clusterId) ?? [];
    const inSubscription = subscription === undefined ? "" : ` --subscription ${quoted(subscription)}`;
    const azure = `--azure --resource-group ${quoted(resourceGroup)} --cluster ${quoted(cluster)}${inSubscription}`;
    return `pulumi stack output kubeconfig --show-secrets | npx confidential-aks doctor --kubeconfig - ${azure}`;
}

/** A word for a shell; Azure allows parentheses in names of resource groups. */
function quoted(word: string): string {
    return /^[\w.-]+$/.test(word) ? word : `'${word.replace(/'/g, "'\\''")}'`;
}
