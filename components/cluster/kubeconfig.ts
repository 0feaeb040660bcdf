import * as pulumi from "@pulumi/pulumi";
import {
    listManagedClusterUserCredentialsOutput,
    type ListManagedClusterUserCredentialsResult,
} from "@pulumi/azure-native/containerservice";
import type { KubeLogin } from "./choices";
import { kubeloginArguments } from "./kubelogin";

/** How Pulumi signs in to a cluster with Entra ID. */
export interface KubeLoginSpec {
    mode: KubeLogin;
    /** Undefined: the client that the mode finds by itself. */
    clientId: pulumi.Input<string> | undefined;
}

/**
 * The kubeconfig of a cluster, a secret. It comes from an invoke that takes only names, so that it stays known while
 * an update of the cluster is previewed: an unknown one would show every Kubernetes object as changed.
 */
export function clusterKubeconfig(
    cluster: { resourceGroupName: pulumi.Input<string>; clusterName: pulumi.Input<string> },
    login: KubeLoginSpec | undefined,
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
        pulumi
            .all([credentials, login?.clientId])
            .apply(
                async ([found, clientId]: [Partial<ListManagedClusterUserCredentialsResult>, string | undefined]) => {
                    const text = kubeconfigOf(found.kubeconfigs);
                    return login === undefined ? text : await withKubelogin(text, login.mode, clientId);
                },
            ),
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
 * The same kubeconfig with `kubelogin` as its only credential, in the login mode given; AKS's own mode is device code,
 * which waits for a person.
 */
export async function withKubelogin(kubeconfig: string, mode: KubeLogin, clientId?: string): Promise<string> {
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
                args: kubeloginArguments(user.exec?.args, mode, clientId),
                interactiveMode: "IfAvailable",
                provideClusterInfo: false,
                installHint: "kubelogin is not on the PATH: https://azure.github.io/kubelogin/install.html",
            },
        },
    }));
    return stringify({ ...config, users });
}
