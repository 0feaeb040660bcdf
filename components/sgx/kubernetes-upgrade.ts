import { parseKubernetesVersion, type KubernetesVersion } from "./kubernetes-version";

/** What an update of a cluster goes from, and to. */
export interface Upgrade {
    /** The version that the control plane runs, as far as it is known. */
    from: unknown;
    to: unknown;
    /** The upgrade channel before the update, and the one that the update sets. */
    channels: readonly unknown[];
}

/**
 * Why AKS refuses to move the control plane to a version, and the way out; undefined where it does not. With a channel,
 * AKS moves control plane and nodes together, and takes no upgrade of the control plane alone
 * (https://learn.microsoft.com/azure/aks/auto-upgrade-cluster).
 */
export function refusedUpgrade({ from, to, channels }: Upgrade): string | undefined {
    const [old, next] = [parseKubernetesVersion(from), parseKubernetesVersion(to)];
    if (old === undefined || next === undefined) return undefined;
    const named = `kubernetesVersion "${next.text}"`;
    const runs = `the cluster runs ${old.text}`;
    const direction = compare(old, next);
    if (direction > 0) {
        return `${named}: ${runs}, and AKS does not go back to an older version. Set kubernetesVersion to "1.${old.minor}".`;
    }
    if (next.minor > old.minor + 1) {
        const step = `1.${old.minor + 1}`;
        return `${named}: ${runs}, and AKS goes one minor version at a time. Set kubernetesVersion to "${step}" first.`;
    }
    const channel = channels.find((name) => name !== undefined && name !== "none");
    if (direction === 0 || channel === undefined) return undefined;
    return (
        `${named}: ${runs}, and AKS refuses an upgrade while the upgrade channel is ${JSON.stringify(channel)}. ` +
        `Either leave kubernetesVersion at "1.${old.minor}" and let the channel do it ("stable" or "rapid" without ` +
        `kubernetesVersion moves minor versions), or set upgradeChannel to "none" and run "pulumi up", then change ` +
        "kubernetesVersion and run it again, then set the channel back."
    );
}

/** Negative where the second is newer. A version without a patch number stands for whatever patch there is. */
function compare(one: KubernetesVersion, other: KubernetesVersion): number {
    if (one.minor !== other.minor || one.patch === undefined || other.patch === undefined) {
        return one.minor - other.minor;
    }
    return one.patch - other.patch;
}
