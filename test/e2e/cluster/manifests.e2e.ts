import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stacks } from "../../support/stacks";
import { Api, type Manifest } from "../support/api";
import { startControlPlane, type ControlPlane } from "../support/control-plane";
import { oneOf, renderedManifests, templateOf } from "../support/manifests";

/*
 * Every object of every stack, as `npm run plan -- --out` writes it, against a real API server that refuses what it
 * does not know: by create and by server-side apply, as kubectl and Pulumi send them.
 */
let plane: ControlPlane;
let api: Api;
beforeAll(async () => {
    plane = await startControlPlane();
    api = new Api(plane.admin);
});
afterAll(() => plane.stop());

describe.each(stacks)("the manifests of stack %s", (stack) => {
    const manifests = renderedManifests(stack);

    test.each(["create", "apply"] as const)(
        "are accepted in strict mode by %s, without another warning than Pod Security's",
        async (method) => {
            const answers = [];
            for (const manifest of manifests) {
                const { status, body, warnings } = await api[method](manifest);
                answers.push({
                    object: title(manifest),
                    status,
                    // What the label `warn` of our namespaces says of our pods is looked at in pod-security.e2e.ts.
                    warnings: warnings.filter(
                        (text) => !text.includes('would violate PodSecurity \\"baseline:latest\\"'),
                    ),
                    ...(status === 201 ? {} : { message: body.message }),
                });
            }
            expect(answers).toEqual(
                manifests.map((manifest) => ({ object: title(manifest), status: 201, warnings: [] })),
            );
            for (const manifest of [...manifests].reverse()) await remove(manifest);
        },
    );

    test("do not change when the same is applied again", async () => {
        const versions = async () => {
            const answers = [];
            for (const manifest of manifests) answers.push(await api.apply(manifest));
            return answers.map(({ body }) => (body["metadata"] as { resourceVersion?: string }).resourceVersion);
        };
        const first = await versions();
        expect(await versions()).toEqual(first);
        for (const manifest of [...manifests].reverse()) await remove(manifest);
    });
});

describe("the API server", () => {
    const job = () => structuredClone(oneOf(renderedManifests("dev"), "Job"));
    const namespace = oneOf(renderedManifests("dev"), "Namespace", "attestation-sample");
    beforeAll(async () => {
        expect((await api.create(namespace)).status).toBe(201);
    });
    afterAll(() => remove(namespace));

    test("refuses a field that it does not know, so the tests above can fail", async () => {
        const wrong = job();
        templateOf(wrong).spec["nodeSelectors"] = {};
        expect(await api.create(wrong)).toMatchObject({
            status: 400,
            body: { message: expect.stringContaining('unknown field "spec.template.spec.nodeSelectors"') as string },
        });
        // By apply the same mistake is an internal error: Kubernetes' own wording.
        expect(await api.apply(wrong)).toMatchObject({
            status: 500,
            body: {
                message: expect.stringContaining(".spec.template.spec.nodeSelectors: field not declared") as string,
            },
        });
    });

    test("refuses SGX_AESM_ADDR as a number, which is why it is text", async () => {
        const wrong = job();
        const [app] = templateOf(wrong).spec.containers;
        const variable = app?.env?.find(({ name }) => name === "SGX_AESM_ADDR");
        expect(variable).toEqual({ name: "SGX_AESM_ADDR", value: "1" });
        variable!.value = 1;
        const message = "cannot unmarshal number into Go struct field EnvVar";
        expect(await api.create(wrong)).toMatchObject({
            status: 400,
            body: { message: expect.stringContaining(message) as string },
        });
        expect((await api.apply(wrong)).status).toBeGreaterThanOrEqual(400);
    });
});

function title({ kind = "", metadata }: Manifest): string {
    return `${kind}/${metadata.name ?? ""}`;
}

/**
 * Without a controller manager the deletion of a namespace is never finished: this finishes it, once the namespace is
 * empty.
 */
async function remove(manifest: Manifest): Promise<void> {
    const { status } = await api.delete(manifest);
    expect(status, title(manifest)).toBe(200);
    if (manifest.kind !== "Namespace") return;
    const path = `/api/v1/namespaces/${manifest.metadata.name ?? ""}/finalize`;
    await api.call("PUT", path, { body: { ...manifest, spec: { finalizers: [] } } });
}
