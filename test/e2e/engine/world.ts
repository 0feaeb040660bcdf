import { delimiter, resolve } from "node:path";
import { FakeAzure, subscription, tenant, type AzureResource } from "../doubles/azure/azure.js";
import { canPull } from "../doubles/azure/roles.js";
import { azureNativeDouble, version as azureNativeVersion } from "../doubles/azure/provider.js";
import { keyOf, KubernetesApi, type ObjectKey } from "../doubles/kubernetes/api.js";
import { FakeKubelets } from "../doubles/kubernetes/kubelet.js";
import { kubernetesDouble, version as kubernetesVersion } from "../doubles/kubernetes/provider.js";
import { serveProvider, type CallWatcher } from "../doubles/provider.js";
import { at, textAt, type Properties } from "../doubles/values.js";
import { startControlPlane, type ControlPlane } from "../support/control-plane.js";
import { waitFor } from "../support/wait.js";
import { Link } from "./link.js";
import { typescriptProgram, type Program } from "./program.js";
import { Project, type Providers } from "./project.js";

/** One thing that was written to the cluster. */
export interface Write {
    verb: "create" | "update" | "delete";
    object: ObjectKey;
}

/**
 * Everything around the engine: an Azure, a Kubernetes control plane with stand-ins for kubelets, and the providers in
 * front of both.
 */
export interface World {
    azure: FakeAzure;
    plane: ControlPlane;
    api: KubernetesApi;
    /** The way that the kubeconfigs name. */
    link: Link;
    kubelets: FakeKubelets;
    /** What was written to the cluster through the provider, in order. */
    writes: Write[];
    /** Called for every call to a provider that changes something. */
    watchers: Set<CallWatcher>;
    /** Values that must not appear in clear anywhere. */
    secrets: string[];
    /** A project for a stack, with the repository's program where none is named. */
    project(stack: string, program?: Program): Promise<Project>;
    /** Kubernetes objects of this project in the cluster, as `Kind namespace/name`. */
    objects(): Promise<string[]>;
    /** Resources in Azure, as `Type name`. */
    azureResources(): string[];
    stop(): Promise<void>;
}

/** The cluster that stack `existing` names, which another program made. */
export async function provideExistingCluster({ azure }: World): Promise<void> {
    const location = "westeurope";
    const group = `${subscription}/resourceGroups/team-a`;
    await azure.put("azure-native:resources:ResourceGroup", group, { resourceGroupName: "team-a", location });
    const id = `${group}/providers/Microsoft.ContainerService/managedClusters/team-a-aks`;
    const pool = { name: "system", mode: "System", count: 2, vmSize: "Standard_D2s_v5" };
    await azure.put("azure-native:containerservice:ManagedCluster", id, {
        resourceGroupName: "team-a",
        resourceName: "team-a-aks",
        location,
        dnsPrefix: "team-a",
        identity: { type: "SystemAssigned" },
        agentPoolProfiles: [pool],
    });
}

/** The user whose token the clusters hand out. */
const user = { name: "aks-cluster-user", groups: ["system:masters"] };

export async function startWorld(): Promise<World> {
    const plane = await startControlPlane({ controllerManager: true, scheduler: true, users: [user] });
    const link = await Link.to(plane.port);
    const kubeconfig = plane.kubeconfigOf(user.name, `https://127.0.0.1:${link.port}`);
    const token = (JSON.parse(kubeconfig) as { users: { user: { token: string } }[] }).users[0]?.user.token ?? "";
    // The double runs in this process, and so does the credential plugin it starts.
    process.env.PATH = [resolve("test/e2e/doubles/bin"), process.env.PATH].join(delimiter);
    process.env.E2E_KUBELOGIN_TOKEN = token;

    const api = new KubernetesApi(plane.kubeconfig.text);
    const kubelets = new FakeKubelets(api);
    const azure = new FakeAzure();
    kubelets.canPull = (image) => canPull(image, azure);
    azure.kubeconfig = (cluster, format) => clusterUserKubeconfig(kubeconfig, cluster, format);
    azure.onPools = async (cluster, pools) => {
        await kubelets.follow(pools);
        if (azure.get(cluster) === undefined) await clear(api);
    };
    const writes: Write[] = [];
    const watchers = new Set<CallWatcher>();
    const watch: CallWatcher = (moment, call) => {
        for (const watcher of watchers) watcher(moment, call);
    };
    const served = {
        "azure-native": await serveProvider(() => azureNativeDouble(azure), azureNativeVersion, watch),
        kubernetes: await serveProvider(
            () =>
                kubernetesDouble({
                    // A Job's 15 minutes are half a minute here.
                    waitMilliseconds: (seconds) => Math.max(30_000, seconds * 15),
                    onWrite: (verb, object) => void writes.push({ verb, object }),
                }),
            kubernetesVersion,
            watch,
        ),
    } satisfies Providers;
    const projects: Project[] = [];
    return {
        azure,
        plane,
        api,
        link,
        kubelets,
        writes,
        watchers,
        secrets: [token],
        project: (stack, program = typescriptProgram()) => {
            const project = new Project(stack, served, program);
            projects.push(project);
            return project.init();
        },
        objects: () => ownObjects(api),
        azureResources: () => [...azure.resources.values()].map(({ type, id }) => `${shortType(type)} ${lastPart(id)}`),
        stop: async () => {
            for (const project of projects) project.remove();
            await kubelets.stop();
            for (const provider of Object.values(served)) provider.stop();
            api.close();
            await link.cut();
            await plane.stop();
        },
    };
}

const shortType = (type: string) => type.split(":").at(-1) ?? "";
const lastPart = (id: string) => id.split("/").at(-1) ?? "";

/** What AKS hands out: a token; with Entra ID, the call of a credential plugin. */
function clusterUserKubeconfig(kubeconfig: string, { shown }: AzureResource, format: string): string {
    if (shown.aadProfile === undefined) return kubeconfig;
    if (format !== "exec") throw new Error("the deprecated format of Entra ID kubeconfigs was asked for");
    const config = JSON.parse(kubeconfig) as { users: { name: string; user: object }[] };
    // As Azure has it in https://github.com/pulumi/pulumi-azure-native/issues/2579.
    const args = [
        ...["get-token", "--environment", "AzurePublicCloud", "--server-id", "6dae42f8-4368-4678-94ff-3960e28e3630"],
        ...["--client-id", "80faf920-1908-4b52-b5ef-a8e7bedfc67a", "--tenant-id", tenant, "--login", "devicecode"],
    ];
    const exec = { apiVersion: "client.authentication.k8s.io/v1beta1", command: "kubelogin", args };
    return JSON.stringify({ ...config, users: config.users.map(({ name }) => ({ name, user: { exec } })) });
}

/** Kinds of this project, as the cluster knows them. */
const kinds = [
    ["admissionregistration.k8s.io/v1", "MutatingAdmissionPolicyBinding"],
    ["admissionregistration.k8s.io/v1", "MutatingAdmissionPolicy"],
    ["admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding"],
    ["admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy"],
    ["v1", "Namespace"],
    ["v1", "ConfigMap"],
    ["v1", "ServiceAccount"],
    ["networking.k8s.io/v1", "NetworkPolicy"],
    ["apps/v1", "DaemonSet"],
    ["batch/v1", "Job"],
    ["scheduling.k8s.io/v1", "PriorityClass"],
    ["rbac.authorization.k8s.io/v1", "ClusterRole"],
    ["rbac.authorization.k8s.io/v1", "ClusterRoleBinding"],
] as const;

const selector = "?labelSelector=app.kubernetes.io/part-of=confidential-aks";

/**
 * A cluster that Azure deletes takes its objects along; the next one that this control plane stands for starts empty.
 */
async function clear(api: KubernetesApi): Promise<void> {
    for (const [version, kind] of kinds) {
        for (const object of await api.list(version, kind, selector)) await api.delete(keyOf(object));
    }
    await waitFor("the objects of the deleted cluster to go", async () => (await remaining(api)).length === 0, {
        every: 50,
        explain: async () => (await remaining(api)).map((object) => JSON.stringify(object)).join("\n"),
    });
}

async function remaining(api: KubernetesApi): Promise<Properties[]> {
    return (await Promise.all(kinds.map(([version, kind]) => api.list(version, kind, selector)))).flat();
}

async function ownObjects(api: KubernetesApi): Promise<string[]> {
    return (await remaining(api))
        .filter((object) => at(object, "metadata.deletionTimestamp") === undefined)
        .map((object) => {
            const namespace = textAt(object, "metadata.namespace");
            const name = textAt(object, "metadata.name");
            return `${textAt(object, "kind")} ${namespace === "" ? "" : `${namespace}/`}${name}`;
        })
        .sort();
}
