import * as https from "node:https";
import { KubeConfig } from "@kubernetes/client-node";
import { isProperties, textAt, type Properties } from "../values.js";

/** An answer of the API server that is no success. */
export class ApiError extends Error {
    constructor(
        readonly statusCode: number,
        message: string,
    ) {
        super(message);
    }
}

/** The API server could not be reached at all. */
export class Unreachable extends Error {}

/** Which object. */
export interface ObjectKey {
    apiVersion: string;
    kind: string;
    namespace: string | undefined;
    name: string;
}

/** Who writes: the API server keeps, for every field, who set it. */
const fieldManager = "pulumi-kubernetes";

interface ApiResource {
    name: string;
    kind: string;
    namespaced: boolean;
}

/** The key of an object from its own text. */
export function keyOf(object: Properties): ObjectKey {
    const namespace = textAt(object, "metadata.namespace");
    return {
        apiVersion: textAt(object, "apiVersion"),
        kind: textAt(object, "kind"),
        namespace: namespace === "" ? undefined : namespace,
        name: textAt(object, "metadata.name"),
    };
}

/**
 * A thin client of a real API server. It sends objects as they are: the typed clients leave out fields they do not
 * know, and a mistake would never reach the server.
 */
export class KubernetesApi {
    private readonly config = new KubeConfig();
    private readonly resources = new Map<string, Promise<ApiResource[]>>();
    private readonly agent = new https.Agent({ keepAlive: true, maxSockets: 8 });

    constructor(kubeconfig: string) {
        this.config.loadFromString(kubeconfig);
    }

    close(): void {
        this.agent.destroy();
    }

    async get(key: ObjectKey): Promise<Properties | undefined> {
        try {
            return await this.request("GET", await this.path(key));
        } catch (error) {
            if (error instanceof ApiError && error.statusCode === 404) return undefined;
            throw error;
        }
    }

    async list(apiVersion: string, kind: string, query = ""): Promise<Properties[]> {
        const path = await this.path({ apiVersion, kind, namespace: "", name: "" });
        const { items } = await this.request("GET", `${path}${query}`);
        return (items as Properties[]).map((item) => ({ apiVersion, kind, ...item }));
    }

    /** Calls back for every object of a kind that there is, and then for every change; gives what stops it. */
    async watch(
        [apiVersion, kind, query]: [apiVersion: string, kind: string, query: string],
        on: { change: (change: string, object: Properties) => void; error: (error: Error) => void },
    ): Promise<() => void> {
        const path = await this.path({ apiVersion, kind, namespace: "", name: "" });
        const { url, options } = await this.connection(
            "GET",
            `${path}?watch=true&resourceVersion=0&timeoutSeconds=86400&${query}`,
        );
        let stopped = false;
        const failed = (error: Error) => {
            if (!stopped) on.error(error);
        };
        const request = https.get(url, { ...options, timeout: undefined, agent: false }, (response) => {
            let rest = "";
            response.setEncoding("utf8").on("data", (chunk: string) => {
                const lines = (rest + chunk).split("\n");
                rest = lines.pop() ?? "";
                for (const line of lines) {
                    const { type, object } = JSON.parse(line) as { type: string; object: Properties };
                    if (response.statusCode === 200 && type !== "ERROR") on.change(type, object);
                    else failed(new ApiError(response.statusCode ?? 0, line));
                }
            });
            response.on("error", failed);
            response.on("end", () => {
                failed(new Unreachable(`the API server has ended a watch of ${kind}`));
            });
        });
        request.on("error", failed);
        return () => {
            stopped = true;
            request.destroy();
        };
    }

    /** Whether the API server knows the kind. */
    async serves(key: ObjectKey): Promise<boolean> {
        try {
            await this.path(key);
            return true;
        } catch (error) {
            if (error instanceof ApiError && error.statusCode === 404) return false;
            throw error;
        }
    }

    /** Server-side apply, strict: an unknown field is an error. */
    async apply(object: Properties, options: { dryRun?: boolean; subresource?: string } = {}): Promise<Properties> {
        const query = new URLSearchParams({ fieldManager, force: "true", fieldValidation: "Strict" });
        if (options.dryRun === true) query.set("dryRun", "All");
        const path = await this.path(keyOf(object));
        const subresource = options.subresource === undefined ? "" : `/${options.subresource}`;
        return this.request(
            "PATCH",
            `${path}${subresource}?${query.toString()}`,
            object,
            "application/apply-patch+yaml",
        );
    }

    /** Creates an object; with server-side apply's field manager. */
    async create(object: Properties): Promise<Properties> {
        const { name: _, ...key } = keyOf(object);
        const path = await this.path({ ...key, name: "" });
        return this.request("POST", `${path}?fieldManager=${fieldManager}&fieldValidation=Strict`, object);
    }

    /** A change of single items in lists, by their names, as `kubectl patch` makes it. */
    async strategic(key: ObjectKey, change: Properties): Promise<Properties> {
        const type = "application/strategic-merge-patch+json";
        return this.request("PATCH", `${await this.path(key)}?fieldManager=kubectl`, change, type);
    }

    /** A merge patch of an object or of a part of it. */
    async merge(key: ObjectKey, change: Properties, subresource = ""): Promise<Properties> {
        return this.request("PATCH", `${await this.path(key)}${subresource}`, change, "application/merge-patch+json");
    }

    async delete(key: ObjectKey, options: Properties = { propagationPolicy: "Background" }): Promise<void> {
        try {
            await this.request("DELETE", await this.path(key), options);
        } catch (error) {
            if (!(error instanceof ApiError && error.statusCode === 404)) throw error;
        }
    }

    private async path({ apiVersion, kind, namespace, name }: ObjectKey): Promise<string> {
        const base = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
        let known = this.resources.get(base);
        if (known === undefined) {
            known = this.request("GET", base).then(({ resources }) => resources as unknown as ApiResource[]);
            this.resources.set(base, known);
            // A group that is not there may come with a CRD.
            known.catch(() => this.resources.delete(base));
        }
        const resource = (await known).find((item) => item.kind === kind && !item.name.includes("/"));
        if (resource === undefined) {
            // A kind may come later than others of its group.
            this.resources.delete(base);
            throw new ApiError(404, `the server knows no ${kind} of ${apiVersion}`);
        }
        // An empty namespace means all of them, as in lists.
        const inNamespace = resource.namespaced && namespace !== "" ? `/namespaces/${namespace ?? "default"}` : "";
        return `${base}${inNamespace}/${resource.name}${name === "" ? "" : `/${encodeURIComponent(name)}`}`;
    }

    async request(
        method: string,
        path: string,
        body?: Properties,
        contentType = "application/json",
    ): Promise<Properties> {
        const text = body === undefined ? undefined : JSON.stringify(body);
        const { url, options } = await this.connection(method, path, contentType, text);
        const { status, received } = await send(url, options, text);
        // Of a group that it does not know, the API server says so in plain text.
        if (status === 404 && !received.startsWith("{")) throw new ApiError(status, received);
        const answer = (received === "" ? {} : JSON.parse(received)) as Properties;
        if (status >= 400) throw new ApiError(status, isProperties(answer) ? textAt(answer, "message") : received);
        return answer;
    }

    /** Where a request goes, and with what. */
    private async connection(
        method: string,
        path: string,
        contentType = "application/json",
        text?: string,
    ): Promise<{ url: URL; options: https.RequestOptions }> {
        const cluster = this.config.getCurrentCluster();
        if (cluster === null) throw new Error("the kubeconfig has no current cluster");
        const headers = {
            accept: "application/json",
            "content-type": contentType,
            // Left to itself, Node sends the body of a DELETE without one, and spoils the connection for the next
            // request.
            ...(text === undefined ? {} : { "content-length": Buffer.byteLength(text) }),
        };
        const options: https.RequestOptions = { method, timeout: 30_000, headers };
        await this.config.applyToHTTPSOptions(options);
        // The client's own makes a connection for each request.
        options.agent = this.agent;
        return { url: new URL(path, cluster.server), options };
    }
}

function send(
    url: URL,
    options: https.RequestOptions,
    body: string | undefined,
): Promise<{ status: number; received: string }> {
    return new Promise((done, failed) => {
        const request = https.request(url, options, (response) => {
            const chunks: Buffer[] = [];
            response.on("data", (chunk: Buffer) => chunks.push(chunk));
            response.on("error", failed);
            response.on("end", () => {
                done({ status: response.statusCode ?? 0, received: Buffer.concat(chunks).toString("utf8") });
            });
        });
        request.on("timeout", () => request.destroy(new Error("no answer within 30 seconds")));
        request.on("error", (error: NodeJS.ErrnoException) => {
            // The API server closes idle connections, also one that is just taken up again: it has seen no request.
            if (request.reusedSocket && error.code === "ECONNRESET") send(url, options, body).then(done, failed);
            else failed(new Unreachable(`configured Kubernetes cluster is unreachable: ${error.message}`));
        });
        request.end(body);
    });
}
