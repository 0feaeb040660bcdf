import { createHash } from "node:crypto";
import { armErrors, armSchemas, withoutSchema } from "../../../support/arm.js";
import { at, textAt, type Properties } from "../values.js";
import { aksRules, clusterType } from "./aks.js";
import { clusterOfPool, poolType, shownOfPool } from "./pools.js";
import { Registries } from "./registries.js";
import { deploy, deploymentType } from "./templates.js";
import { inlinePools, typeOf } from "./types.js";

/** An error as Azure Resource Manager answers. */
export class AzureError extends Error {
    constructor(
        readonly statusCode: number,
        readonly code: string,
        readonly text: string,
    ) {
        super(`Status=${statusCode} Code="${code}" Message="${text}"`);
    }
}

/** A resource of this Azure. */
export interface AzureResource {
    id: string;
    type: string;
    /** The last body it was given, in the SDK's form. */
    body: Properties;
    /** What a GET shows: the body and what Azure added. */
    shown: Properties;
    state: "Creating" | "Updating" | "Deleting" | "Succeeded";
    /** When it was made, in milliseconds. */
    madeAt: number;
    /** A pool that came with the body of its cluster: part of the cluster, though it has an id of its own. */
    inline?: boolean;
}

/** How slow Azure is, and how often it is in the way of its own. Nothing of it by default. */
export interface Conditions {
    /** Milliseconds after which a role assignment works. */
    rolesWorkAfter: number;
    /** Milliseconds that AKS works on a cluster after it has said that it is made. */
    workAfterCreation: number;
    /** How many requests for each cluster and its pools are refused with `EtagMismatch`. */
    mismatches: number;
}

/** A fault to inject into the next matching requests. */
export interface Fault {
    /**
     * "fail": refused at once. "throttle": 429, with a wait. "timeout": accepted and carried out, but the client stops
     * waiting.
     */
    kind: "fail" | "throttle" | "timeout";
    method: "PUT" | "DELETE";
    /** Type of azure-native the request is for. */
    type: string;
    times: number;
}

/** One request that changed something, or tried to. */
export interface LoggedRequest {
    method: "PUT" | "DELETE";
    type: string;
    id: string;
    outcome: "done" | "failed" | "throttled" | "refused";
}

export const subscription = "/subscriptions/5b1b2a3c-0000-4000-8000-000000000001";
export const tenant = "5b1b2a3c-0000-4000-8000-00000000000a";

/** Something that looks like a UUID, always the same for a text. */
export function uuidOf(text: string): string {
    const hex = createHash("sha256").update(text).digest("hex");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const emptyPool = (id: string): AzureResource => ({
    id,
    type: poolType,
    body: {},
    shown: {},
    state: "Creating",
    madeAt: Date.now(),
    inline: true,
});

const withoutUndefined = (body: Properties): Properties =>
    Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));

const sleep = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds));

/**
 * A small Azure: resources by id, outside of any engine, with the rules that matter to this project. It knows nothing
 * of Pulumi: azure-native's double (`provider.ts`) is its client.
 */
export class FakeAzure {
    readonly resources = new Map<string, AzureResource>();
    readonly requests: LoggedRequest[] = [];
    readonly faults: Fault[] = [];
    /** Ids that a deletion has left taken. */
    private readonly softDeleted = new Set<string>();
    /** Pools that are part of their cluster, by id. */
    private readonly inline = new Map<string, AzureResource>();
    private readonly mismatched = new Map<string, number>();
    readonly registries = new Registries(this);
    /** How long the operations take that take long in Azure, in milliseconds. */
    delay = 0;
    conditions: Conditions = { rolesWorkAfter: 0, workAfterCreation: 0, mismatches: 0 };
    /** Kubeconfig text that clusters hand out. */
    kubeconfig: (cluster: AzureResource, format: string) => string = () => "";
    /** Called when a cluster's pools have changed, before the operation is over: nodes come and go. */
    onPools: (cluster: string, pools: AzureResource[]) => Promise<void> = () => Promise.resolve();

    /** Azure on its worst day. */
    worst(): void {
        this.conditions = { rolesWorkAfter: 3000, workAfterCreation: 1500, mismatches: 2 };
    }

    get(id: string): AzureResource | undefined {
        return this.resources.get(id.toLowerCase()) ?? this.inline.get(id.toLowerCase());
    }

    /** Whether AKS is at work on a cluster by itself. */
    isAtWork({ type, state, madeAt }: AzureResource): boolean {
        return type === clusterType && state === "Succeeded" && Date.now() < madeAt + this.conditions.workAfterCreation;
    }

    /** Takes one of the mismatches that a cluster is to meet; false where none is left. */
    takeMismatch({ id }: AzureResource): boolean {
        const taken = this.mismatched.get(id) ?? 0;
        if (taken >= this.conditions.mismatches) return false;
        this.mismatched.set(id, taken + 1);
        return true;
    }

    /** All of one type. */
    all(type: string): AzureResource[] {
        return [...this.resources.values()].filter((resource) => resource.type === type);
    }

    /** Whatever is below a path, itself excluded. */
    below(id: string): AzureResource[] {
        const prefix = `${id.toLowerCase()}/`;
        return [...this.resources.values()].filter((resource) => resource.id.toLowerCase().startsWith(prefix));
    }

    /** Changes a resource from outside: drift. */
    edit(id: string, change: (shown: Properties) => void): void {
        const resource = this.get(id);
        if (resource === undefined) throw new Error(`${id} is not there to edit`);
        change(resource.shown);
    }

    /** Removes a resource from outside, with everything in it. */
    remove(id: string): void {
        const prefix = `${id.toLowerCase()}/`;
        for (const known of [this.resources, this.inline]) {
            for (const key of [...known.keys()].filter((other) => other.startsWith(prefix))) known.delete(key);
            known.delete(id.toLowerCase());
        }
    }

    /** PUT. `timedOut` is called when the client gives up while Azure goes on. */
    async put(type: string, id: string, body: Properties): Promise<AzureResource> {
        const existing = this.get(id);
        const give = this.fault("PUT", type, id);
        try {
            this.validate(type, id, body, existing);
        } catch (error) {
            this.log("PUT", type, id, "refused");
            throw error;
        }
        const runs = this.registries.runs.length;
        this.registries.put(type, id, body, existing);
        const resource = this.record(type, id, body, existing);
        if (type === clusterType) this.recordInlinePools(resource);
        await this.carryOut(resource, type);
        resource.state = "Succeeded";
        if (existing === undefined) resource.madeAt = Date.now();
        this.log("PUT", type, id, "done");
        this.registries.throwIfFailed(type, id, runs);
        if (give === "timeout") throw new Error("context deadline exceeded: the operation is still running in Azure");
        return resource;
    }

    async delete(type: string, id: string): Promise<void> {
        const resource = this.get(id);
        if (resource === undefined) return;
        const give = this.fault("DELETE", type, id);
        try {
            aksRules.remove(resource, this);
        } catch (error) {
            this.log("DELETE", type, id, "refused");
            throw error;
        }
        resource.state = "Deleting";
        const { pools } = aksRules.affected(resource, this);
        if (typeOf(type).slow) await sleep(this.delay);
        // A pool is there, and its cluster busy, until its nodes are gone.
        if (type !== poolType) this.remove(id);
        const left = pools === undefined ? [] : this.poolsOf(pools).filter((pool) => pool !== resource);
        if (pools !== undefined) await this.onPools(pools, left);
        this.remove(id);
        if (typeOf(type).softDelete) this.softDeleted.add(id.toLowerCase());
        this.log("DELETE", type, id, "done");
        if (give === "timeout") throw new Error("context deadline exceeded: the operation is still running in Azure");
    }

    /** All pools of a cluster, by name. */
    poolsOf(cluster: string): AzureResource[] {
        const prefix = `${cluster.toLowerCase()}/`;
        return [...this.inline.values(), ...this.resources.values()]
            .filter(({ id, type }) => type === poolType && id.toLowerCase().startsWith(prefix))
            .sort((one, other) => (one.id < other.id ? -1 : 1));
    }

    /** The cluster autoscaler changes the number of a pool's nodes. */
    async autoscale(pool: string, count: number): Promise<void> {
        this.edit(pool, (shown) => (shown.count = count));
        const cluster = clusterOfPool(pool);
        await this.onPools(cluster, this.poolsOf(cluster));
    }

    private record(type: string, id: string, given: Properties, existing: AzureResource | undefined): AzureResource {
        // What a request leaves out, a pool keeps.
        const kept = existing === undefined ? {} : { ...existing.body, count: existing.shown.count };
        const body = type === poolType ? { ...kept, ...withoutUndefined(given) } : given;
        const added = type === poolType ? shownOfPool(id, body, existing, this) : typeOf(type).shows(body, id, this);
        const resource: AzureResource = {
            id,
            type,
            body,
            shown: { ...body, ...added, provisioningState: "Succeeded" },
            state: existing === undefined ? "Creating" : "Updating",
            madeAt: existing?.madeAt ?? Date.now(),
            ...(existing?.inline === true ? { inline: true } : {}),
        };
        (resource.inline === true ? this.inline : this.resources).set(id.toLowerCase(), resource);
        return resource;
    }

    private recordInlinePools({ id: cluster, body }: AzureResource): void {
        for (const { name, ...profile } of inlinePools(body)) {
            const id = `${cluster}/agentPools/${textAt({ name }, "name")}`;
            const existing = this.get(id);
            const pool = { ...profile, agentPoolName: name };
            if (existing !== undefined && existing.inline !== true) continue;
            if (existing === undefined) this.inline.set(id.toLowerCase(), { ...emptyPool(id), body: pool });
            this.record(poolType, id, pool, existing ?? this.get(id)).state = "Succeeded";
        }
    }

    private async carryOut(resource: AzureResource, type: string): Promise<void> {
        if (type === deploymentType) await deploy(resource, this);
        if (typeOf(type).slow) await sleep(this.delay);
        const { pools } = aksRules.affected(resource, this);
        if (pools !== undefined) await this.onPools(pools, this.poolsOf(pools));
    }

    private validate(type: string, id: string, body: Properties, existing: AzureResource | undefined): void {
        const parent = typeOf(type).parent(body);
        if (parent !== undefined && this.get(parent) === undefined) {
            throw new AzureError(
                404,
                "ParentResourceNotFound",
                `${parent} could not be found, so ${id} cannot be made`,
            );
        }
        if (this.softDeleted.has(id.toLowerCase()) && at(body, "properties.createMode") !== "recover") {
            const message =
                "A vault with the same name already exists in deleted state. You need to either recover or purge existing key vault.";
            throw new AzureError(409, "ConflictError", message);
        }
        this.softDeleted.delete(id.toLowerCase());
        if (armSchemas !== undefined && !withoutSchema.includes(type)) {
            const { azureApiVersion: _, ...inputs } = body;
            const errors = armErrors(type, inputs);
            if (errors.length > 0) throw new AzureError(400, "InvalidRequestContent", `${id}: ${errors.join("; ")}`);
        }
        aksRules.put(type, id, body, existing, this);
    }

    private fault(method: "PUT" | "DELETE", type: string, id: string): "timeout" | undefined {
        const fault = this.faults.find((item) => item.method === method && item.type === type && item.times > 0);
        if (fault === undefined) return undefined;
        fault.times--;
        if (fault.kind === "timeout") return "timeout";
        if (fault.kind === "throttle") {
            this.log(method, type, id, "throttled");
            throw new AzureError(429, "TooManyRequests", "The request is being throttled; retry after 1 second");
        }
        this.log(method, type, id, "failed");
        throw new AzureError(500, "InternalServerError", "Encountered an internal server error (injected)");
    }

    private log(method: "PUT" | "DELETE", type: string, id: string, outcome: LoggedRequest["outcome"]): void {
        this.requests.push({ method, type, id, outcome });
    }
}
