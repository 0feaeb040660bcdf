import type { Api } from "../support/api";
import type { Pod } from "./pods";

type Named = { name?: string; key?: string };

/**
 * What counts of a pod that the API server gave back: labels, annotations and spec, without what is random (the name of
 * the token's volume), and with lists whose order means nothing put in order. Containers, variables and commands keep
 * theirs.
 */
function essence(body: Record<string, unknown>): unknown {
    const { metadata, spec } = JSON.parse(
        JSON.stringify(body).replaceAll(/kube-api-access-\w+/g, "kube-api-access"),
    ) as Pod;
    const orderless = new Set(["volumes", "volumeMounts", "tolerations"]);
    const ordered = (value: unknown, key = ""): unknown => {
        if (Array.isArray(value)) {
            const items = value.map((item) => ordered(item));
            const text = (item: unknown) =>
                `${(item as Named).name ?? ""} ${(item as Named).key ?? ""} ${JSON.stringify(item)}`;
            return orderless.has(key) ? items.sort((a, b) => (text(a) < text(b) ? -1 : 1)) : items;
        }
        if (typeof value !== "object" || value === null) return value;
        return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, ordered(item, name)]));
    };
    const { labels, annotations } = metadata as { labels?: object; annotations?: object };
    return { labels, annotations, spec: ordered(spec) };
}

/** The same pod in another namespace. */
export function elsewhere(pod: Pod, namespace: string): Pod {
    const copy = structuredClone(pod);
    copy.metadata.namespace = namespace;
    return copy;
}

/** What the API server makes of a pod, without keeping it; throws when it is refused or met with a warning. */
export async function admitted(api: Api, pod: Pod): Promise<unknown> {
    const { status, body, warnings } = await api.create(pod, { dryRun: "All" });
    if (status !== 201 || warnings.length > 0) throw new Error([body.message, ...warnings].join("\n"));
    return essence(body);
}
