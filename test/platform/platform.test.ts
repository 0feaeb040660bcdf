import { describe, expect, test } from "vitest";
import { ConfidentialPlatform } from "../../components";
import { devicePluginDefaults } from "../../components/device-plugin/defaults";
import { checkPlatform } from "../../components/platform/spec";
import { construct, one, unknownPaths, type Constructed } from "../support/construct";
import { kubernetesTypeErrors } from "../support/kubernetes-types";
import { constructStack, kubernetesObjects, stackArgs, stacks, type StackName } from "../support/stacks";

/** Every container of every pod among objects, with where it is. */
function containersOf(objects: Constructed[]) {
    return objects.flatMap(({ name, inputs }) => {
        const spec = (inputs as { spec?: { template?: { spec?: Record<string, unknown> } } }).spec?.template?.spec;
        const lists = [spec?.containers, spec?.initContainers].filter((list) => list !== undefined) as Record<
            string,
            unknown
        >[][];
        return lists.flat().map((container) => ({ where: `${name}/${String(container.name)}`, container }));
    });
}

/** The first preview of each stack, made once: the tests only look at it. */
const previews = new Map<StackName, Promise<Constructed[]>>();
function preview(stack: StackName): Promise<Constructed[]> {
    const made = previews.get(stack) ?? constructStack(stack, "preview");
    previews.set(stack, made);
    return made;
}

test("Kubernetes' published types refuse nothing that any stack sends", async () => {
    const objects: Constructed[] = [];
    for (const stack of stacks) {
        objects.push(
            ...kubernetesObjects(await preview(stack)).map((each) => ({ ...each, name: `${stack}/${each.name}` })),
        );
    }
    expect(objects.length).toBeGreaterThan(30);
    expect(kubernetesTypeErrors(objects)).toEqual([]);
});

describe.each(stacks)("stack %s", (stack) => {
    test("runs everything on the cluster by its own provider, and lets it go with the cluster", async () => {
        const objects = kubernetesObjects(await preview(stack));
        expect(objects.length).toBeGreaterThan(5);
        for (const { name, options } of objects) {
            expect(options.provider, name).toBe("confidential-aks-kubernetes");
            expect(options.deletedWith, name).toBe(stack === "existing" ? undefined : "confidential-aks");
        }
    });

    test("loses nothing that is known of a Kubernetes object when the cluster changes", async () => {
        const tags = stack === "existing" ? {} : { tags: { changed: "yes" } };
        const objects = kubernetesObjects(await constructStack(stack, "update", tags));
        expect(objects.flatMap(({ name, inputs }) => unknownPaths(inputs).map((path) => `${name}: ${path}`))).toEqual(
            [],
        );
    });

    test("knows every Kubernetes object in the first preview already", async () => {
        const objects = kubernetesObjects(await preview(stack));
        expect(objects.flatMap(({ name, inputs }) => unknownPaths(inputs).map((path) => `${name}: ${path}`))).toEqual(
            [],
        );
    });

    test("gives every environment variable as text", async () => {
        const containers = containersOf(kubernetesObjects(await preview(stack)));
        expect(containers.length).toBeGreaterThan(2);
        for (const { where, container } of containers) {
            for (const { name, value } of (container.env ?? []) as { name: string; value?: unknown }[]) {
                expect(["string", "undefined"], `${where} ${name}`).toContain(typeof value);
            }
        }
    });

    test("lets only AESM's proxy write to the node's socket directory, and only AESM have the provisioning device", async () => {
        for (const { where, container } of containersOf(kubernetesObjects(await preview(stack)))) {
            const mounts = (container.volumeMounts ?? []) as { name: string; mountPath: string; readOnly?: boolean }[];
            const writable = mounts.filter((mount) => mount.mountPath === "/var/run/aesmd" && mount.readOnly !== true);
            const provisions = JSON.stringify(container.resources ?? {}).includes("sgx.intel.com/provision");
            const expected: Record<string, [string[], boolean]> = {
                "confidential-aks-quote-helper/aesm": [["aesm-own-socket"], true],
                "confidential-aks-quote-helper/proxy": [["aesm-socket"], false],
            };
            expect([writable.map(({ name }) => name), provisions], where).toEqual(expected[where] ?? [[], false]);
        }
    });

    test("hardens every container", async () => {
        for (const { where, container } of containersOf(kubernetesObjects(await preview(stack)))) {
            expect(container.securityContext, where).toMatchObject({
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ["ALL"] },
                seccompProfile: { type: "RuntimeDefault" },
            });
            expect(container.resources, where).toMatchObject({
                requests: expect.anything() as unknown,
                limits: expect.anything() as unknown,
            });
        }
    });
});

test("Kubernetes' published types refuse an integer variable, an unknown field and a missing one", () => {
    const container = { name: "app", image: "x:1" };
    const daemonSet = (spec: object) => ({
        type: "kubernetes:apps/v1:DaemonSet",
        name: "test",
        inputs: { spec: { selector: {}, template: { spec } } },
    });
    const errors = kubernetesTypeErrors([
        daemonSet({ containers: [{ ...container, env: [{ name: "SGX_AESM_ADDR", value: 1 }] }] }),
        daemonSet({ containers: [{ ...container, volumeMount: [] }] }),
        daemonSet({ containers: [{ image: "x:1" }] }),
        daemonSet({ containers: [container] }),
    ]);
    expect(errors).toHaveLength(3);
    expect(errors.join("\n")).toMatch(/number.*string[\s\S]*volumeMount[\s\S]*name/);
});

test("with the add-on no DaemonSet of this package is there, and jobs still wait for AESM", async () => {
    const resources = await constructStack("dev", "preview", { quoting: "addon", quoteHelper: {} });
    expect(resources.filter(({ type }) => type.endsWith("DaemonSet"))).toEqual([]);
    expect(JSON.stringify(one(resources, ":Job").inputs)).toContain("wait-for-aesm");
});

test("workloads wait for the quoting infrastructure, which waits for the pools", async () => {
    const resources = await preview("dev");
    expect(one(resources, "DaemonSet", "confidential-aks-device-plugin").options.dependsOn).toContain(
        "confidential-aks-enclave",
    );
    expect(one(resources, "DaemonSet", "confidential-aks-quote-helper").options.dependsOn).toContain(
        "confidential-aks-device-plugin",
    );
    expect(one(resources, ":Job").options.dependsOn).toContain("confidential-aks-quote-helper");
});

test.each([
    ["1.29", undefined, ["kubernetesVersion"]],
    ["1.29", "addon", []],
    ["1.30", undefined, []],
    ["1.36.2", undefined, []],
] as const)("Kubernetes %s with quoting %s: problems %j", (kubernetesVersion, quoting, paths) => {
    const { policies, jobs, ...args } = stackArgs("dev");
    const set = quoting === undefined ? {} : { quoting };
    const { problems } = checkPlatform({ ...args, ...set, enclavePools: args.enclavePools, kubernetesVersion });
    expect(problems.map(({ path }) => path)).toEqual(paths);
});

test("two platforms fit into one program", async () => {
    const resources = await construct("preview", () => {
        for (const name of ["one", "two"]) new ConfidentialPlatform(name, stackArgs("dev"));
    });
    expect(resources.filter(({ type }) => type.endsWith("DaemonSet"))).toHaveLength(6);
});

test("a job that is removed leaves the names of all other resources alone", async () => {
    const names = (resources: Constructed[]) => resources.map(({ type, name }) => `${type} ${name}`);
    const all = names(await preview("prod"));
    const fewer = names(await constructStack("prod", "preview", { jobs: [] }));
    expect(all.filter((name) => !fewer.includes(name)).sort()).toEqual([
        "confidential-aks:index:AttestedJob confidential-aks-nightly-report",
        "kubernetes:batch/v1:Job confidential-aks-nightly-report",
    ]);
});

test("each stack is what its name says", () => {
    expect(stackArgs("dcsv2")).toMatchObject({
        allowRetiredSizes: true,
        enclavePools: [{ vmSize: "Standard_DC2s_v2" }],
    });
    expect(stackArgs("dev").enclavePools).toMatchObject([{ vmSize: "Standard_DC2s_v3", count: 1 }]);
    const prod = stackArgs("prod");
    expect(prod.enclavePools).toHaveLength(2);
    expect(prod).toMatchObject({ protect: true, entra: {}, apiServer: {} });
    expect(
        prod.enclavePools.every(
            ({ minCount, availabilityZones }) => minCount !== undefined && availabilityZones?.length === 3,
        ),
    ).toBe(true);
    expect(stackArgs("existing")).toMatchObject({ existing: { clusterName: "team-a-aks" } });
});

describe("images that the arguments do not name", () => {
    const images = (resources: Constructed[]) =>
        resources.filter(({ type }) => type.endsWith(":EnclaveImage")).map(({ name }) => name);

    test.each(["dcsv2", "dev"] as const)(
        "are built for stack %s, known in its first preview, with no example left",
        async (stack) => {
            const resources = await preview(stack);
            expect(images(resources).sort()).toEqual([
                "confidential-aks-aesm",
                "confidential-aks-attestation-sample",
                "confidential-aks-intel-sgx-initcontainer",
                "confidential-aks-intel-sgx-plugin",
            ]);
            expect(JSON.stringify(resources)).not.toContain("example.azurecr.io");
            const helper = JSON.stringify(one(resources, "DaemonSet", "confidential-aks-quote-helper").inputs);
            expect(helper).toMatch(
                new RegExp(`"confidentialaks${stack}\\.azurecr\\.io/confidential-aks/aesm:[0-9a-f]{16}"`),
            );
        },
    );

    test("share one registry, on which the kubelets get pull rights once", async () => {
        const resources = await constructStack("dev", "update");
        expect(one(resources, ":Registry").inputs).toMatchObject({
            registryName: "confidentialaksdev",
            adminUserEnabled: false,
        });
        const rights = resources.filter(({ name }) => /acr-pull|repository-reader/.test(name));
        expect(rights.map(({ name, inputs }) => [name, inputs.principalId])).toEqual([
            ["confidential-aks-acr-pull", "kubelet-of-confidential-aks"],
            ["confidential-aks-repository-reader", "kubelet-of-confidential-aks"],
        ]);
        const runs = resources.filter(({ type }) => type.endsWith(":TaskRun"));
        expect(runs).toHaveLength(4);
        expect(new Set(runs.map(({ inputs }) => inputs.registryName))).toEqual(new Set(["confidentialaksdev"]));
    });

    test("keep their registry and the rights on it, whichever of them are built", async () => {
        const kept = async (change: Record<string, unknown>) =>
            (await constructStack("dev", "preview", change))
                .filter(({ type, name }) => type.endsWith(":Registry") || /acr-pull|repository-reader/.test(name))
                .map(({ name, parent }) => `${parent} ${name}`)
                .sort();
        const both = await kept({});
        expect(both).toHaveLength(3);
        expect(await kept({ quoting: "addon" })).toEqual(both);
        expect(await kept({ runSample: false })).toEqual(both);
    });

    test("are there, with their pull rights, before what runs them", async () => {
        const resources = await preview("dev");
        const helper = one(resources, "DaemonSet", "confidential-aks-quote-helper").options.dependsOn;
        expect(helper).toEqual(
            expect.arrayContaining(
                ["aesm-build", "acr-pull", "repository-reader"].map((end) => `confidential-aks-${end}`),
            ),
        );
        const sample = one(resources, ":Job", "confidential-aks-sample").options.dependsOn;
        expect(sample).toEqual(
            expect.arrayContaining(["confidential-aks-attestation-sample-build", "confidential-aks-acr-pull"]),
        );
    });

    test("are not built when they are named, or when nothing runs them", async () => {
        const named = {
            quoteHelper: { image: "r.example/aesm:1" },
            sample: { image: "r.example/sample:1" },
            images: {},
        };
        expect(images(await constructStack("dev", "preview", named))).toEqual([]);
        const addon = { quoting: "addon", runSample: false, images: {} };
        expect(images(await constructStack("dev", "preview", addon))).toEqual([]);
        const sampleOnly = { quoteHelper: { image: "r.example/aesm:1" }, images: { importIntel: false } };
        expect(images(await constructStack("dev", "preview", sampleOnly))).toEqual([
            "confidential-aks-attestation-sample",
        ]);
    });

    test("and Intel's come from the registry, so that no node needs Docker Hub, unless the arguments say no", async () => {
        const devicePlugin = async (change: Record<string, unknown>) => {
            const resources = await constructStack("dev", "preview", change);
            const { inputs, options } = one(resources, "DaemonSet", "confidential-aks-device-plugin");
            const found = JSON.stringify(inputs).matchAll(/"image":"([^"]*)"/g);
            return { images: [...found].map(([, image]) => image!).sort(), after: options.dependsOn };
        };
        const copied = await devicePlugin({});
        expect(copied.images).toEqual([
            expect.stringMatching(
                /^confidentialaksdev\.azurecr\.io\/confidential-aks\/intel-sgx-initcontainer:[0-9a-f]{16}$/,
            ),
            expect.stringMatching(/^confidentialaksdev\.azurecr\.io\/confidential-aks\/intel-sgx-plugin:[0-9a-f]{16}$/),
        ]);
        expect(copied.after).toEqual(
            expect.arrayContaining(
                ["intel-sgx-plugin-build", "intel-sgx-initcontainer-build", "acr-pull"].map(
                    (end) => `confidential-aks-${end}`,
                ),
            ),
        );
        const original = [devicePluginDefaults.epcHookImage, devicePluginDefaults.image];
        expect((await devicePlugin({ images: { importIntel: false } })).images).toEqual(original);
        const named = { quoteHelper: { image: "r.example/aesm:1" }, runSample: false, sample: {}, images: {} };
        expect((await devicePlugin(named)).images).toEqual(original);
        const own = { devicePlugin: { image: "r.example/plugin:1" } };
        expect((await devicePlugin(own)).images).toEqual([
            expect.stringMatching(/intel-sgx-initcontainer:[0-9a-f]{16}$/),
            "r.example/plugin:1",
        ]);
    });
});
