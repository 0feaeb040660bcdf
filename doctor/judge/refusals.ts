import type { KubernetesEvent, Pod } from "../model/objects.js";
import type { Subject } from "./attesting.js";
import type { View } from "./view.js";

/** What the API server said, last, when it refused to make a pod of a workload. */
export function refusalsOf({ snapshot }: View): (subject: Subject) => KubernetesEvent | undefined {
    const byOwner = new Map<string, KubernetesEvent>();
    for (const event of snapshot.objects.events) {
        if (event.reason !== "FailedCreate") continue;
        const { kind, name, namespace = "" } = event.object;
        // A ReplicaSet has the name of its Deployment and a hash.
        const owner = kind === "ReplicaSet" ? `Deployment/${namespace}/${name.replace(/-[^-]*$/, "")}` : undefined;
        for (const key of [`${kind}/${namespace}/${name}`, ...(owner === undefined ? [] : [owner])]) {
            const known = byOwner.get(key);
            if (known === undefined || Date.parse(event.last ?? "") >= Date.parse(known.last ?? ""))
                byOwner.set(key, event);
        }
    }
    return ({ kind, metadata: { name, namespace = "" } }) => byOwner.get(`${kind}/${namespace}/${name}`);
}

/** Whether pods were made since they were refused. */
export function isOutdated({ last = "" }: KubernetesEvent, pods: readonly Pod[]): boolean {
    return pods.some(({ metadata }) => Date.parse(metadata.creationTimestamp ?? "") > Date.parse(last));
}
