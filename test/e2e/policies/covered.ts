import { KubeConfig } from "@kubernetes/client-node";
import { Api, type Manifest } from "../support/api";
import { startControlPlane, type ControlPlane } from "../support/control-plane";
import { installPolicies, makeNamespace, mustCreate } from "../support/policies";
import { namespace } from "./pods";

/** An API server on which the policies cover `namespace`, and for comparison do not cover the namespace `free`. */
export interface Covered {
    plane: ControlPlane;
    api: Api;
}

/** A user who may do in `namespace` what the role `edit` lets people do, and nothing elsewhere. */
const tenant = "tenant";

/** The rules of the ClusterRole `edit`, which the controller manager would put together of these. */
const rulesOfEdit = ["system:aggregate-to-edit", "system:aggregate-to-view"];

/** The API server as the tenant sees it. */
export async function asTenant({ plane, api }: Covered): Promise<Api> {
    for (const role of rulesOfEdit) {
        await mustCreate(api, {
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "RoleBinding",
            metadata: { name: role, namespace },
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
            subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: tenant }],
        } as Manifest);
    }
    const config = new KubeConfig();
    config.loadFromString(plane.kubeconfigOf(tenant));
    return new Api(config);
}

/** Starts one; `earlier` makes what has to be there before the policies. */
export async function startCovered(earlier?: (api: Api, plane: ControlPlane) => Promise<void>): Promise<Covered> {
    const plane = await startControlPlane({ users: [{ name: tenant, groups: [] }] });
    const api = new Api(plane.admin);
    for (const name of [namespace, "free"]) await makeNamespace(api, name);
    await earlier?.(api, plane);
    await installPolicies(api, { namespaces: [namespace], kubernetesVersion: "1.36" });
    return { plane, api };
}
