import * as pulumi from "@pulumi/pulumi";
import { errorHooks } from "../shared/hooks";
import { inWords, pace, sleep } from "../shared/pace";
import { showProgress } from "../shared/progress";
import { MonitoringFlavour } from "./args";

/** What to do where the cluster does not know a kind. */
const remedies = {
    [MonitoringFlavour.prometheusOperator]:
        "install the Prometheus operator with its CRDs, for example by the Helm chart kube-prometheus-stack",
    [MonitoringFlavour.azureManaged]:
        "switch on managed Prometheus: monitoring of ConfidentialCluster, or az aks update --enable-azure-monitor-metrics",
} as const satisfies Record<MonitoringFlavour, string>;

/**
 * Says in one sentence that the cluster does not know a kind. A preview takes such an object as it is, since its kind
 * may come with the same update. Azure's add-on installs its CRDs after the cluster is made: they are waited for.
 */
export function crdHooks(
    name: string,
    kind: string,
    flavour: MonitoringFlavour,
    parent: pulumi.Resource,
): pulumi.ResourceHookBinding {
    const { every, limit } = pace.crds;
    let began: number | undefined;
    const callback: pulumi.ErrorHookFunction = async ({ failedOperation, errors }) => {
        if (failedOperation === "delete" || !isUnknownKind(errors[0] ?? "")) return false;
        began ??= Date.now();
        const seconds = (Date.now() - began) / pace.second;
        if (flavour === MonitoringFlavour.azureManaged && seconds + every <= limit) {
            showProgress(`${name}: waiting for the CRD of ${kind}; after ${inWords(seconds)}`, parent);
            await sleep(every);
            return true;
        }
        const what = `the cluster knows no ${kind}. What to do: ${remedies[flavour]}; then run the update again`;
        await pulumi.log.error(`${name}: ${what}`, parent);
        return false;
    };
    return { onError: errorHooks(name, `CRD of ${kind}`, callback) };
}

/** The words of the API's library for a kind that is not served, which Pulumi's Kubernetes provider passes on. */
function isUnknownKind(error: string): boolean {
    return /no matches for kind "/.test(error);
}
