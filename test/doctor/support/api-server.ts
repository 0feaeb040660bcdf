import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { addressOf, close, listen } from "./loopback";

/** A request that the double was asked. */
interface Asked {
    method: string;
    path: string;
    query: URLSearchParams;
    authorization: string | undefined;
}

/** An answer that a test gives instead of the usual one. */
interface GivenAnswer {
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
    /** What a command prints that is run in a pod, and the message of its end; "silent": it never says anything. */
    exec?: (asked: Asked) => { stdout?: string; stderr?: string; message?: string } | "silent" | undefined;
    /** Comes first: an answer, or undefined for the usual one. */
    answer?: (asked: Asked) => GivenAnswer | undefined;
}

/** Starts one on loopback. */
export async function startApiDouble({
    lists = {},
    forbidden = [],
    answer,
    exec,
}: ApiDoubleOptions = {}): Promise<ApiDouble> {
    const asked: Asked[] = [];
    const upgraded: Duplex[] = [];
    const server = createServer((request, response) => {
        void respond(request, response);
    });
    server.on("upgrade", (request, socket) => {
        const one = askedOf(request);
        asked.push(one);
        upgraded.push(socket);
        runCommand(request, socket, exec?.(one));
    });
    async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        const one = askedOf(request);
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
        const isSelected = selects(query.get("fieldSelector"));
        return page(items.filter(isThere).filter(isSelected), query);
    }
    function review(body: string): GivenAnswer {
        const { spec } = JSON.parse(body) as { spec: { resourceAttributes: Record<string, string> } };
        const { verb, resource, subresource, namespace } = spec.resourceAttributes;
        const right = `${verb} ${resource}${subresource === undefined ? "" : `/${subresource}`}`;
        const allowed = !forbidden.includes(right) && !forbidden.includes(`${right} ${namespace ?? "everywhere"}`);
        return { status: 201, body: { status: { allowed } } };
    }
    await listen(server);
    const address = addressOf(server);
    return {
        kubeconfig: kubeconfigOf(address),
        server: address,
        asked,
        stop: () => {
            for (const socket of upgraded) socket.destroy();
            return close(server);
        },
    };
}

function askedOf({ method = "", url = "", headers }: IncomingMessage): Asked {
    const { pathname, searchParams } = new URL(url, "http://double");
    return { method, path: pathname, query: searchParams, authorization: headers.authorization };
}

/** What RFC 6455 appends to a client's key. */
const webSocketKey = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** Answers as the API server does a command in a pod: output on channels 1 and 2, its end on channel 3. */
function runCommand(
    { headers }: IncomingMessage,
    socket: Duplex,
    end: ReturnType<NonNullable<ApiDoubleOptions["exec"]>>,
) {
    if (end === undefined) {
        socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
        return;
    }
    const accept = createHash("sha1").update(`${headers["sec-websocket-key"]}${webSocketKey}`).digest("base64");
    const protocol = headers["sec-websocket-protocol"]?.split(",")[0] ?? "";
    const lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"];
    const answers = [`Sec-WebSocket-Accept: ${accept}`, `Sec-WebSocket-Protocol: ${protocol}`];
    socket.write([...lines, ...answers, "", ""].join("\r\n"));
    socket.on("error", () => undefined);
    if (end === "silent") return;
    const { stdout = "", stderr = "", message = "" } = end;
    if (stdout !== "") socket.write(frame(1, stdout));
    if (stderr !== "") socket.write(frame(2, stderr));
    socket.write(frame(3, JSON.stringify({ status: message === "" ? "Success" : "Failure", message })));
    socket.on("data", () => socket.destroy());
}

/** A message of fewer than 65,536 bytes from the server, on a channel. */
function frame(channel: number, text: string): Buffer {
    const payload = Buffer.concat([Buffer.of(channel), Buffer.from(text)]);
    const head = Buffer.of(0x82, 126, payload.length >> 8, payload.length & 255);
    return Buffer.concat([head, payload]);
}

/** Whether an object has the value that a field selector of one field, such as `type=Warning`, wants. */
function selects(selector: string | null): (item: object) => boolean {
    const [field = "", wanted] = selector?.split("=") ?? [];
    return (item) => wanted === undefined || new Map(Object.entries(item)).get(field) === wanted;
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
        ...["nodes", "pods", "events", "namespaces"].map((name) => `/api/v1/${name}`),
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
