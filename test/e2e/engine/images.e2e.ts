import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { at, textAt, type Properties } from "../doubles/values.js";
import type { Project } from "./project.js";
import { changes, words } from "./steps.js";
import { startWorld, type World } from "./world.js";

/*
 * Images and the registry they are in, by the real engine: what of Azure is shown here are the rules of
 * doubles/azure/registries.ts. Nodes pull what a registry has, under the name it has there, and nothing else. The tests
 * follow each other on one stack.
 */
const registry = "azure-native:containerregistry:Registry";

let world: World;
let project: Project;
beforeAll(async () => {
    world = await startWorld();
    const { registries } = world.azure;
    registries.hashed = true;
    world.kubelets.canPull = (image) => {
        const [, reference = "", digest] = /^(.*?)(?:@(sha256:[0-9a-f]{64}))?$/.exec(image) ?? [];
        const found = registries.images.get(reference);
        return found !== undefined && (digest === undefined || digest === found);
    };
    project = await world.project("dev");
});
afterAll(() => world.stop());
afterEach(() => {
    expect(world.azure.registries.failures).toBe(0);
});

/** An update that fails, with all that it says. */
async function failing(): Promise<string> {
    const { code, stdout, stderr } = await project.update("up");
    expect(code, stdout + stderr).not.toBe(0);
    return stdout + stderr;
}

async function nothingToDo(): Promise<void> {
    expect(words(changes(await project.preview()))).toEqual([]);
}

/** Images of the pods of a DaemonSet. */
async function imagesOf(name: string): Promise<string[]> {
    const daemonSet = await world.api.get({ apiVersion: "apps/v1", kind: "DaemonSet", namespace: name, name });
    const spec = at(daemonSet ?? {}, "spec.template.spec") as Properties;
    const containers = [spec.initContainers ?? [], spec.containers].flat() as Properties[];
    return containers.map((container) => textAt(container, "image"));
}

const runs = () => world.azure.registries.runs;

test("a build that fails: up says where its log is, and the next one builds again", async () => {
    world.azure.registries.failures = 1;
    const text = await failing();
    const failed = runs().find(({ status }) => status === "Failed");
    expect(text).toContain(`"az acr task logs --registry confidentialaksdev --run-id ${failed?.runId}" shows why`);
    await project.up();
    expect(
        runs()
            .filter(({ taskRun }) => taskRun === failed?.taskRun)
            .map(({ status }) => status),
    ).toEqual(["Failed", "Succeeded"]);
    await nothingToDo();
});

test("every image comes from the registry, by its login server and its digest", async () => {
    const [{ shown } = { shown: {} }] = world.azure.all(registry);
    const server = textAt(shown, "loginServer");
    expect(server).toMatch(/^confidentialaksdev-[0-9a-f]{10}\.azurecr\.io$/);
    const images = [...(await imagesOf("sgx-device-plugin")), ...(await imagesOf("sgx-quote-helper"))];
    expect(images.length).toBeGreaterThan(2);
    for (const image of images) {
        expect(image).toMatch(new RegExp(`^${server}/confidential-aks/[a-z-]+:[0-9a-f]{16}@sha256:[0-9a-f]{64}$`));
    }
});

test("a tag on all of Azure touches no Kubernetes object, also in the preview", async () => {
    project.configure((config) => (config.tags = { costs: "1" }));
    const before = runs().length;
    const previewed = changes(await project.preview());
    expect(previewed.map(({ type }) => type)).toContain(registry);
    expect(words(previewed.filter(({ type }) => type.startsWith("kubernetes:")))).toEqual([]);
    const done = changes(await project.up());
    expect(words(done.filter(({ type }) => type.startsWith("kubernetes:")))).toEqual([]);
    expect(runs()).toHaveLength(before);
});

test("builds that are asked for again roll what runs them to the new digests", async () => {
    const before = [...(await imagesOf("sgx-device-plugin")), ...(await imagesOf("sgx-quote-helper"))];
    project.configure((config) => {
        config.images = { ...(config.images as object), forceRun: "newest packages" };
    });
    await project.up();
    const after = [...(await imagesOf("sgx-device-plugin")), ...(await imagesOf("sgx-quote-helper"))];
    const withoutDigest = (images: string[]) => images.map((image) => image.replace(/@.*/, ""));
    expect(withoutDigest(after)).toEqual(withoutDigest(before));
    expect(after.filter((image) => before.includes(image))).toEqual([]);
    await nothingToDo();
});

test("a registry in ABAC mode refuses the push: the error names the mode to look at", async () => {
    const [{ id } = { id: "" }] = world.azure.all(registry);
    world.azure.edit(id, (shown) => (shown.roleAssignmentMode = "AbacRepositoryPermissions"));
    project.configure((config) => {
        config.images = { ...(config.images as object), forceRun: "once more" };
    });
    expect(await failing()).toMatch(/az acr show --name confidentialaksdev --query roleAssignmentMode/);
    world.azure.edit(id, (shown) => delete shown.roleAssignmentMode);
    await project.up();
    await nothingToDo();
});
