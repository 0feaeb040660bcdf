import { get } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";

/** A watch that is open. */
export interface Watching {
    /** Why it ended by itself; undefined while it goes on. */
    readonly ended: string | undefined;
    stop(): void;
}

/**
 * Watches a collection from now on: `onEvent` gets type and object of each change, in the order of the changes. With
 * `metadataOnly` the API server leaves all but the metadata out, so that looking costs it little.
 */
export async function watch(
    config: KubeConfig,
    path: string,
    onEvent: (type: string, object: unknown) => void,
    { query = {}, metadataOnly = false }: { query?: Record<string, string>; metadataOnly?: boolean } = {},
): Promise<Watching> {
    const url = new URL(path, config.getCurrentCluster()?.server);
    url.search = String(new URLSearchParams({ watch: "1", timeoutSeconds: "86400", ...query }));
    const kind = metadataOnly ? ";as=PartialObjectMetadata;g=meta.k8s.io;v=v1" : "";
    const headers = {
        Accept: `application/json${kind}`,
        Authorization: `Bearer ${config.getCurrentUser()?.token ?? ""}`,
    };
    const ca = Buffer.from(config.getCurrentCluster()?.caData ?? "", "base64");
    const state: { ended: string | undefined; stop: () => void } = { ended: undefined, stop: () => undefined };
    const end = (why: string) => (state.ended ??= why);
    await new Promise<void>((open, failed) => {
        const request = get(url, { headers, ca }, (response) => {
            if (response.statusCode !== 200) failed(new Error(`watch of ${path}: ${response.statusCode ?? 0}`));
            let rest = "";
            response.setEncoding("utf8").on("data", (chunk: string) => {
                const lines = (rest + chunk).split("\n");
                rest = lines.pop() ?? "";
                for (const line of lines) {
                    const { type, object } = JSON.parse(line) as { type: string; object: unknown };
                    if (type === "ERROR") end(JSON.stringify(object));
                    else onEvent(type, object);
                }
            });
            response.once("error", (error) => end(error.message)).once("end", () => end("the API server ended it"));
            open();
        });
        request.once("error", failed);
        state.stop = () => request.destroy();
    });
    return state;
}
