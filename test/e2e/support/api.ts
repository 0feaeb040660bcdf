import { Agent, request } from "node:https";
import type { KubeConfig, KubernetesObject } from "@kubernetes/client-node";

/** How long an answer may take. A busy machine takes its time; a server that hangs fails the test all the same. */
const patienceSeconds = 240;

/** What the API server answered. */
export interface Answer {
    status: number;
    /** The object, or a Status that says why not. */
    body: Record<string, unknown> & { message?: string };
    /** Texts of its Warning headers, as kubectl prints them. */
    warnings: string[];
}

/** What goes with a request. */
export interface CallOptions {
    query?: Record<string, string>;
    body?: unknown;
    /** Default application/json. */
    contentType?: string;
    /** Acts as this user, as `kubectl --as` does. */
    as?: string;
}

/** Any Kubernetes object with the fields that a request needs. */
export type Manifest = KubernetesObject & { metadata: { name?: string; namespace?: string } };

/** What discovery says of a kind: where its objects are. */
export interface Resource {
    name: string;
    kind: string;
    namespaced: boolean;
    verbs: string[];
    group: string;
    version: string;
}

/** Requests as they are: @kubernetes/client-node hides warnings, and refuses to send what its types do not know. */
export class Api {
    private readonly agent = new Agent({ keepAlive: true, maxSockets: 8 });
    private readonly discovered = new Map<string, Promise<Resource[]>>();

    constructor(private readonly config: KubeConfig) {}

    async call(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
        const cluster = this.config.getCurrentCluster();
        const token = this.config.getCurrentUser()?.token;
        if (cluster === null || token === undefined) throw new Error("a kubeconfig with a token is needed");
        const url = new URL(path, cluster.server);
        for (const [key, value] of Object.entries(options.query ?? {})) url.searchParams.set(key, value);
        const text = options.body === undefined ? undefined : JSON.stringify(options.body);
        const headers = {
            Authorization: `Bearer ${token}`,
            Accept: "application/json",
            ...(text === undefined
                ? {}
                : {
                      "Content-Type": options.contentType ?? "application/json",
                      // Left to itself, Node sends the body of a DELETE without one, and spoils the connection for the
                      // next request.
                      "Content-Length": Buffer.byteLength(text),
                  }),
            ...(options.as === undefined ? {} : { "Impersonate-User": options.as }),
        };
        const ca = Buffer.from(cluster.caData ?? "", "base64");
        return new Promise((resolve, reject) => {
            const sent = request(
                url,
                { method, headers, ca, agent: this.agent, timeout: patienceSeconds * 1000 },
                (response) => {
                    let received = "";
                    response.setEncoding("utf8").on("data", (chunk: string) => (received += chunk));
                    response.once("error", reject).once("end", () => {
                        resolve({
                            status: response.statusCode ?? 0,
                            body: parsed(received),
                            warnings: warnings(response.rawHeaders),
                        });
                    });
                },
            );
            sent.once("error", reject).once("timeout", () =>
                sent.destroy(new Error(`no answer to ${method} ${path} in ${patienceSeconds} s`)),
            );
            sent.end(text);
        });
    }

    /** As `kubectl create --validate=strict`: an unknown or doubled field is an error. */
    async create(manifest: Manifest, query: Record<string, string> = {}): Promise<Answer> {
        const { collection } = await this.places(manifest);
        return this.call("POST", collection, { query: { fieldValidation: "Strict", ...query }, body: manifest });
    }

    /** Server-side apply, strict, without taking fields from another manager. */
    async apply(manifest: Manifest, query: Record<string, string> = {}): Promise<Answer> {
        const { item } = await this.places(manifest);
        return this.call("PATCH", item, {
            query: { fieldManager: "e2e", fieldValidation: "Strict", ...query },
            body: manifest,
            contentType: "application/apply-patch+yaml",
        });
    }

    /** A merge patch of an object, or of a subresource of it, such as `status`. */
    async patch(manifest: Manifest, body: unknown, subresource?: string): Promise<Answer> {
        const { item } = await this.places(manifest);
        return this.call("PATCH", subresource === undefined ? item : `${item}/${subresource}`, {
            contentType: "application/merge-patch+json",
            body,
        });
    }

    async get(manifest: Manifest): Promise<Answer> {
        return this.call("GET", (await this.places(manifest)).item);
    }

    /** Deletes in the background: dependents go where a controller manager runs. */
    async delete(manifest: Manifest, query: Record<string, string> = {}): Promise<Answer> {
        return this.call("DELETE", (await this.places(manifest)).item, {
            query: { propagationPolicy: "Background", ...query },
        });
    }

    /** Every kind of a group and version, subresources too. */
    resources(apiVersion: string): Promise<Resource[]> {
        let known = this.discovered.get(apiVersion);
        if (known === undefined) {
            known = this.discover(apiVersion);
            this.discovered.set(apiVersion, known);
        }
        return known;
    }

    /** Every kind of every group, subresources too. */
    async allResources(): Promise<Resource[]> {
        const { body } = await this.call("GET", "/apis");
        const groups = body["groups"] as { preferredVersion: { groupVersion: string } }[];
        const versions = ["v1", ...groups.map(({ preferredVersion }) => preferredVersion.groupVersion)];
        return (await Promise.all(versions.map((version) => this.resources(version)))).flat();
    }

    private async discover(apiVersion: string): Promise<Resource[]> {
        const { status, body } = await this.call("GET", root(apiVersion));
        if (status !== 200) throw new Error(`the API server does not serve ${apiVersion}`);
        const [version, group] = apiVersion.split("/").reverse();
        return (body["resources"] as Resource[]).map((resource) => ({
            ...resource,
            group: group ?? "",
            version: version ?? "",
        }));
    }

    private async places({
        apiVersion = "",
        kind = "",
        metadata,
    }: Manifest): Promise<{ collection: string; item: string }> {
        const resources = await this.resources(apiVersion);
        const resource = resources.find((one) => one.kind === kind && !one.name.includes("/"));
        if (resource === undefined) throw new Error(`${apiVersion} has no kind ${kind}`);
        const namespace = resource.namespaced ? `/namespaces/${metadata.namespace ?? "default"}` : "";
        const collection = `${root(apiVersion)}${namespace}/${resource.name}`;
        return { collection, item: `${collection}/${metadata.name ?? ""}` };
    }
}

function root(apiVersion: string): string {
    return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

function parsed(text: string): Answer["body"] {
    try {
        return JSON.parse(text) as Answer["body"];
    } catch {
        return { message: text };
    }
}

/** A header `299 - "text"` a warning. */
function warnings(rawHeaders: readonly string[]): string[] {
    return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === "warning");
}
