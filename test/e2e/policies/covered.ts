import { Api } from "../support/api";
import { startControlPlane, type ControlPlane } from "../support/control-plane";
import { installPolicies, makeNamespace } from "../support/policies";
import { namespace } from "./pods";

/** An API server on which the policies cover `namespace`, and for comparison do not cover the namespace `free`. */
export interface Covered {
    plane: ControlPlane;
    api: Api;
}

/** Starts one; `earlier` makes what has to be there before the policies. */
export async function startCovered(earlier?: (api: Api) => Promise<void>): Promise<Covered> {
    const plane = await startControlPlane();
    const api = new Api(plane.admin);
    for (const name of [namespace, "free"]) await makeNamespace(api, name);
    await earlier?.(api);
    await installPolicies(api, { namespaces: [namespace], kubernetesVersion: "1.36" });
    return { plane, api };
}
