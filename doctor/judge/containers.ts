import type { ContainerStatus, Pod } from "../model/objects.js";
import type { Finding } from "../model/report.js";
import { hasEndedWithNode } from "./starting.js";
import { statusesOf, type View } from "./view.js";

/** What checks say of a container, where all say the same. */
export type Told = Pick<Finding, "reason" | "seen" | "fix">;

/** A container that the node cannot start: it has no image, or the container runtime refuses it. */
interface NotStarted extends Told {
    kind: "not-started";
    /** The limit of a registry has a reason of its own, since waiting helps there. */
    reason: "image-pull" | "image-rate-limit" | "cannot-start";
    container: string;
}

/** A container that ended and waits to be started again, or has ended for good with an error. */
interface Ended {
    kind: "ended";
    container: string;
    /** What the kubelet says: a reason, with its message where there is one. */
    said: string;
    /** How it ended last. */
    exitCode?: number;
    /** It was killed because it had used up its memory limit. */
    outOfMemory: boolean;
}

/** Why a container does not run. */
export type Trouble = NotStarted | Ended;

/** What the kubelet says of a container whose image does not come. */
const imageReasons = [
    ...["ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"],
    ...["ImageInspectError", "RegistryUnavailable", "SignatureValidationFailed"],
];
/** What it says of one that the container runtime cannot make or start. */
const startReasons = ["CreateContainerError", "CreateContainerConfigError", "RunContainerError", "PostStartHookError"];

/** The first container of a pod, or of these of it, that is in trouble. */
export function troubleOf(view: View, pod: Pod, statuses = statusesOf(pod)): Trouble | undefined {
    for (const status of statuses) {
        const trouble = ofContainer(view, pod, status);
        if (trouble !== undefined) return trouble;
    }
    return undefined;
}

function ofContainer(view: View, pod: Pod, status: ContainerStatus): Trouble | undefined {
    const container = status.name;
    const reason = status.state?.waiting?.reason ?? "";
    if (imageReasons.includes(reason)) return { kind: "not-started", container, ...pullFailure(view, pod, status) };
    if (startReasons.includes(reason))
        return {
            kind: "not-started",
            container,
            reason: "cannot-start",
            seen: `the container ${container} cannot be started: ${saidOf(status)}`,
            fix: `mend what the kubelet names: ${describePod(pod)} shows it`,
        };
    if (!hasEnded(view, pod, status)) return undefined;
    const last = lastEndOf(status);
    return {
        kind: "ended",
        container,
        said: saidOf(status),
        ...(last === undefined ? {} : { exitCode: last.exitCode }),
        outOfMemory: last?.reason === "OOMKilled",
    };
}

/** One that is recreated, as after a reboot, has ended before as well, and that says nothing. */
function hasEnded(view: View, pod: Pod, { state }: ContainerStatus): boolean {
    if (state?.waiting?.reason === "CrashLoopBackOff") return true;
    const end = state?.terminated;
    return end !== undefined && end.exitCode !== 0 && !hasEndedWithNode(view, pod, end);
}

/** How a container ended last. */
export function lastEndOf({ state, lastState }: ContainerStatus) {
    return state?.terminated ?? lastState?.terminated;
}

function saidOf(status: ContainerStatus): string {
    const { reason = "", message = "" } = { ...lastEndOf(status), ...status.state?.waiting };
    return message === "" ? reason : `${reason}: ${oneLine(message)}`;
}

/** The texts by which container runtimes and registries name the causes; the first that fits. */
const pullCauses: readonly (Told & { reason: NotStarted["reason"]; text: RegExp })[] = [
    {
        reason: "image-rate-limit",
        text: /toomanyrequests|too many requests|\b429\b/i,
        seen: "the registry refuses more pulls for now (429, toomanyrequests), as Docker Hub does for addresses that share a limit",
        fix: "copy the image into a registry of yours (`az acr import --name REGISTRY --source docker.io/NAME:TAG`) and name it there; or wait some minutes",
    },
    {
        reason: "image-pull",
        text: /unauthorized|access denied|forbidden|authorization failed|authentication required|\b40[13]\b/i,
        seen: "the registry does not let the node pull it",
        fix: "let the cluster pull from the registry: `az aks update --resource-group GROUP --name CLUSTER --attach-acr REGISTRY`; from a registry outside Azure, with imagePullSecrets",
    },
    {
        reason: "image-pull",
        text: /not found|manifest unknown|name unknown|notfound|\b404\b|InvalidImageName|ErrImageNeverPull/i,
        seen: "there is no such image (not found)",
        fix: "correct the image's name and tag, or push it",
    },
    {
        reason: "image-pull",
        text: /i\/o timeout|no such host|connection refused|connection reset|deadline exceeded|dial tcp|TLS handshake/i,
        seen: "the node does not reach the registry",
        fix: "let the nodes reach the registry: firewall, private endpoint and its DNS zone",
    },
];

/** Why the image does not come. Nodes that wait between two tries say less than the events of the try. */
function pullFailure(view: View, pod: Pod, status: ContainerStatus) {
    const { reason = "", message = "" } = status.state?.waiting ?? {};
    const { initContainers = [], containers } = pod.spec;
    const inSpec = [...initContainers, ...containers].find(({ name }) => name === status.name)?.image;
    const image = [status.image ?? "", inSpec ?? ""].find((one) => one !== "");
    const failed = view.events("Pod", pod.metadata).filter((event) => event.reason === "Failed");
    // The name of an image may hold a number such as 404.
    const text = [reason, message, ...failed.map((event) => event.message)].join("\n").replaceAll(image ?? " ", " ");
    const cause = pullCauses.find((one) => one.text.test(text));
    return {
        reason: cause?.reason ?? "image-pull",
        seen: `${image === undefined ? "an image" : `the image ${image}`} cannot be pulled: ${cause?.seen ?? saidOf(status)}`,
        fix: cause?.fix ?? `mend what the kubelet names: ${describePod(pod)} shows it`,
    } as const;
}

/** What the kubelet said last of a pod of which no container is there yet, by the reason of the event. */
export function lastSaid(view: View, { metadata }: Pod, reason: "FailedMount" | "FailedCreatePodSandBox") {
    const events = view.events("Pod", metadata).filter((event) => event.reason === reason);
    return events.at(-1)?.message;
}

/** The command that shows what the kubelet says of a pod. */
export function describePod({ metadata: { namespace = "", name } }: Pod): string {
    return `\`kubectl describe pod -n ${namespace} ${name}\``;
}

/** The command that shows the log of a pod's container, of its run before the present one where it has ended. */
export function logsOf({ metadata: { namespace = "", name } }: Pod, container: string, run: "present" | "previous") {
    return `\`kubectl logs -n ${namespace} ${name} -c ${container}${run === "previous" ? " --previous" : ""}\``;
}

const longest = 300;

/** A message as part of a sentence. */
export function oneLine(message: string): string {
    const text = message.replace(/\s+/g, " ").trim().replace(/\.$/, "");
    return text.length <= longest ? text : `${text.slice(0, longest)}…`;
}
