import type { TokenCredential } from "@azure/core-auth";

/*
 * Who signs in to Azure's data planes. The engine gives a provider no credentials of another one, so the variables are
 * read that azure-native reads as well (https://www.pulumi.com/registry/packages/azure-native/installation-configuration),
 * and without them the Azure CLI is asked, as azure-native does.
 */

let made: Promise<TokenCredential> | undefined;

/** The credential of this process. */
export function credential(): Promise<TokenCredential> {
    return (made ??= makeCredential(process.env));
}

async function makeCredential(env: NodeJS.ProcessEnv): Promise<TokenCredential> {
    const identity = await import("@azure/identity");
    const read = (name: string) => env[`ARM_${name}`] || env[`AZURE_${name}`] || undefined;
    const [tenantId, clientId] = [read("TENANT_ID"), read("CLIENT_ID")];
    if (isSet(env.ARM_USE_MSI)) {
        return clientId === undefined
            ? new identity.ManagedIdentityCredential()
            : new identity.ManagedIdentityCredential({ clientId });
    }
    if (tenantId !== undefined && clientId !== undefined) {
        const secret = read("CLIENT_SECRET");
        if (secret !== undefined) return new identity.ClientSecretCredential(tenantId, clientId, secret);
        const certificatePath = read("CLIENT_CERTIFICATE_PATH");
        if (certificatePath !== undefined) {
            const certificatePassword = read("CLIENT_CERTIFICATE_PASSWORD");
            const certificate = {
                certificatePath,
                ...(certificatePassword === undefined ? {} : { certificatePassword }),
            };
            return new identity.ClientCertificateCredential(tenantId, clientId, certificate);
        }
        if (isSet(env.ARM_USE_OIDC))
            return new identity.ClientAssertionCredential(tenantId, clientId, () => assertion(env));
        if (env.AZURE_FEDERATED_TOKEN_FILE) return new identity.WorkloadIdentityCredential();
    }
    const tenant = tenantId === undefined ? {} : { tenantId };
    return new identity.AzureCliCredential({ processTimeoutInMs: 60_000, ...tenant });
}

const isSet = (value: string | undefined) => value !== undefined && /^(true|1)$/i.test(value);

/** The token of the pipeline that Entra ID takes in place of a secret. */
async function assertion(env: NodeJS.ProcessEnv): Promise<string> {
    if (env.ARM_OIDC_TOKEN) return env.ARM_OIDC_TOKEN;
    if (env.ARM_OIDC_TOKEN_FILE_PATH) {
        const { readFile } = await import("node:fs/promises");
        return (await readFile(env.ARM_OIDC_TOKEN_FILE_PATH, "utf8")).trim();
    }
    const url = env.ARM_OIDC_REQUEST_URL || env.ACTIONS_ID_TOKEN_REQUEST_URL;
    const token = env.ARM_OIDC_REQUEST_TOKEN || env.ACTIONS_ID_TOKEN_REQUEST_TOKEN;
    if (!url || !token) throw new Error("ARM_USE_OIDC is set, and neither ARM_OIDC_TOKEN nor a request URL and token");
    const asked = new URL(url);
    asked.searchParams.set("audience", "api://AzureADTokenExchange");
    const response = await fetch(asked, { headers: { authorization: `Bearer ${token}` } });
    if (!response.ok) throw new Error(`the pipeline gives no token: HTTP ${response.status}`);
    return ((await response.json()) as { value: string }).value;
}
