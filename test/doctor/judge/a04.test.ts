import { expect, test } from "vitest";
import { onAzure, type AzureParts } from "../support/azure";
import { attestingPod, found, healthy, resultOf, workload } from "../support/cluster";

/** The add-on's own DaemonSets in the place of this package's. */
function leaveToAddon({ cluster, objects }: AzureParts, quoteHelper = true): void {
    cluster.sgxAddon = { quoteHelper };
    const renamed = { "sgx-device-plugin": "sgx-plugin", "sgx-quote-helper": "sgx-quote-helper" } as const;
    for (const object of [...objects.daemonSets, ...objects.pods]) {
        const app = object.metadata.labels?.["app.kubernetes.io/name"] as keyof typeof renamed;
        object.metadata = { ...object.metadata, namespace: "kube-system", labels: { app: renamed[app] } };
    }
    for (const { metadata, spec } of objects.daemonSets) spec.template.metadata = { labels: metadata.labels ?? {} };
    // Its hook has rights of its own.
    for (const owner of [...objects.pods, ...objects.daemonSets.map(({ spec }) => spec.template)]) {
        const { initContainers: _, serviceAccountName: __, ...spec } = owner.spec;
        owner.spec = spec;
    }
}

function withoutHelpers({ objects }: AzureParts): void {
    const isHelper = (labels: Readonly<Record<string, string>> = {}) =>
        Object.values(labels).includes("sgx-quote-helper");
    objects.daemonSets = objects.daemonSets.filter(({ metadata }) => !isHelper(metadata.labels));
    objects.pods = objects.pods.filter(({ metadata }) => !isHelper(metadata.labels));
}

test("one source gives no finding: this package without the add-on, or the add-on with its quote helper", () => {
    expect(resultOf(onAzure(), "CA-A04").result).toBe("ok");
    expect(resultOf(onAzure(leaveToAddon), "CA-A04").result).toBe("ok");
    expect(resultOf(healthy(), "CA-A04").needs).toBe("--azure");
});

test("the add-on beside this package's DaemonSets is a problem", () => {
    const snapshot = onAzure(({ cluster }) => {
        cluster.sgxAddon = { quoteHelper: true };
    });
    expect(resultOf(snapshot, "CA-A04").findings).toMatchObject([
        {
            reason: "two-sources",
            severity: "problem",
            where: [{ name: "sgx-device-plugin" }, { name: "sgx-quote-helper" }],
            fix: expect.stringContaining(
                "az aks disable-addons --addons confcom --resource-group rg-1 --name aks-1",
            ) as string,
        },
    ]);
});

/** The add-on's device plugin in the place of this package's, whose quote helper stays. */
function leavePluginToAddon(parts: AzureParts, quoteHelper: boolean): void {
    const { daemonSets, pods } = parts.objects;
    const own = structuredClone({
        daemonSets: daemonSets.filter(({ metadata }) => metadata.name === "sgx-quote-helper"),
        pods: pods.filter(({ metadata }) => metadata.namespace === "sgx-quote-helper"),
    });
    leaveToAddon(parts, quoteHelper);
    withoutHelpers(parts);
    parts.objects.daemonSets.push(...own.daemonSets);
    parts.objects.pods.push(...own.pods);
}

test("the add-on's device plugin and this package's quote helper go together", () => {
    const snapshot = onAzure((parts) => {
        leavePluginToAddon(parts, false);
        parts.objects.workloads.push(workload("web"));
    });
    expect(found(snapshot)).toEqual([]);
});

test("two quote helpers are a problem, and the two AESMs on each node only follow from it", () => {
    const snapshot = onAzure((parts) => {
        leavePluginToAddon(parts, true);
        const addons = parts.objects.pods
            .filter(({ metadata }) => metadata.namespace === "sgx-quote-helper")
            .map((pod) => ({
                ...pod,
                metadata: { ...pod.metadata, namespace: "kube-system", uid: pod.metadata.name },
            }));
        parts.objects.pods.push(...addons);
    });
    expect(found(snapshot)).toEqual(["CA-A04 two-aesm"]);
    expect(resultOf(snapshot, "CA-A04").findings[0]).toMatchObject({
        where: [{ namespace: "sgx-quote-helper", name: "sgx-quote-helper" }],
        fix: expect.stringContaining(
            "`az aks disable-addons --addons confcom --resource-group rg-1 --name aks-1`, then `az aks enable-addons --addons confcom --resource-group rg-1 --name aks-1`",
        ) as string,
    });
    expect(resultOf(snapshot, "CA-Q20")).toMatchObject({ result: "skipped", because: "CA-A04" });
});

test("the two device plugins of that are no finding of their own", () => {
    const snapshot = onAzure(({ cluster, objects }) => {
        cluster.sgxAddon = { quoteHelper: true };
        const [plugin] = objects.daemonSets;
        const metadata = {
            ...plugin!.metadata,
            name: "sgx-plugin",
            namespace: "kube-system",
            labels: { app: "sgx-plugin" },
        };
        objects.daemonSets.push({ ...plugin!, metadata });
    });
    expect(found(snapshot)).toEqual(["CA-A04 two-sources"]);
    expect(resultOf(snapshot, "CA-P15")).toMatchObject({ result: "skipped", because: "CA-A04" });
});

test("the add-on without its quote helper is a problem when workloads attest out-of-process, and the only one", () => {
    const snapshot = onAzure((parts) => {
        leaveToAddon(parts, false);
        withoutHelpers(parts);
        parts.objects.workloads.push(workload("web"));
    });
    expect(found(snapshot)).toEqual(["CA-A04 helper-off"]);
    expect(resultOf(snapshot, "CA-A04").findings[0]).toMatchObject({
        where: [{ kind: "Deployment", namespace: "shop", name: "web" }],
        fix: expect.stringMatching(
            /^`az aks addon update --addon confcom --enable-sgxquotehelper --resource-group rg-1 --name aks-1`.*aks-preview/,
        ) as string,
    });
});

test("it is fine when no workload wants it, or when another quote helper is there", () => {
    const unwanted = onAzure((parts) => {
        leaveToAddon(parts, false);
        withoutHelpers(parts);
    });
    expect(found(unwanted)).toEqual([]);
    const other = onAzure((parts) => {
        leaveToAddon(parts, false);
        parts.objects.pods.push(attestingPod("web", { node: "aks-enclave-0" }));
    });
    expect(resultOf(other, "CA-A04").findings).toEqual([]);
});

test("the add-on under long-term support is a warning, and long-term support alone is none", () => {
    const lts = (parts: AzureParts) => {
        parts.cluster.supportPlan = "AKSLongTermSupport";
    };
    expect(resultOf(onAzure(lts), "CA-A04").findings).toEqual([]);
    const both = onAzure((parts) => {
        lts(parts);
        leaveToAddon(parts);
    });
    expect(resultOf(both, "CA-A04").findings).toMatchObject([{ reason: "long-term-support", severity: "warning" }]);
});
