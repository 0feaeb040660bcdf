import { CoreV1Api, NodeV1Api, type V1Pod } from "@kubernetes/client-node";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fitPods, leftOf, podRequests, type NodeAmounts, type NodeResource } from "../../../components/sgx";
import { startControlPlane, type ControlPlane } from "../support/control-plane";
import { fakeNodesPlane, makeFakeNode } from "../support/fake-nodes";
import { waitFor } from "../support/wait";

/*
 * Whether the real scheduler places as many pods as `fitPods` says, and names the same reasons for the next one: on
 * generated nodes, with generated pods that have init containers, native sidecars, CPU and memory of the pod as a
 * whole, and overhead.
 */
const MiB = 1024 ** 2;
const namespace = "default";
/** A node holds 10 pods at most, so one pod more is always left over. */
const mostPods = 10;
const podsPerCase = mostPods + 2;
/** Overhead comes from a RuntimeClass only. */
const overhead = { cpu: "50m", memory: "16Mi" };

let plane: ControlPlane;
let core: CoreV1Api;
beforeAll(async () => {
    plane = await startControlPlane(fakeNodesPlane);
    core = plane.api(CoreV1Api);
    await waitFor("the ServiceAccount default", () =>
        core.readNamespacedServiceAccount({ name: "default", namespace }),
    );
    await plane.api(NodeV1Api).createRuntimeClass({
        body: { metadata: { name: "heavy" }, handler: "heavy", overhead: { podFixed: overhead } },
    });
});
afterAll(() => plane.stop());

type Resources = Record<"requests" | "limits", Record<string, string>>;
type Spec = Record<string, unknown>;
interface Case {
    node: Required<NodeAmounts>;
    /** Runs on the node before, as a DaemonSet's pod does. */
    daemon: Spec | undefined;
    pod: Spec;
}

/** The same amount in several spellings. */
const cpu = fc
    .tuple(fc.integer({ min: 1, max: 12 }), fc.boolean())
    .map(([tenths, decimal]) => (decimal ? String(tenths / 10) : `${tenths * 100}m`));
const memory = fc
    .tuple(fc.integer({ min: 1, max: 128 }), fc.constantFrom("Mi", "Ki", "M", ""))
    .map(([mib, unit]) => (unit === "Ki" ? `${mib * 1024}Ki` : unit === "" ? String(mib * MiB) : `${mib}${unit}`));
const epc = fc
    .tuple(fc.integer({ min: 1, max: 16 }), fc.boolean())
    .map(([mib, inKi]) => (inKi ? `${mib * 1024}Ki` : `${mib}Mi`));
const some = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

const resources: fc.Arbitrary<Resources> = fc
    .record({
        epc: some(epc),
        enclave: fc.boolean(),
        provision: fc.integer({ min: 0, max: 4 }).map((one) => one === 0),
        cpu: some(cpu),
        memory: some(memory),
        // A limit without a request is the request.
        asLimit: fc.boolean(),
    })
    .map((asked) => {
        const sgx = {
            ...(asked.epc === undefined ? {} : { "sgx.intel.com/epc": asked.epc }),
            ...(asked.enclave ? { "sgx.intel.com/enclave": "1" } : {}),
            ...(asked.provision ? { "sgx.intel.com/provision": "1" } : {}),
        };
        const usual = {
            ...(asked.cpu === undefined ? {} : { cpu: asked.cpu }),
            ...(asked.memory === undefined ? {} : { memory: asked.memory }),
        };
        return { requests: asked.asLimit ? {} : usual, limits: asked.asLimit ? { ...usual, ...sgx } : sgx };
    });

const containers = (minLength: number) =>
    fc.array(fc.record({ resources, sidecar: fc.boolean() }), { minLength, maxLength: 3 });

const pod: fc.Arbitrary<Spec> = fc
    .record({
        main: containers(1),
        init: containers(0),
        heavy: fc.boolean(),
        podLevel: some(fc.record({ cpu: fc.integer({ min: 1, max: 300 }), memory: fc.integer({ min: 1, max: 64 }) })),
    })
    .map(({ main, init, heavy, podLevel }) => {
        const spec = {
            terminationGracePeriodSeconds: 0,
            containers: main.map(({ resources: asked }, at) => ({ name: `c${at}`, image: "none", resources: asked })),
            initContainers: init.map(({ resources: asked, sidecar }, at) => ({
                name: `i${at}`,
                image: "none",
                resources: asked,
                ...(sidecar ? { restartPolicy: "Always" } : {}),
            })),
        };
        return {
            ...spec,
            ...(podLevel === undefined ? {} : { resources: ofWholePod(podRequests(spec), podLevel) }),
            ...(heavy ? { runtimeClassName: "heavy", overhead } : {}),
        };
    });

/**
 * More than the containers ask for together: Kubernetes refuses less. Where they ask for none, a limit alone is enough.
 */
function ofWholePod({ cpu: millis = 0, memory: bytes = 0 }: NodeAmounts, more: { cpu: number; memory: number }): Spec {
    return {
        requests: { cpu: `${millis + more.cpu}m` },
        ...(bytes === 0 ? { limits: { memory: `${more.memory}Mi` } } : {}),
    };
}

const cases: fc.Arbitrary<Case> = fc.record({
    node: fc.record({
        epc: fc.integer({ min: 8, max: 128 }).map((mib) => mib * MiB),
        enclave: fc.integer({ min: 1, max: 20 }),
        provision: fc.integer({ min: 1, max: 10 }),
        pods: fc.integer({ min: 2, max: mostPods }),
        cpu: fc.integer({ min: 10, max: 80 }).map((tenths) => tenths * 100),
        memory: fc.integer({ min: 64, max: 2048 }).map((mib) => mib * MiB),
    }),
    daemon: some(pod),
    pod,
});

test("the real scheduler places as many pods as are counted, and names what binds", async () => {
    await fc.assert(
        fc.asyncProperty(fc.array(cases, { minLength: 30, maxLength: 30 }), async (all) => {
            const seen = await Promise.all(all.map(schedule));
            expect(seen).toEqual(all.map(expected));
            // Not a test of one resource: over all cases several have to bind.
            expect(new Set(seen.flatMap(({ binding }) => binding)).size).toBeGreaterThan(3);
        }),
        // All cases at once, in one cluster that each run would find full: one run, and no shrinking.
        { numRuns: 1, endOnFailure: true },
    );
});

interface Placed {
    placed: number;
    /** What the next pod lacks. */
    binding: NodeResource[];
}

function expected({ node, daemon, pod: spec }: Case): Placed {
    const free = leftOf(node, daemon === undefined ? [] : [podRequests(daemon)]);
    const fit = fitPods(free, podRequests(spec));
    if (fit === undefined) throw new Error("no count");
    const binding = Object.entries(fit.each).filter(([, count]) => count === fit.count);
    expect(binding.map(([resource]) => resource)).toContain(fit.limitedBy);
    return { placed: fit.count, binding: binding.map(([resource]) => resource as NodeResource).sort() };
}

/** What the scheduler calls the resources. */
const reasons: Readonly<Record<NodeResource, string>> = {
    epc: "Insufficient sgx.intel.com/epc",
    enclave: "Insufficient sgx.intel.com/enclave",
    provision: "Insufficient sgx.intel.com/provision",
    pods: "Too many pods",
    cpu: "Insufficient cpu",
    memory: "Insufficient memory",
};

/** Gives the scheduler a node of its own for the pods of a case, and reads what it did. */
async function schedule({ node, daemon, pod: spec }: Case, at: number): Promise<Placed> {
    const name = `node-${at}`;
    await makeFakeNode(core, {
        name,
        labels: { case: name },
        capacity: {
            cpu: `${node.cpu}m`,
            memory: String(node.memory),
            pods: String(node.pods),
            "sgx.intel.com/epc": String(node.epc),
            "sgx.intel.com/enclave": String(node.enclave),
            "sgx.intel.com/provision": String(node.provision),
        },
    });
    // A pod that names its node does not pass the scheduler, but counts.
    if (daemon !== undefined) await createPod(`${name}-daemon`, "daemon", { ...daemon, nodeName: name });
    for (let count = 0; count < podsPerCase; count++)
        await createPod(`${name}-pod-${count}`, name, { ...spec, nodeSelector: { case: name } });
    const pods = await waitFor(
        `the scheduler to have looked at all pods of ${name}`,
        async () => {
            const { items } = await core.listNamespacedPod({ namespace, labelSelector: `case=${name}` });
            return items.length === podsPerCase && items.every((item) => isPlaced(item) || refusal(item) !== undefined)
                ? items
                : undefined;
        },
        { seconds: 120, every: 1000 },
    );
    const message = pods.map(refusal).find((text) => text !== undefined) ?? "";
    const binding = Object.entries(reasons).filter(([, reason]) => message.includes(`1 ${reason}`));
    return {
        placed: pods.filter(isPlaced).length,
        binding: binding.map(([resource]) => resource as NodeResource).sort(),
    };
}

async function createPod(name: string, label: string, spec: Spec): Promise<void> {
    const metadata = { name, labels: { case: label } };
    await core.createNamespacedPod({ namespace, body: { metadata, spec } as unknown as V1Pod });
}

function isPlaced({ spec }: V1Pod): boolean {
    return spec?.nodeName !== undefined;
}

function refusal({ status }: V1Pod): string | undefined {
    return status?.conditions?.find(({ reason }) => reason === "Unschedulable")?.message;
}
