import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Api, Answer, Manifest } from "../support/api";
import type { ControlPlane } from "../support/control-plane";
import { mustCreate } from "../support/policies";
import { startCovered } from "./covered";
import { attestingPod, enclave, epc, labelledPod, namespace, outOfProcess, pod } from "./pods";
import { provision, socketMount, socketVolume, variable, type Pod } from "./pods";

/*
 * What happens to pods after they were created, and by whom: updates, ephemeral containers, server-side apply, labels
 * of pods and namespaces. All on pods that were admitted, so each attempt starts where an attacker would.
 */
let plane: ControlPlane;
let api: Api;
beforeAll(async () => {
    ({ plane, api } = await startCovered((fresh) => mustCreate(fresh, old)));
    await mustCreate(api, running);
    await mustCreate(api, labelled);
});
afterAll(() => plane.stop());

const named = (name: string) => ({ metadata: { name } });
const running = attestingPod(named("running"));
const labelled = labelledPod(named("labelled"));
const old = pod({ ...named("old"), app: { securityContext: { privileged: true } } });

const path = ({ metadata }: Manifest, subresource = "") =>
    `/api/v1/namespaces/${namespace}/pods/${metadata.name ?? ""}${subresource}`;
const patch = (of: Pod, body: object, subresource = "", contentType = "application/strategic-merge-patch+json") =>
    api.call("PATCH", path(of, subresource), { body, contentType });

/** Which rule refused, or the whole answer. */
function refusal({ status, body }: Answer): string {
    return status === 403
        ? (/ \(([a-z-]+)\)$/.exec(body.message ?? "")?.[1] ?? "no rule")
        : `${status} ${body.message ?? ""}`;
}

describe("an update of a pod", () => {
    test.each<[string, object, RegExp]>([
        [
            "a privileged container",
            { containers: [{ name: "app", securityContext: { privileged: true } }] },
            /may not change fields/,
        ],
        [
            "a writable mount",
            { containers: [{ name: "app", volumeMounts: [{ mountPath: "/var/run/aesmd", readOnly: false }] }] },
            /may not change fields/,
        ],
        ["another volume", { volumes: [{ name: "etc", hostPath: { path: "/etc" } }] }, /may not change fields/],
        ["the node's network", { hostNetwork: true }, /may not change fields/],
        [
            "the provisioning device",
            { containers: [{ name: "app", resources: { limits: provision } }] },
            /may not change fields/,
        ],
        ["another container", { containers: [{ name: "more", image: "x:1" }] }, /may not add or remove containers/],
        [
            "an ephemeral container by the front door",
            { ephemeralContainers: [{ name: "debug", image: "x:1" }] },
            /may not change fields|may not be/,
        ],
    ])("cannot bring %s: Kubernetes refuses that itself", async (_, spec, says) => {
        const { status, body } = await patch(running, { spec });
        expect([status, body.message]).toEqual([422, expect.stringMatching(says)]);
    });

    test("may change what Kubernetes lets change", async () => {
        expect(
            (await patch(running, { spec: { containers: [{ name: "app", image: "example.org/app:2" }] } })).status,
        ).toBe(200);
        expect((await patch(running, { metadata: { labels: { team: "a" }, annotations: { note: "b" } } })).status).toBe(
            200,
        );
        expect((await patch(running, { metadata: { finalizers: ["example.org/wait"] } })).status).toBe(200);
        expect((await patch(running, { metadata: { finalizers: null } })).status).toBe(200);
    });

    test.each<[string, Pod, string | null]>([
        ["added", running, "out-of-process"],
        ["added as in-process", running, "in-process"],
        ["changed", labelled, "in-process"],
        ["emptied", labelled, ""],
        ["removed", labelled, null],
    ])("cannot have the label %s later", async (_, of, value) => {
        const metadata = { labels: { "confidential-aks/attestation": value } };
        expect(refusal(await patch(of, { metadata }))).toBe("label-changed");
    });

    test("cannot have the label changed by a client that replaces the whole pod, or applies as another manager", async () => {
        const { body } = await api.get(labelled);
        const metadata = { ...(body["metadata"] as object), labels: {} };
        expect(refusal(await api.call("PUT", path(labelled), { body: { ...body, metadata } }))).toBe("label-changed");
        const applied = {
            apiVersion: "v1",
            kind: "Pod",
            metadata: { ...named("running").metadata, namespace, labels: outOfProcess },
        };
        expect(refusal(await api.apply(applied, { fieldManager: "another", force: "true" }))).toBe("label-changed");
    });

    test("is let alone where the pod is from before the policies, as controllers have to finish with it", async () => {
        expect((await patch(old, { metadata: { finalizers: ["example.org/wait"] } })).status).toBe(200);
        expect((await patch(old, { metadata: { finalizers: null, labels: { team: "a" } } })).status).toBe(200);
        expect((await api.delete(old, { gracePeriodSeconds: "0" })).status).toBe(200);
    });
});

test.each(["resize", "ephemeralcontainers"])(
    "pods/%s leaves labels and annotations as they are",
    async (subresource) => {
        const { body } = await api.get(running);
        const metadata = {
            ...(body["metadata"] as object),
            labels: outOfProcess,
            annotations: { "devices.nri.io/container.app": "- path: /dev/sgx_provision" },
        };
        const answer = await api.call("PUT", path(running, `/${subresource}`), { body: { ...body, metadata } });
        expect(answer.status, answer.body.message).toBe(200);
        const { labels, annotations } = (await api.get(running)).body["metadata"] as Record<string, unknown>;
        expect(JSON.stringify([labels, annotations])).not.toMatch(/nri\.io|out-of-process/);
    },
);

describe("an ephemeral container", () => {
    const debug = (container: object) =>
        patch(
            running,
            { spec: { ephemeralContainers: [{ name: "debug", image: "busybox:1", ...container }] } },
            "/ephemeralcontainers",
        );

    test.each<[string, object, string]>([
        ["that is privileged", { securityContext: { privileged: true } }, "privileged"],
        [
            "as kubectl debug --profile=sysadmin makes it",
            { securityContext: { privileged: true }, stdin: true, tty: true, targetContainerName: "app" },
            "privileged",
        ],
        [
            "as kubectl debug --profile=netadmin makes it",
            { securityContext: { capabilities: { add: ["NET_ADMIN", "NET_RAW"] } } },
            "capabilities",
        ],
        ["that may trace processes", { securityContext: { capabilities: { add: ["SYS_PTRACE"] } } }, "capabilities"],
        ["without seccomp", { securityContext: { seccompProfile: { type: "Unconfined" } } }, "seccomp"],
        ["without AppArmor", { securityContext: { appArmorProfile: { type: "Unconfined" } } }, "app-armor"],
        ["with an SELinux type of the node", { securityContext: { seLinuxOptions: { type: "spc_t" } } }, "selinux"],
        [
            "that writes to AESM's directory",
            { env: [variable], volumeMounts: [{ ...socketMount, readOnly: false }] },
            "socket-read-only",
        ],
        [
            "that mounts AESM's directory elsewhere",
            { env: [variable], volumeMounts: [{ ...socketMount, mountPath: "/mnt" }] },
            "socket-mount-path",
        ],
        [
            "with propagation",
            { env: [variable], volumeMounts: [{ ...socketMount, mountPropagation: "HostToContainer" }] },
            "socket-propagation",
        ],
        ["with the variable alone", { env: [variable] }, "variable-without-mount"],
        ["with the mount alone", { volumeMounts: [socketMount] }, "mount-without-variable"],
        [
            "with another value",
            { env: [{ name: "SGX_AESM_ADDR", value: "0" }], volumeMounts: [socketMount] },
            "variable-value",
        ],
        ["under the name of the wait", { name: "wait-for-aesm" }, "wait-name"],
    ])("%s is refused", async (_, container, rule) => {
        expect(refusal(await debug(container))).toBe(rule);
    });

    test.each<[string, object, RegExp]>([
        ["a part of AESM's directory", { volumeMounts: [{ ...socketMount, subPath: "x" }] }, /subPath: Forbidden/],
        ["EPC and devices", { resources: { limits: { ...epc, ...provision } } }, /resources: Forbidden/],
        ["a port of the node", { ports: [{ containerPort: 1, hostPort: 1 }] }, /ports: Forbidden/],
    ])("cannot have %s: Kubernetes refuses that itself", async (_, container, says) => {
        expect((await debug(container)).body.message).toMatch(says);
    });

    test("that does no harm is admitted, and one that does not after it", async () => {
        const plain = {
            securityContext: { capabilities: { drop: ["ALL"] }, runAsUser: 1 },
            targetContainerName: "app",
        };
        expect((await debug(plain)).status).toBe(200);
        expect((await debug({ name: "attests", env: [variable], volumeMounts: [socketMount] })).status).toBe(200);
        expect(refusal(await debug({ name: "bad", securityContext: { privileged: true } }))).toBe("privileged");
        expect((await debug({ name: "fine" })).status).toBe(200);
    });
});

describe("server-side apply", () => {
    test("by another manager cannot create what create cannot", async () => {
        const tried = pod({ ...named("applied"), volumes: [{ name: "etc", hostPath: { path: "/etc" } }] });
        expect(refusal(await api.apply(tried, { fieldManager: "another" }))).toBe("host-path");
    });

    test("of a labelled pod injects, and the same applied again changes nothing", async () => {
        const applied = labelledPod(named("applied"));
        const first = await api.apply(applied, { fieldManager: "one" });
        expect(first.status, first.body.message).toBe(201);
        expect(JSON.stringify(first.body["spec"])).toContain("SGX_AESM_ADDR");
        const second = await api.apply(applied, { fieldManager: "one" });
        expect(second.status, second.body.message).toBe(200);
        expect(second.body["spec"]).toEqual(first.body["spec"]);
    });

    test("by a manager who owns nothing cannot take away what was injected", async () => {
        const other = pod({ ...named("applied"), app: { env: [{ name: "SGX_AESM_ADDR", value: "0" }] } });
        const { status, body } = await api.apply(other, { fieldManager: "two", force: "true" });
        expect([status, body.message]).toEqual([422, expect.stringContaining("may not change fields")]);
    });
});

describe("a namespace", () => {
    test("cannot leave by a label: the API server keeps its name's label", async () => {
        const ns = `/api/v1/namespaces/${namespace}`;
        for (const value of ["free", null]) {
            const labels = { "kubernetes.io/metadata.name": value };
            const contentType = "application/merge-patch+json";
            await api.call("PATCH", ns, { body: { metadata: { labels } }, contentType });
            const { body } = await api.call("GET", ns);
            expect((body["metadata"] as { labels: object }).labels).toMatchObject({
                "kubernetes.io/metadata.name": namespace,
            });
        }
        expect(refusal(await api.create(pod({ app: { securityContext: { privileged: true } } })))).toBe("privileged");
    });

    test("that is not named is left alone, label or not", async () => {
        const free = pod({
            ...named("p"),
            labels: outOfProcess,
            app: { resources: { limits: { ...epc, ...enclave } } },
            volumes: [{ ...socketVolume, hostPath: { path: "/etc" } }],
        });
        free.metadata.namespace = "free";
        const { status, body } = await api.create(free);
        expect(status, body.message).toBe(201);
        expect(JSON.stringify(body["spec"])).not.toContain("SGX_AESM_ADDR");
    });
});
