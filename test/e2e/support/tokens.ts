import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { Api } from "./api";
import type { ControlPlane } from "./control-plane";

/** A ServiceAccount, and the pod that its token is bound to; without one, the token is of no pod. */
interface TokenOf {
    namespace: string;
    account: string;
    pod?: { name: string; uid: string };
}

/** The API server with a token of a ServiceAccount, as the kubelet of a node gets it for a pod there. */
export async function withTokenOf(plane: ControlPlane, { namespace, account, pod }: TokenOf): Promise<Api> {
    const boundObjectRef = pod === undefined ? undefined : { apiVersion: "v1", kind: "Pod", ...pod };
    const audiences = ["https://kubernetes.default.svc"];
    const { status } = await plane.api(CoreV1Api).createNamespacedServiceAccountToken({
        name: account,
        namespace,
        body: { spec: { audiences, expirationSeconds: 3600, boundObjectRef } },
    });
    const config = new KubeConfig();
    config.loadFromClusterAndUser(plane.admin.getCurrentCluster()!, { name: account, token: status?.token });
    return new Api(config);
}
