import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request that the double was asked. */
interface Asked {
    method: string;
    path: string;
    query: URLSearchParams;
    authorization: string | undefined;
}

/** An answer that a test gives instead of the usual one. */
export interface GivenAnswer {
    status: number;
    body?: unknown;
    headers?: Record<string, string>;
}

/** A double of the API server: lists in pages, access reviews, and whatever else a test answers itself. */
export interface ApiDouble {
    /** Kubeconfig for it, as text. */
    kubeconfig: string;
    server: string;
    asked: readonly Asked[];
    stop: () => Promise<void>;
}

export interface ApiDoubleOptions {
    /** Objects by the path of their list, such as `/api/v1/pods`; the paths in namespaces follow from it. */
    lists?: Record<string, readonly object[]>;
    /** Rights that are missing: `list pods`, `list pods kube-system`, or `list pods everywhere`: only in namespaces. */
    forbidden?: readonly string[];
    /** Comes first: an answer, or undefined for the usual one. */
    answer?: (asked: Asked) => GivenAnswer | undefined;
}

/** Starts one on loopback. */
export async function startApiDouble({
    lists = {},
    forbidden = [],
    answer,
}: ApiDoubleOptions = {}): Promise<ApiDouble> {
    const asked: Asked[] = [];
    const server = createServer((request, response) => {
        void respond(request, response);
    });
    async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        const { pathname, searchParams } = new URL(request.url ?? "", "http://double");
        const one: Asked = {
            method: request.method ?? "",
            path: pathname,
            query: searchParams,
            authorization: request.headers.authorization,
        };
        asked.push(one);
        const { status, body, headers } = answer?.(one) ?? usual(one, Buffer.concat(chunks).toString());
        response.writeHead(status, { "content-type": "application/json", ...headers });
        response.end(typeof body === "string" ? body : JSON.stringify(body ?? {}));
    }
    function usual({ path, query }: Asked, body: string): GivenAnswer {
        if (path === "/version") return { status: 200, body: { gitVersion: "v1.36.2" } };
        if (path.endsWith("/selfsubjectaccessreviews")) return review(body);
        const [, head = "", namespace, resource = ""] = /^(.*?)\/namespaces\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
        const items = lists[namespace === undefined ? path : `${head}/${resource}`];
        if (items === undefined) return { status: 404, body: { message: "not found" } };
        const isThere = (item: { metadata?: { namespace?: string } }) =>
            namespace === undefined || item.metadata?.namespace === namespace;
        return page(items.filter(isThere), query);
    }
    function review(body: string): GivenAnswer {
        const { spec } = JSON.parse(body) as { spec: { resourceAttributes: Record<string, string> } };
        const { verb, resource, subresource, namespace } = spec.resourceAttributes;
        const right = `${verb} ${resource}${subresource === undefined ? "" : `/${subresource}`}`;
        const allowed = !forbidden.includes(right) && !forbidden.includes(`${right} ${namespace ?? "everywhere"}`);
        return { status: 201, body: { status: { allowed } } };
    }
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return {
        kubeconfig: kubeconfigOf(address),
        server: address,
        asked,
        stop: () =>
            new Promise((resolve) => {
                server.close(() => {
                    resolve();
                });
                server.closeAllConnections();
            }),
    };
}

/** A page as the API server cuts it: the token is where to go on. */
function page(items: readonly object[], query: URLSearchParams): GivenAnswer {
    const from = Number(query.get("continue") ?? 0);
    const to = from + Number(query.get("limit") ?? items.length);
    const more = to < items.length ? { continue: String(to) } : {};
    return { status: 200, body: { metadata: { resourceVersion: "1", ...more }, items: items.slice(from, to) } };
}

/** Every list that the doctor reads, empty. */
export const emptyLists: Record<string, readonly object[]> = Object.fromEntries(
    [
        ...["nodes", "pods", "events", "namespaces", "resourcequotas", "limitranges"].map((name) => `/api/v1/${name}`),
        ...["daemonsets", "deployments", "statefulsets"].map((name) => `/apis/apps/v1/${name}`),
        ...["jobs", "cronjobs"].map((name) => `/apis/batch/v1/${name}`),
        "/apis/networking.k8s.io/v1/networkpolicies",
        ...["policies", "policybindings"].flatMap((what) =>
            ["validating", "mutating"].map((kind) => `/apis/admissionregistration.k8s.io/v1/${kind}admission${what}`),
        ),
    ].map((path) => [path, []]),
);

/** A kubeconfig for an address, with a token. */
export function kubeconfigOf(server: string): string {
    return JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name: "double", cluster: { server, "insecure-skip-tls-verify": true } }],
        users: [{ name: "reader", user: { token: "token-of-the-reader" } }],
        contexts: [{ name: "double", context: { cluster: "double", user: "reader" } }],
        "current-context": "double",
    });
}
