import type { ConfidentialClusterArgs } from "../cluster/args";
import type { ExistingClusterArgs } from "../cluster/existing-args";
import { existingClusterSpec, type ExistingClusterSpec } from "../cluster/existing-spec";
import { clusterSpec, type ClusterSpec } from "../cluster/spec";
import { MonitoringFlavour } from "../monitoring/args";
import { notAllowed, type Checked, type Problem } from "../problems";
import { partOf, type Part } from "../shared/part";
import type { PlatformExistingClusterArgs } from "./args";

/** The cluster of a platform, a new one or one that exists. */
export type PlatformCluster = NewClusterPart | ExistingClusterPart;

interface NewClusterPart extends Part<ConfidentialClusterArgs, ClusterSpec> {
    isNew: true;
}

interface ExistingClusterPart extends Part<ExistingClusterArgs, ExistingClusterSpec> {
    isNew: false;
}

/** The arguments of a new cluster that go to one that exists as well; all others configure a new one. */
const ofBoth = [
    "enclavePools",
    "nodePools",
    "quoting",
    "kubeLogin",
    "kubeLoginClientId",
    "allowRetiredSizes",
    "tags",
] as const satisfies readonly (keyof ConfidentialClusterArgs & keyof ExistingClusterArgs)[];

/** What other parts of a platform mean for its cluster. */
interface ClusterNeeds {
    /** With the startup taint, the autoscaler waits for a new node's EPC. */
    hasStartupTaint: boolean;
    /** Which Prometheus watches it; undefined: none does. */
    flavour: MonitoringFlavour | undefined;
}

/** The cluster of a platform, checked once. */
export function clusterPart(
    args: ConfidentialClusterArgs,
    existing: PlatformExistingClusterArgs | undefined,
    { hasStartupTaint, flavour }: ClusterNeeds,
): PlatformCluster {
    const warned = <Spec>(checked: Checked<Spec>): Checked<Spec> => ({
        ...checked,
        warnings: checked.warnings.filter(({ code }) => !(hasStartupTaint && code === "late-epc")),
    });
    if (existing === undefined) return { ...partOf(args, (checked) => warned(clusterSpec(checked))), isNew: true };
    const { resourceGroupName, clusterName } = existing;
    const shared = Object.fromEntries(ofBoth.map((key) => [key, args[key]])) as Pick<
        ConfidentialClusterArgs,
        (typeof ofBoth)[number]
    >;
    const own: ExistingClusterArgs = { resourceGroupName, clusterName, ...shared };
    const needsPrometheus =
        flavour === MonitoringFlavour.azureManaged
            ? { path: "attestationMonitoring.flavour", value: flavour }
            : undefined;
    const part = partOf(own, (checked) => {
        const found = warned(existingClusterSpec(checked, "existing"));
        return { ...found, spec: { ...found.spec, needsPrometheus } };
    });
    return { ...part, problems: [...part.problems, ...ofNewClusters(args)], isNew: false };
}

/** Arguments that configure a new cluster, beside one that exists. */
function ofNewClusters(args: ConfidentialClusterArgs): Problem[] {
    const why = "with `existing`: it configures a new cluster";
    return Object.entries(args)
        .filter(([key, value]) => !ofBoth.some((name) => name === key) && value !== undefined && value !== false)
        .map(([key, value]) => notAllowed(key, value, why, `remove ${key}, or remove existing to create a cluster`));
}
