import { CoreV1Api, type V1Pod } from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Api, type Manifest } from "../support/api";
import { startControlPlane, type ControlPlane } from "../support/control-plane";
import { enclaveLabels, enclaveTaint, fakeNodesPlane, makeFakeNode, sgxCapacity } from "../support/fake-nodes";
import { installPolicies, makeNamespace, mustCreate } from "../support/policies";
import { waitFor } from "../support/wait";
import { labelledPod, namespace, outOfProcess, pod, type Pod } from "./pods";

/*
 * Workloads as charts of others make them, with one label on the pod template: the pods come from Kubernetes' own
 * controllers, and the scheduler puts them on a tainted enclave node, which only the injected toleration lets it do.
 */
let plane: ControlPlane;
let api: Api;
let core: CoreV1Api;
beforeAll(async () => {
    plane = await startControlPlane(fakeNodesPlane);
    api = new Api(plane.admin);
    core = plane.api(CoreV1Api);
    await makeNamespace(api, namespace);
    await makeFakeNode(core, {
        name: "enclave",
        labels: enclaveLabels,
        capacity: sgxCapacity("1Gi"),
        taints: [enclaveTaint],
    });
    await installPolicies(api, { namespaces: [namespace], kubernetesVersion: "1.36" });
});
afterAll(() => plane.stop());

const template = (of: Pod, app: string, restartPolicy: string) => ({
    metadata: { labels: { ...(of.metadata as { labels?: object }).labels, app } },
    spec: { ...of.spec, restartPolicy },
});
const replicated = (kind: string, app: string, of: Pod, more: object = { replicas: 1 }) =>
    ({
        apiVersion: "apps/v1",
        kind,
        metadata: { name: app, namespace },
        spec: { ...more, selector: { matchLabels: { app } }, template: template(of, app, "Always") },
    }) as Manifest;
const job = (app: string) => ({ spec: { template: template(labelledPod(), app, "Never") } });
const batch = (kind: string, app: string, spec: object) =>
    ({ apiVersion: "batch/v1", kind, metadata: { name: app, namespace }, ...spec }) as Manifest;

const workloads: Record<string, (app: string) => Manifest> = {
    Deployment: (app) => replicated("Deployment", app, labelledPod()),
    StatefulSet: (app) => replicated("StatefulSet", app, labelledPod(), { replicas: 1, serviceName: app }),
    // Its controller asks the template, not the pod, which nodes it is for: the toleration has to be there already.
    DaemonSet: (app) =>
        replicated("DaemonSet", app, labelledPod({ spec: { tolerations: [{ operator: "Exists" }] } }), {}),
    ReplicaSet: (app) => replicated("ReplicaSet", app, labelledPod()),
    Job: (app) => batch("Job", app, job(app)),
    CronJob: (app) => batch("CronJob", app, { spec: { schedule: "* * * * *", jobTemplate: job(app) } }),
};

const podOf = (app: string) =>
    waitFor(
        `a placed pod of ${app}`,
        async () => {
            const { items } = await core.listNamespacedPod({ namespace, labelSelector: `app=${app}` });
            return items.find(({ spec }) => spec?.nodeName === "enclave");
        },
        { seconds: 90 },
    );

function isSetUp({ spec }: V1Pod): void {
    const [app] = spec?.containers ?? [];
    expect(app?.env).toEqual([{ name: "SGX_AESM_ADDR", value: "1" }]);
    expect(app?.volumeMounts).toContainEqual({ name: "aesmd-socket", mountPath: "/var/run/aesmd", readOnly: true });
    expect(app?.resources?.limits).toMatchObject({ "sgx.intel.com/enclave": "1" });
    expect(spec?.initContainers?.map(({ name }) => name)).toEqual(["wait-for-aesm"]);
}

test.concurrent.each(Object.keys(workloads))("the pods of a %s are set up and placed", async (kind) => {
    const app = kind.toLowerCase();
    await mustCreate(api, workloads[kind]!(app));
    isSetUp(await podOf(app));
});

test("the API server's own check of types has nothing to say of the guard's expressions", async () => {
    const path = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/e2e-guard";
    const checked = await waitFor("the guard to be checked", async () => {
        const { body } = await api.call("GET", path);
        const { status } = body as { status?: { observedGeneration?: number; typeChecking?: object } };
        return status?.observedGeneration === 1 && (status.typeChecking ?? {});
    });
    expect(checked).toEqual({});
});

test("a Deployment whose pods break a rule says in its ReplicaSet's events what to change", async () => {
    await mustCreate(api, replicated("Deployment", "bad", pod({ app: { securityContext: { privileged: true } } })));
    const message = await waitFor("the event", async () => {
        const { items } = await core.listNamespacedEvent({ namespace });
        return items.find(
            ({ reason, involvedObject }) => reason === "FailedCreate" && involvedObject.name?.startsWith("bad-"),
        )?.message;
    });
    expect(message).toMatch(/container "app" is privileged, .* remove "privileged: true" \(privileged\)$/);
});

test("a Deployment from before the label gets its pods set up when the label is added to its template", async () => {
    const before = pod({
        app: { resources: { limits: { "sgx.intel.com/epc": "8Mi", "sgx.intel.com/enclave": "1" } } },
    });
    await mustCreate(api, replicated("Deployment", "grown", before));
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/grown`;
    const body = { spec: { template: { metadata: { labels: outOfProcess } } } };
    expect((await api.call("PATCH", path, { body, contentType: "application/merge-patch+json" })).status).toBe(200);
    isSetUp(await podOf("grown"));
});
