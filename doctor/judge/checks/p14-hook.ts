import type { ContainerState, ContainerStatus, Pod } from "../../model/objects.js";
import type { Place } from "../../model/report.js";
import { isOpen, unusableNode, type Check, type Found, type Seen } from "../check.js";
import { lastEndOf, logsOf, troubleOf, type Told } from "../containers.js";
import { gathered } from "../gather.js";
import { hookOf } from "../hooks.js";
import { missingRights, rightsFix } from "../hook-rights.js";
import { needsHook } from "../nothing.js";
import { hasEndedWithNode, isStarting, pendingPod } from "../starting.js";
import { isLive, isTrue, ownerPlace, placeOf, type View } from "../view.js";

/** The EPC hook runs before the device plugin: while it fails, the node offers nothing. */
export const p14: Check = {
    code: "CA-P14",
    reads: ["pods"],
    needs: needsHook,
    run: (view, found) => {
        const seen = view.pods.plugin
            .filter((pod) => isLive(pod) && pod.metadata.deletionTimestamp === undefined)
            .flatMap((pod) => ofPod(pod, view, found));
        return gathered(seen.every(isOpen) ? [...unused(view), ...seen] : seen);
    },
};

function ofPod(pod: Pod, view: View, found: Found): Seen[] {
    const hook = hookOf(pod.spec);
    const status = pod.status.initContainerStatuses?.find(({ name }) => name === hook?.name);
    if (hook === undefined) return [];
    const isDone = isTrue(pod, "Ready") || status?.ready === true;
    const pending = !isDone && isStarting(view, pod) ? [pendingPod(pod)] : [];
    if (status === undefined) return pending;
    const trouble = troubleOf(view, pod, [status]);
    const failure =
        trouble?.kind === "not-started" && trouble.reason !== "cannot-start"
            ? { reason: trouble.reason, seen: trouble.seen, fix: trouble.fix }
            : failureOf(pod, hook.name, view, failedEnd(view, pod, status));
    if (failure === undefined) return pending;
    const because = found.causeOn(pod.spec.nodeName, unusableNode);
    if (because !== undefined) return [{ because }];
    return [{ ...failure, severity: "problem", where: placesOf(pod) }];
}

/** How it ended last, when that was no success. */
function failedEnd(view: View, pod: Pod, status: ContainerStatus) {
    const end = lastEndOf(status);
    return end === undefined || end.exitCode === 0 || hasEndedWithNode(view, pod, end) ? undefined : end;
}

/** The pod's DaemonSet, and its node, where later checks look for the cause of what they see. */
function placesOf(pod: Pod): Place[] {
    const { nodeName } = pod.spec;
    return [ownerPlace(pod), ...(nodeName === undefined ? [] : [placeOf("Node", { name: nodeName })])];
}

/** What the hook, or the client in it, says (https://github.com/intel/intel-device-plugins-for-kubernetes, cmd/sgx_epchook). */
const sayings = {
    policy: /ValidatingAdmissionPolicy/,
    forbidden: /is forbidden|Unauthorized/,
    noEpc: /SGX EPC is not available/,
    unreachable:
        /dial tcp|i\/o timeout|connection refused|no such host|no route to host|deadline exceeded|TLS handshake/,
};

function failureOf(pod: Pod, container: string, view: View, end: ContainerState["terminated"]): Told | undefined {
    if (end === undefined) return undefined;
    const { metadata, spec } = pod;
    const { message = "", exitCode } = end;
    if (sayings.noEpc.test(message)) {
        return {
            reason: "no-epc",
            seen: "the EPC hook finds no EPC on the processor",
            fix: "use nodes of a DCsv3 or DCdsv3 size; on machines of your own, switch SGX on in the firmware",
        };
    }
    if (sayings.policy.test(message)) {
        return {
            reason: "hook-refused",
            seen: "an admission policy refuses the EPC hook's change of its node",
            fix: "let the hook run as the account, and in the namespace, that the policy confidential-aks-sgx-epc-hook names: `pulumi up`",
        };
    }
    const rights = missingRights(view);
    const isForbidden = sayings.forbidden.test(message);
    if (isForbidden || (message === "" && rights !== undefined)) {
        const account = `${metadata.namespace ?? ""}/${spec.serviceAccountName ?? "default"}`;
        return {
            reason: "hook-forbidden",
            seen: `the EPC hook may not change its node's status (account ${account})${rights === undefined ? "" : `: ${rights}`}`,
            fix: rightsFix,
        };
    }
    // The network of a node that joins comes up beside it.
    if (sayings.unreachable.test(message))
        return isStarting(view, pod) ? undefined : unreachable(metadata.namespace, view);
    return {
        reason: "hook-failing",
        seen: `the EPC hook ends with exit code ${exitCode}${message === "" ? "" : `: ${lastLine(message)}`}`,
        fix: `its log says why: ${logsOf(pod, container, "previous")}`,
    };
}

function unreachable(namespace: string | undefined, view: View): Told {
    const policies = view.snapshot.objects.networkPolicies.filter(
        ({ metadata, spec }) => metadata.namespace === namespace && spec.policyTypes?.includes("Egress") === true,
    );
    const names = policies.map(({ metadata }) => metadata.name).join(", ");
    const maybe = names === "" ? "" : `, and the NetworkPolicies of its namespace (${names})`;
    return {
        reason: "hook-no-api-server",
        seen: "the EPC hook does not reach the API server",
        fix: `let the nodes reach the API server on port 443: look at the firewall${maybe}`,
    };
}

/** The line that says why: without the date and the place in the code that klog puts in front. */
function lastLine(message: string): string {
    const lines = message.trim().split("\n");
    return (lines.at(-1) ?? "").replace(/^[IWEF]\d{4} \S+ +\d+ \S+\] /, "");
}

/** Rights that are gone while no hook runs: the next one fails. */
function unused(view: View): Seen[] {
    const rights = missingRights(view);
    if (rights === undefined) return [];
    return [
        {
            reason: "hook-without-rights",
            severity: "warning",
            seen: `the next EPC hook will not be allowed to change its node: ${rights}`,
            where: [],
            fix: rightsFix,
        },
    ];
}
