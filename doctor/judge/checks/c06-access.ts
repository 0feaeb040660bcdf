import { firstMinor, withoutInjection } from "../../../components/sgx/admission/first-minor.js";
import { minorOf } from "../../model/minor.js";
import type { Gap, Part } from "../../model/snapshot.js";
import { ASK_AZURE } from "../azure.js";
import type { Check, Seen } from "../check.js";
import { gathered } from "../gather.js";
import { epcHookPlugin } from "../hook-rights.js";
import { cannotInject, relying } from "../injection.js";
import { placeOf, type View } from "../view.js";

/** Certificates and tokens are refused where clocks differ by more. */
const mostSeconds = 60;

/** A kubelet may be three minor versions older than the API server (https://kubernetes.io/releases/version-skew-policy/). */
const mostMinorsBehind = 3;

/** What could not be read, and whether versions and clocks go together. `others` are all checks behind this one. */
export function access(others: readonly Check[]): Check {
    return {
        code: "CA-C06",
        reads: [],
        run: (view) => [...unread(view, others), ...gathered([...server(view), ...kubelets(view), ...clock(view)])],
    };
}

const whys: Readonly<Record<Gap["why"], { reason: string; fix: string }>> = {
    forbidden: {
        reason: "forbidden",
        fix: "make the ClusterRole (`npx confidential-aks doctor --print-role | kubectl apply -f -`) and bind it to whoever runs this (`kubectl create clusterrolebinding confidential-aks-doctor --clusterrole confidential-aks-doctor --user USER`; for others than a user `--group GROUP` or `--serviceaccount NAMESPACE:NAME`), or ignore these checks",
    },
    absent: {
        reason: "not-served",
        fix: "the API server is too old for it, or has it switched off: see `kubectl api-resources`",
    },
    failed: { reason: "failed", fix: "run it again; see `kubectl get --raw '/readyz?verbose'` if it stays" },
};

/** Without these, nodes, device plugins and quote helpers are not judged, and the cluster cannot be called well. */
const essential: readonly Part[] = ["nodes", "pods", "daemonSets"];
/** So many rights, and so many checks, are named one by one. */
const mostRights = 3;
const mostChecks = 10;

/** What could not be read, and which checks are skipped for it. */
function unread(view: View, others: readonly Check[]): Seen[] {
    const { gaps } = view.snapshot;
    // Without --azure its checks are skipped for that.
    const asked = others.filter(({ needs }) => needs?.(view) !== ASK_AZURE);
    return (["forbidden", "absent", "failed"] as const).flatMap((why) => {
        const ofWhy = gaps.filter((gap) => gap.why === why);
        if (ofWhy.length === 0) return [];
        const skipped = asked.filter(({ reads }) => ofWhy.some(({ collection }) => reads.includes(collection)));
        const details = [...new Set(ofWhy.map(({ detail }) => detail))];
        const [first, more] = details.length > mostRights ? [details.slice(0, 2), details.length - 2] : [details, 0];
        const what = `${first.join("; ")}${more === 0 ? "" : `; and ${more} more`}`;
        return [
            {
                ...whys[why],
                severity: ofWhy.some(({ collection }) => essential.includes(collection)) ? "problem" : "warning",
                seen: `${what}: ${namesOf(skipped)} ${skipped.length > 1 ? "are" : "is"} skipped, and others see less`,
                where: [],
            },
        ];
    });
}

function namesOf(skipped: readonly Check[]): string {
    if (skipped.length > mostChecks) return `${skipped.length} checks`;
    return skipped.length === 0 ? "no check" : skipped.map(({ code }) => code).join(", ");
}

function server(view: View): Seen[] {
    const { kubernetes } = view.snapshot;
    const seen: Seen[] = [];
    const hook = epcHookPlugin(view);
    if ((minorOf(kubernetes) ?? firstMinor.validating) < firstMinor.validating && hook !== undefined) {
        seen.push({
            reason: "server-too-old",
            severity: "warning",
            seen: `Kubernetes ${kubernetes} has no admission policies (1.${firstMinor.validating} has): nothing holds the EPC hook's account to its own node`,
            where: [placeOf("DaemonSet", hook.metadata)],
            fix: "upgrade the cluster",
        });
    }
    const users = cannotInject(view) ? relying(view) : [];
    if (users.length > 0) {
        seen.push({
            reason: "no-injection",
            severity: "problem",
            seen: withoutInjection(kubernetes),
            where: users.map(({ place }) => place),
            fix: `set the pods up with withAttestation, or upgrade the cluster to 1.${firstMinor.mutating}`,
        });
    }
    return seen;
}

/** Kubelets that Kubernetes does not support beside this API server. */
function kubelets(view: View): Seen[] {
    const serverMinor = minorOf(view.snapshot.kubernetes);
    if (serverMinor === undefined) return [];
    return view.sgxNodes.flatMap((node): readonly Seen[] => {
        const version = node.status.nodeInfo?.kubeletVersion;
        const minor = minorOf(version);
        if (version === undefined || minor === undefined) return [];
        if (minor <= serverMinor && minor >= serverMinor - mostMinorsBehind) return [];
        return [
            {
                reason: "kubelet-skew",
                severity: "warning",
                seen:
                    `the kubelet is of version ${version}, and the API server of ${view.snapshot.kubernetes}: Kubernetes supports ` +
                    `kubelets that are not newer, and at most ${mostMinorsBehind} minor versions older`,
                where: [placeOf("Node", node.metadata)],
                fix:
                    minor > serverMinor
                        ? "upgrade the control plane: `az aks upgrade --resource-group GROUP --name CLUSTER --control-plane-only --kubernetes-version VERSION`"
                        : "upgrade the node pool: `az aks nodepool upgrade --resource-group GROUP --cluster-name CLUSTER --name POOL --kubernetes-version VERSION`",
            },
        ];
    });
}

function clock({ snapshot: { clockAheadSeconds } }: View): Seen[] {
    const seconds = Math.abs(clockAheadSeconds);
    if (seconds <= mostSeconds) return [];
    const direction = clockAheadSeconds > 0 ? "ahead of" : "behind";
    return [
        {
            reason: "clock-skew",
            severity: "warning",
            seen: `the API server's clock is ${seconds} s ${direction} this machine's: tokens and certificates may be refused`,
            where: [],
            fix: "set this machine's clock (`timedatectl set-ntp true`)",
        },
    ];
}
