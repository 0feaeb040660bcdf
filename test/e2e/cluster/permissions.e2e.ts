import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stacks } from "../../support/stacks";
import { Api } from "../support/api";
import { startControlPlane, type ControlPlane } from "../support/control-plane";
import { renderedManifests, templateOf } from "../support/manifests";

/*
 * What the ServiceAccounts of this package may do: every verb on every resource that the API server has is asked for,
 * and what an account without any role may do as well (every authenticated user may look at the API) is taken off.
 */
const verbs = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];
const hook = "system:serviceaccount:sgx-device-plugin:sgx-epc-hook";
const manifests = renderedManifests("prod");

let plane: ControlPlane;
let api: Api;
beforeAll(async () => {
    plane = await startControlPlane({ controllerManager: true });
    api = new Api(plane.admin);
    for (const manifest of manifests) expect((await api.create(manifest)).status).toBe(201);
});
afterAll(() => plane.stop());

describe("of the ServiceAccounts", () => {
    test("only the EPC hook has a token at all", () => {
        for (const stack of stacks) {
            for (const workload of renderedManifests(stack).filter(
                ({ kind }) => kind === "DaemonSet" || kind === "Job",
            )) {
                const { spec } = templateOf(workload);
                const tokens = JSON.stringify(spec.volumes).match(/serviceAccountToken/g) ?? [];
                const containers = [...spec.containers, ...(spec.initContainers ?? [])];
                const holders = containers.filter((one) => one.volumeMounts?.some(({ name }) => name === "api-token"));
                const expected = workload.metadata.name === "sgx-device-plugin" ? ["epc-hook"] : [];
                expect(spec["automountServiceAccountToken"], workload.metadata.name).toBe(false);
                expect(holders.map(({ name }) => name)).toEqual(expected);
                expect(tokens).toHaveLength(expected.length);
            }
        }
    });

    test("the EPC hook's role is to read nodes and patch their status, and nothing else; a policy narrows it (epc-hook.e2e.ts)", async () => {
        const nobody = await allowed("system:serviceaccount:default:nobody");
        const extra = (await allowed(hook)).filter((action) => !nobody.includes(action));
        expect(extra.sort()).toEqual(["get nodes", "patch nodes/status"]);
        expect(
            nobody.filter((action) => !action.startsWith("create ")),
            "an account without a role",
        ).toEqual([]);
    });

    test("the default accounts of our namespaces may do what one without a role may", async () => {
        const nobody = await allowed("system:serviceaccount:default:nobody");
        for (const { metadata } of manifests.filter(({ kind }) => kind === "Namespace")) {
            expect(await allowed(`system:serviceaccount:${metadata.name ?? ""}:default`)).toEqual(nobody);
        }
    });
});

/** Everything a user may do, as "verb resource/subresource". */
async function allowed(user: string): Promise<string[]> {
    const resources = await api.allResources();
    const questions = resources.flatMap(({ group, name }) => verbs.map((verb) => ({ group, name, verb })));
    const groups = [
        "system:serviceaccounts",
        `system:serviceaccounts:${user.split(":")[2] ?? ""}`,
        "system:authenticated",
    ];
    const answers = await Promise.all(
        questions.map(async ({ group, name, verb }) => {
            const [resource, subresource] = name.split("/");
            const resourceAttributes = {
                group,
                resource,
                subresource: subresource ?? "",
                verb,
                namespace: "",
                version: "*",
            };
            const body = {
                apiVersion: "authorization.k8s.io/v1",
                kind: "SubjectAccessReview",
                spec: { user, groups, resourceAttributes },
            };
            const review = await api.call("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", { body });
            if (review.status !== 201) throw new Error(review.body.message);
            const { allowed: yes } = review.body["status"] as { allowed: boolean };
            return yes ? [`${verb} ${name}`] : [];
        }),
    );
    return answers.flat();
}
