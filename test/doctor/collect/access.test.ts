import { afterEach, expect, test } from "vitest";
import { collect, type CollectRequest } from "../../../doctor/collect";
import { rights } from "../../../doctor/collect/rights";
import type { Snapshot } from "../../../doctor/model/snapshot";
import { CommandError } from "../../../terminal/errors";
import { emptyLists, kubeconfigOf, startApiDouble, type ApiDouble, type ApiDoubleOptions } from "../support/api-server";
import { helperPod, helperSpec, pluginPod, sgxNode } from "../support/cluster";

let double: ApiDouble | undefined;
afterEach(async () => {
    await double?.stop();
    double = undefined;
});

async function read(options: ApiDoubleOptions = {}, request: Partial<CollectRequest> = {}): Promise<Snapshot> {
    double = await startApiDouble({ ...options, lists: { ...emptyLists, ...options.lists } });
    return await collect({ kubeconfig: double.kubeconfig, logs: false, exec: false, ...request }, () => undefined);
}

async function refusal(request: Partial<CollectRequest>, options: ApiDoubleOptions = {}): Promise<CommandError> {
    try {
        await read(options, request);
    } catch (error) {
        if (error instanceof CommandError) return error;
        throw error;
    }
    throw new Error("it was read");
}

const workload = (name: string, namespace: string) => ({
    metadata: { name, namespace, uid: name },
    spec: { containers: [{ name: "app", resources: { limits: { "sgx.intel.com/epc": "8Mi" } } }], nodeName: "n" },
    status: { phase: "Running" },
});

const lists = {
    "/api/v1/nodes": [sgxNode("n")],
    "/api/v1/pods": [workload("a", "shop"), workload("b", "bank"), helperPod("n"), pluginPod("n")],
    "/apis/apps/v1/daemonsets": [
        {
            metadata: { name: "helper", namespace: "sgx-quote-helper", uid: "h" },
            spec: { selector: {}, template: { spec: helperSpec } },
        },
    ],
};

test.each(Object.values(rights))(
    "without $verb $resource the rest is read, and what is missing is named",
    async (right) => {
        const { gaps } = await read({ forbidden: [`${right.verb} ${right.resource}`] });
        expect(gaps).toMatchObject([{ collection: right.part, why: "forbidden" }]);
        expect(gaps[0]?.detail).toContain(`${right.verb} ${right.resource}`);
        expect(double?.asked.some(({ path }) => path.endsWith(`/${right.resource}`))).toBe(false);
    },
);

test("where the API server does not say what is allowed, its refusals say it", async () => {
    const { gaps } = await read({
        answer: ({ path }) =>
            path.endsWith("accessreviews") || path === "/api/v1/namespaces" ? { status: 403 } : undefined,
    });
    expect(gaps).toEqual([{ collection: "namespaces", why: "forbidden", detail: "list namespaces is forbidden" }]);
});

test("an API server without MutatingAdmissionPolicy has none; without both kinds the policies are absent", async () => {
    const without = (what: RegExp): ApiDoubleOptions => ({
        answer: ({ path }) => (what.test(path) ? { status: 404 } : undefined),
    });
    expect((await read(without(/mutatingadmission/))).gaps).toEqual([]);
    await double?.stop();
    expect((await read(without(/admissionpolic(y|ies)/))).gaps).toMatchObject([
        { collection: "policies", why: "absent" },
        { collection: "policyBindings", why: "absent" },
    ]);
});

test("an API server that is older than admission policies has none, and nothing is amiss", async () => {
    const { gaps, kubernetes } = await read({
        answer: ({ path }) => {
            if (path === "/version") return { status: 200, body: { gitVersion: "v1.29.4" } };
            return /admissionpolic(y|ies)/.test(path) ? { status: 404 } : undefined;
        },
    });
    expect([kubernetes, gaps]).toEqual(["v1.29.4", []]);
});

test("an answer that is an error leaves a gap with what the API server said, masked", async () => {
    const { gaps } = await read({
        answer: ({ path }) =>
            path === "/api/v1/events" ? { status: 500, body: { message: "etcd: token=planted" } } : undefined,
    });
    expect(gaps).toEqual([
        { collection: "events", why: "failed", detail: "list events failed: 500 etcd: token=[masked]" },
    ]);
});

test("a busy API server is asked again after the time that it names", async () => {
    let refused = 0;
    const { objects, gaps } = await read({
        lists,
        answer: ({ path }) =>
            path === "/api/v1/nodes" && refused++ < 2 ? { status: 429, headers: { "retry-after": "0" } } : undefined,
    });
    expect(gaps).toEqual([]);
    expect(objects.nodes).toHaveLength(1);
});

test("--namespace keeps workloads of that namespace only, and all of the infrastructure", async () => {
    const { objects, others, namespace } = await read({ lists }, { namespace: "shop" });
    expect(namespace).toBe("shop");
    expect(objects.pods.map(({ metadata }) => metadata.name)).toEqual([
        "a",
        "sgx-quote-helper-n",
        "sgx-device-plugin-n",
    ]);
    expect(others).toEqual({ n: { pods: 1, epc: 8 * 1024 ** 2 } });
});

test("a user who may read pods in some namespaces only gets these, and those of the infrastructure", async () => {
    const { objects, gaps } = await read({ lists, forbidden: ["list pods everywhere"] }, { namespace: "shop" });
    expect(objects.pods.map(({ metadata }) => metadata.name)).toEqual(["a", "sgx-quote-helper-n"]);
    expect(gaps).toEqual([]);
    const { gaps: without } = await (async () => {
        await double?.stop();
        return await read(
            { lists, forbidden: ["list pods everywhere", "list pods sgx-quote-helper"] },
            { namespace: "shop" },
        );
    })();
    expect(without).toEqual([
        {
            collection: "pods",
            why: "forbidden",
            detail: "list pods is forbidden in namespace sgx-quote-helper",
        },
    ]);
});

test("a context that the kubeconfig does not have is wrong usage, and the one that is near is named", async () => {
    const error = await refusal({ context: "dubble" });
    expect(error.exitCode).toBe(2);
    expect(error.message).toBe('--context dubble: not in the kubeconfig; did you mean "double"?');
});

test("a text that is no kubeconfig is refused without a line of it", async () => {
    const error = await refusal({ kubeconfig: "users: [{user: {token: planted" });
    expect(error.message).toMatch(/^the kubeconfig cannot be understood \(/);
    expect(error.message).not.toContain("planted");
});

test("relative paths of a kubeconfig start from its folder", async () => {
    double = await startApiDouble({ lists: emptyLists });
    const config = JSON.parse(double.kubeconfig) as { clusters: { cluster: object }[] };
    config.clusters[0]!.cluster = { ...config.clusters[0]!.cluster, "certificate-authority": "package.json" };
    const request = { kubeconfig: JSON.stringify(config), logs: false, exec: false };
    await expect(collect({ ...request, kubeconfigFolder: "/nowhere" }, () => undefined)).rejects.toThrow(
        /^the credentials of the kubeconfig cannot be used: .*\/nowhere\/package\.json/,
    );
    const { kubernetes } = await collect({ ...request, kubeconfigFolder: process.cwd() }, () => undefined);
    expect(kubernetes).toBe("v1.36.2");
});

test("a namespace that the cluster does not have is wrong usage, and the one that is near is named", async () => {
    const lists = { "/api/v1/namespaces": [{ metadata: { name: "shop", uid: "1" } }] };
    const error = await refusal({ namespace: "shopp" }, { lists });
    expect(error.exitCode).toBe(2);
    expect(error.message).toBe('--namespace shopp: not in the cluster; did you mean "shop"?');
    await double?.stop();
    expect((await read({ lists }, { namespace: "shop" })).namespace).toBe("shop");
});

test("a server that is not there is named, with what to look at", async () => {
    const error = await refusal({ kubeconfig: kubeconfigOf("http://127.0.0.1:1") });
    expect(error.exitCode).toBe(1);
    expect(error.message).toMatch(/^the API server at http:\/\/127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\)/);
});

test("credentials that are not accepted ask for signing in again", async () => {
    const error = await refusal({}, { answer: () => ({ status: 401, body: { message: "Unauthorized" } }) });
    expect(error.message).toContain("does not accept the credentials of the kubeconfig (401): sign in again");
});

test("a page of a proxy is not taken for Kubernetes", async () => {
    const html = { status: 200, body: "<html>sign in</html>", headers: { "content-type": "text/html" } };
    expect((await refusal({}, { answer: () => html })).message).toMatch(/^the answer is not Kubernetes'/);
    await double?.stop();
    expect((await refusal({}, { answer: () => ({ status: 404 }) })).message).toContain("answers 404");
});

test("a program that signs in and is not there is named, and how to install kubelogin", async () => {
    const config = JSON.parse(kubeconfigOf("http://127.0.0.1:1")) as { users: { user: object }[] };
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "/nowhere/kubelogin", args: [] };
    config.users[0]!.user = { exec };
    const error = await refusal({ kubeconfig: JSON.stringify(config) });
    expect(error.message).toBe(
        "the kubeconfig signs in with /nowhere/kubelogin, which is not there: install it (az aks install-cli)",
    );
});

test("what a program that signs in says when it fails is shown without tokens", async () => {
    const config = JSON.parse(kubeconfigOf("http://127.0.0.1:1")) as { users: { user: object }[] };
    const args = ["-c", "echo 'cannot sign in: refresh_token=planted' >&2; exit 1"];
    config.users[0]!.user = { exec: { apiVersion: "client.authentication.k8s.io/v1", command: "sh", args } };
    const error = await refusal({ kubeconfig: JSON.stringify(config) });
    expect(error.message).toBe("signing in with sh failed: cannot sign in: refresh_token=[masked]");
});

test("the clock of the API server is compared with the machine's", async () => {
    const ahead = (seconds: number): ApiDoubleOptions => ({
        answer: ({ path }) =>
            path === "/version"
                ? {
                      status: 200,
                      body: { gitVersion: "v1.36.2" },
                      headers: { date: new Date(Date.now() + seconds * 1000).toUTCString() },
                  }
                : undefined,
    });
    expect(Math.abs((await read(ahead(0))).clockAheadSeconds)).toBeLessThanOrEqual(1);
    await double?.stop();
    expect(Math.abs((await read(ahead(90))).clockAheadSeconds - 90)).toBeLessThanOrEqual(1);
});
