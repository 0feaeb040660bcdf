import { InitFailed } from "../protocol.js";
import type { ProviderDouble } from "../provider.js";
import { schemaOf } from "../schema.js";
import { holdsUnknown, UNKNOWN, type Properties } from "../values.js";
import { ApiError, keyOf, KubernetesApi, type ObjectKey } from "./api.js";
import { readiness } from "./ready.js";
import { asInputs, kindOf, livePart, named, objectDiff, providerDiff } from "./rules.js";

const sleep = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds));

/** Release of Pulumi's Kubernetes provider that the double stands for. */
export const version = "4.34.2";

/** Types that programs in YAML name. */
const schemaTypes = {
    "apps/v1:Deployment": "apps/v1/deployment",
    "core/v1:ConfigMap": "core/v1/configMap",
    "core/v1:Namespace": "core/v1/namespace",
};

/** Settings of the double. */
export interface KubernetesOptions {
    /** How long the double waits where the provider would wait `seconds`. */
    waitMilliseconds(seconds: number): number;
    /** Called for every object that is really written or removed. */
    onWrite?(verb: "create" | "update" | "delete", object: ObjectKey): void;
}

/** Seconds the provider waits by default. */
const defaultWait = 600;

/**
 * A stand-in for Pulumi's Kubernetes provider with server-side apply, in front of a real API server: it autonames,
 * previews by dry run, creates only what is not there, waits for Jobs and DaemonSets, and decides what is replaced
 * after the provider's published rules.
 */
export function kubernetesDouble(options: KubernetesOptions): ProviderDouble {
    let api: KubernetesApi | undefined;
    const server = (): KubernetesApi => {
        if (api === undefined) throw new Error("the Kubernetes provider has no kubeconfig");
        return api;
    };

    async function settled(
        inputs: Properties,
        key: ObjectKey,
        timeoutSeconds: number,
        id: string,
    ): Promise<Properties> {
        const end = Date.now() + options.waitMilliseconds(timeoutSeconds === 0 ? defaultWait : timeoutSeconds);
        for (;;) {
            const live = await server().get(key);
            if (live === undefined) throw new Error(`${key.kind} ${id} went away while Pulumi waited for it`);
            const state = readiness(live);
            if (state.done) return live;
            if (state.failed || Date.now() > end) {
                const problem = state.failed ? "failed" : "timed out waiting to be Ready";
                throw new InitFailed(id, live, inputs, [
                    `the resource ${id} was successfully created, but ${problem}: ${state.reason}`,
                ]);
            }
            await sleep(50);
        }
    }

    /** What the API server would make of an object; the inputs where that cannot be known yet. */
    async function dryRun(inputs: Properties): Promise<Properties> {
        if (holdsUnknown(inputs)) return inputs;
        try {
            return await server().apply(inputs, { dryRun: true });
        } catch (error) {
            // Its namespace, or its kind, comes with the same update.
            if (error instanceof ApiError && error.statusCode === 404) return inputs;
            throw error;
        }
    }

    return {
        schema: () => schemaOf("kubernetes", version, schemaTypes),
        diffConfig: providerDiff,
        configure({ kubeconfig }) {
            api = typeof kubeconfig === "string" && kubeconfig !== UNKNOWN ? new KubernetesApi(kubeconfig) : undefined;
        },
        invoke(token) {
            throw new Error(`the Kubernetes double knows no ${token}`);
        },
        check: ({ type, name, olds, news, seed }) => ({ inputs: named(type, name, olds, news, seed) }),
        diff: ({ type, oldInputs, news }) => objectDiff(type, oldInputs, news),
        async create({ inputs, preview, timeoutSeconds }) {
            if (preview) return { id: "", outputs: await dryRun(inputs) };
            const key = keyOf(inputs);
            const id = idOf(key);
            if ((await server().get(key)) !== undefined) {
                throw new Error(
                    `resource ${id} was not successfully created by the Kubernetes API server: ${key.kind} "${key.name}" already exists`,
                );
            }
            try {
                await server().apply(inputs);
            } catch (error) {
                throw (await server().serves(key)) ? error : unknownKind(key, id);
            }
            options.onWrite?.("create", key);
            return { id, outputs: await settled(inputs, key, timeoutSeconds, id) };
        },
        async read({ type, id, oldInputs }) {
            const live = await server().get(keyFromId(type, id));
            if (live === undefined) return undefined;
            const taken = Object.keys(oldInputs).length === 0;
            return { outputs: live, inputs: taken ? asInputs(live) : (livePart(oldInputs, live) as Properties) };
        },
        async update({ id, news, preview, timeoutSeconds }) {
            if (preview) return dryRun(news);
            const key = keyOf(news);
            await server().apply(news);
            options.onWrite?.("update", key);
            return settled(news, key, timeoutSeconds, id);
        },
        async delete({ type, id, timeoutSeconds }) {
            const key = keyFromId(type, id);
            await server().delete(key);
            options.onWrite?.("delete", key);
            const end = Date.now() + options.waitMilliseconds(timeoutSeconds === 0 ? defaultWait : timeoutSeconds);
            while ((await server().get(key)) !== undefined) {
                if (Date.now() > end) throw new Error(`${key.kind} ${id} is still there`);
                await sleep(50);
            }
        },
    };
}

/** In the words of the provider (pkg/provider/provider.go), after its retries. */
function unknownKind({ apiVersion, kind }: ObjectKey, id: string): Error {
    return new Error(
        `creation of resource "${id}" with kind ${apiVersion}/${kind} failed because the Kubernetes API server ` +
            "reported that the apiVersion for this resource does not exist. Verify that any required CRDs have been " +
            `created: no matches for kind "${kind}" in version "${apiVersion}"`,
    );
}

function idOf({ namespace, name }: ObjectKey): string {
    return namespace === undefined ? name : `${namespace}/${name}`;
}

function keyFromId(type: string, id: string): ObjectKey {
    const [first = "", second] = id.split("/");
    return {
        ...kindOf(type),
        namespace: second === undefined ? undefined : first,
        name: second ?? first,
    };
}
