import type { ContainerStatus, Pod } from "../model/objects.js";
import type { View } from "./view.js";

/** Why an image does not come. */
export interface PullFailure {
    /** The limit of a registry has a name of its own, since waiting helps there. */
    reason: "image-rate-limit" | "image-pull";
    seen: string;
    fix: string;
}

/** What the kubelet says of a container whose image does not come. */
const waitingReasons = [
    ...["ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"],
    ...["ImageInspectError", "RegistryUnavailable", "SignatureValidationFailed"],
];

/** The texts by which container runtimes and registries name the causes; the first that fits. */
const causes: readonly (PullFailure & { text: RegExp })[] = [
    {
        reason: "image-rate-limit",
        text: /toomanyrequests|too many requests|\b429\b/i,
        seen: "the registry refuses more pulls for now (429, toomanyrequests), as Docker Hub does for addresses that share a limit",
        fix: "copy the image into a registry of yours (az acr import) and name it there; or wait some minutes",
    },
    {
        reason: "image-pull",
        text: /unauthorized|access denied|forbidden|authorization failed|authentication required|\b40[13]\b/i,
        seen: "the registry does not let the node pull it",
        fix: "let the cluster pull from the registry: az aks update --resource-group GROUP --name CLUSTER --attach-acr REGISTRY",
    },
    {
        reason: "image-pull",
        text: /not found|manifest unknown|name unknown|notfound|\b404\b|InvalidImageName|ErrImageNeverPull/i,
        seen: "there is no such image",
        fix: "correct the image's name and tag, or push it",
    },
    {
        reason: "image-pull",
        text: /i\/o timeout|no such host|connection refused|connection reset|deadline exceeded|dial tcp|TLS handshake/i,
        seen: "the node does not reach the registry",
        fix: "let the nodes reach the registry: firewall, private endpoint and its DNS zone",
    },
];

/** Why the image of a container does not come; undefined where it does. */
export function pullFailure(view: View, { metadata }: Pod, status: ContainerStatus): PullFailure | undefined {
    const { reason = "", message = "" } = status.state?.waiting ?? {};
    if (!waitingReasons.includes(reason)) return undefined;
    const failed = view.events("Pod", metadata).filter((event) => event.reason === "Failed");
    const image = status.image ?? "";
    // The name of an image may hold a number such as 404.
    const text = [reason, message, ...failed.map((event) => event.message)].join("\n").replaceAll(image, "");
    const cause = causes.find((one) => one.text.test(text));
    const named = image === "" ? "an image" : `the image ${image}`;
    if (cause !== undefined) {
        return { reason: cause.reason, seen: `${named} cannot be pulled: ${cause.seen}`, fix: cause.fix };
    }
    const fix = `see what the kubelet says: kubectl describe pod -n ${metadata.namespace ?? ""} ${metadata.name}`;
    return { reason: "image-pull", seen: `${named} cannot be pulled (${reason})`, fix };
}
