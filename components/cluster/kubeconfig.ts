import * as pulumi from "@pulumi/pulumi";
import {
    listManagedClusterUserCredentialsOutput,
    type ListManagedClusterUserCredentialsResult,
} from "@pulumi/azure-native/containerservice";
import type { KubeLogin } from "./choices";

/**
 * The application that AKS clusters with Entra ID ask tokens for; the same for every tenant
 * (https://azure.github.io/kubelogin).
 */
const aksServerApplicationId = "6dae42f8-4368-4678-94ff-3960e28e3630";

/**
 * The kubeconfig of a cluster, a secret. It comes from an invoke that takes only names, so that it stays known while
 * an update of the cluster is previewed: an unknown one would show every Kubernetes object as changed.
 */
export function clusterKubeconfig(
    cluster: { resourceGroupName: pulumi.Input<string>; clusterName: pulumi.Input<string> },
    login: KubeLogin | undefined,
    parent: pulumi.Resource,
): pulumi.Output<string> {
    const credentials = listManagedClusterUserCredentialsOutput(
        {
            resourceGroupName: cluster.resourceGroupName,
            resourceName: cluster.clusterName,
            format: login === undefined ? undefined : "exec",
        },
        { parent },
    );
    return pulumi.secret(
        credentials.apply(async (found: Partial<ListManagedClusterUserCredentialsResult>) => {
            const text = kubeconfigOf(found.kubeconfigs);
            return login === undefined ? text : await withKubelogin(text, login);
        }),
    );
}

/**
 * Stands in where a unit test's mock answers no `kubeconfigs`, which Azure always does. It leads nowhere: with an empty
 * kubeconfig, the Kubernetes provider would take that of the user who runs it.
 */
const noAnswer = `apiVersion: v1
kind: Config
current-context: mock
contexts: [{ name: mock, context: { cluster: mock, user: mock } }]
clusters: [{ name: mock, cluster: { server: "https://the-mock-answers-no-kubeconfig.invalid" } }]
users: [{ name: mock, user: {} }]
`;

function kubeconfigOf(kubeconfigs: readonly { value: string }[] | undefined): string {
    if (kubeconfigs === undefined) return noAnswer;
    const encoded = kubeconfigs[0]?.value;
    if (encoded === undefined) throw new Error("Azure returned no kubeconfig for the cluster");
    return Buffer.from(encoded, "base64").toString("utf8");
}

interface Kubeconfig {
    users?: { name: string; user: { exec?: { args?: string[] } } }[];
}

/**
 * The same kubeconfig with `kubelogin` as its only credential, in the login mode given. What else Azure tells kubelogin
 * (server and client application, tenant, cloud) stays; its own mode is device code, which waits for a person.
 */
export async function withKubelogin(kubeconfig: string, login: KubeLogin): Promise<string> {
    // Loaded here: most programs never need it, and it takes a while.
    const { parse, stringify } = await import("yaml");
    const config = parse(kubeconfig) as Kubeconfig | null;
    if (!config?.users?.length) throw new Error("the kubeconfig Azure returned names no user");
    const users = config.users.map(({ name, user }) => ({
        name,
        user: {
            exec: {
                apiVersion: "client.authentication.k8s.io/v1beta1",
                command: "kubelogin",
                args: withLogin(user.exec?.args ?? ["get-token", "--server-id", aksServerApplicationId], login),
                interactiveMode: "IfAvailable",
                provideClusterInfo: false,
                installHint: "kubelogin is not on the PATH: https://azure.github.io/kubelogin/install.html",
            },
        },
    }));
    return stringify({ ...config, users });
}

/** kubelogin's arguments with another login mode. */
function withLogin(args: readonly string[], login: KubeLogin): string[] {
    const at = args.findIndex((arg) => arg === "--login" || arg === "-l");
    const rest = at < 0 ? args : [...args.slice(0, at), ...args.slice(at + 2)];
    return [...rest, "--login", login];
}
