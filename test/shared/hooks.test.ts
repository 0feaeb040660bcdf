import * as pulumi from "@pulumi/pulumi";
import { beforeEach, expect, test } from "vitest";
import { busyHooks, clusterHooks } from "../../components/cluster/settle";
import { errorHooks } from "../../components/shared/hooks";

/*
 * The engine's state has the name of each resource's error hook. Another name hides Azure's error when a resource of an
 * older state cannot be deleted: change one only with a line in CHANGELOG.md.
 */
const wayOut = 'repeat with "pulumi destroy --run-program", which shows the error of Azure';

beforeEach(async () => {
    await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) });
    Object.assign(pulumi.runtime.getMonitor() as object, { registerErrorHook: () => undefined });
});

/** Names of hooks, which the mocks do not register. */
function namesOf(hooks: readonly (pulumi.ErrorHook | pulumi.ResourceHook | pulumi.ResourceHookFunction)[] = []) {
    return hooks.map((hook) => {
        const { name, __registered } = hook as pulumi.ErrorHook & { __registered: Promise<unknown> };
        __registered.catch(() => undefined);
        return name;
    });
}

test("the names of error hooks stay what they are", () => {
    // Asked for when a hook runs.
    const parent = {} as pulumi.Resource;
    const { onError, afterCreate } = clusterHooks("c", "id", [], parent);
    namesOf(afterCreate);
    expect(namesOf(onError)).toEqual([`confidential-aks c, cluster: ${wayOut}`]);
    expect(namesOf(busyHooks("c", "pools", parent).onError)).toEqual([`confidential-aks c, pools: ${wayOut}`]);
});

test("a second component of the same name has hooks of another name", () => {
    const twice = [1, 2].flatMap(() => namesOf(errorHooks("c", "build", () => false)));
    expect(twice).toEqual([`confidential-aks c, build: ${wayOut}`, `confidential-aks c, build (2): ${wayOut}`]);
});
