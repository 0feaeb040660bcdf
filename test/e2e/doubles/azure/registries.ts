import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { textAt, type Properties } from "../values.js";
import type { AzureResource, FakeAzure } from "./azure.js";
import { typeOf } from "./types.js";

const taskRunType = "azure-native:containerregistry:TaskRun";

/** One run of a task. */
export interface Run {
    runId: string;
    taskRun: string;
    status: "Succeeded" | "Failed";
    /** Why it failed; only its log says so. */
    reason: string;
    outputImages: { registry: string; repository: string; tag: string; digest: string }[];
}

/** What container registries do: they run tasks and keep images. */
export class Registries {
    /** How many of the next runs fail, as they do when a download or Docker Hub does not answer. */
    failures = 0;
    /**
     * Whether login servers have a hash in their name, as those of registries with a domain name label
     * (https://learn.microsoft.com/azure/container-registry/container-registry-get-started-azure-cli).
     */
    hashed = false;
    /** All runs, in order. */
    readonly runs: Run[] = [];
    /** Digests of the images by reference, `<login server>/<repository>:<tag>`. */
    readonly images = new Map<string, string>();

    constructor(private readonly azure: FakeAzure) {}

    loginServer(name: string): string {
        const hash = createHash("sha256").update(name).digest("hex").slice(0, 10);
        return `${name.toLowerCase()}${this.hashed ? `-${hash}` : ""}.azurecr.io`;
    }

    /** The newest run of a TaskRun. */
    newest(taskRun: string): Run | undefined {
        return this.runs.filter((run) => run.taskRun.toLowerCase() === taskRun.toLowerCase()).at(-1);
    }

    /**
     * A TaskRun runs when it is made and when its request changes. `forceUpdateTag` is there to repeat a request that
     * has not changed, so without another one the same request does not run again, whatever came of it
     * (https://learn.microsoft.com/rest/api/container-registry-tasks/task-runs/create).
     */
    put(type: string, id: string, body: Properties, existing: AzureResource | undefined): void {
        if (type !== taskRunType) return;
        const request = (of: Properties) => [of.runRequest, of.forceUpdateTag];
        if (existing !== undefined && isDeepStrictEqual(request(existing.body), request(body))) return;
        this.runs.push(this.run(id, body));
    }

    /**
     * The operation of a PUT ends with the run, and with an error that does not have the run's log. The TaskRun stays,
     * so the provider keeps it in the state, marked as unfinished
     * (https://github.com/pulumi/pulumi-azure-native/blob/master/provider/pkg/provider/crud/crud.go).
     */
    throwIfFailed(type: string, id: string, runsBefore: number): void {
        if (type !== taskRunType || this.runs.length === runsBefore) return;
        const run = this.newest(id);
        if (run?.status !== "Failed") return;
        throw new Error(`Code="RunFailed" Message="The run ${run.runId} of task run ${id} failed."`);
    }

    private run(id: string, body: Properties): Run {
        const runId = `cb${(this.runs.length + 1).toString(36)}`;
        const registry = this.azure.get(typeOf(taskRunType).parent(body) ?? "");
        const reason = this.refusal(registry, body) ?? (this.failures > 0 ? "toomanyrequests" : "");
        if (reason === "toomanyrequests") this.failures--;
        if (reason !== "") return { runId, taskRun: id, status: "Failed", reason, outputImages: [] };
        const server = textAt(registry?.shown ?? {}, "loginServer");
        const outputImages = pushedImages(body).map(({ repository, tag }) => {
            const digest = `sha256:${createHash("sha256").update(`${repository}:${tag} ${runId}`).digest("hex")}`;
            this.images.set(`${server}/${repository}:${tag}`, digest);
            return { registry: server, repository, tag, digest };
        });
        return { runId, taskRun: id, status: "Succeeded", reason, outputImages };
    }

    /** Why a run cannot push to its registry. */
    private refusal(registry: AzureResource | undefined, body: Properties): string | undefined {
        const { shown = {} } = registry ?? {};
        // Tasks have no right of their own to the data of a registry in ABAC mode:
        // https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions
        if (shown.roleAssignmentMode === "AbacRepositoryPermissions") return "unauthorized";
        const agents = textAt(body, "runRequest.agentPoolName");
        const pool = agents === "" ? undefined : this.azure.get(`${registry?.id ?? ""}/agentPools/${agents}`);
        if (agents !== "" && pool === undefined) return "the agent pool does not exist";
        // Shared agents are outside of the registry's network, and those in a subnet come in by a private endpoint:
        // https://learn.microsoft.com/azure/container-registry/tasks-agent-pools
        const isInside =
            textAt(pool?.body ?? {}, "virtualNetworkSubnetResourceId") !== "" && this.hasEndpoint(registry);
        return shown.publicNetworkAccess === "Disabled" && !isInside ? "denied by the network" : undefined;
    }

    private hasEndpoint(registry: AzureResource | undefined): boolean {
        return this.azure.all("azure-native:network:PrivateEndpoint").some(({ body }) => {
            const [connection] = (body.privateLinkServiceConnections ?? []) as Properties[];
            return connection?.privateLinkServiceId === registry?.id;
        });
    }
}

/** The repositories and tags a task pushes, from its encoded definition. */
function pushedImages(body: Properties): { repository: string; tag: string }[] {
    const yaml = Buffer.from(textAt(body, "runRequest.encodedTaskContent"), "base64").toString("utf8");
    const pushed = /push: \[([^\]]*)\]/.exec(yaml)?.[1] ?? "";
    return [...pushed.matchAll(/\$Registry\/([^:']+):([^']+)'/g)].map(([, repository = "", tag = ""]) => ({
        repository,
        tag,
    }));
}
