import { nameOf, isSamePlace } from "../model/place.js";
import type { Place } from "../model/report.js";
import { isOwn, withoutQuoteHelper } from "./addon.js";
import { isTrue, ownerPlace, placeOf, statusesOf, type View } from "./view.js";

/** What there must be one of on a node. */
type Single = "plugin" | "helper";

const cluster = "--resource-group GROUP --name CLUSTER";
/** The add-on's DaemonSets in kube-system, and how they are switched off. */
const addOns: Readonly<Record<string, string>> = {
    "sgx-plugin": `\`az aks disable-addons --addons confcom ${cluster}\``,
    "sgx-quote-helper": withoutQuoteHelper(cluster),
};
/** A container that has restarted so often does not do its work. */
const manyRestarts = 3;

/** Which of them to remove, and how: one that does not run well, else one that is not of this package. */
export function removeOne(sources: readonly Place[], role: Single, view: View): string {
    const states = sources.map((source) => ({
        source,
        trouble: troubleOf(source, role, view),
        isOurs: isOurs(source, role, view),
    }));
    const [first, ...rest] = states.sort(
        (one, other) =>
            Number(one.trouble === undefined) - Number(other.trouble === undefined) ||
            Number(one.isOurs) - Number(other.isOurs),
    );
    if (first === undefined) return "";
    const { source, trouble } = first;
    const why = trouble === undefined ? "" : `, which ${trouble},`;
    const others = rest.map((each) => nameOf(each.source)).join(", ");
    return `remove ${source.kind} ${nameOf(source)}${why} and keep ${others}: ${removal(source, role, first.isOurs)}`;
}

/** What is wrong with its pods. */
function troubleOf(source: Place, role: Single, view: View): string | undefined {
    const pods = view.pods[role].filter((pod) =>
        [ownerPlace(pod), placeOf("Pod", pod.metadata)].some((place) => isSamePlace(place, source)),
    );
    const restarts = Math.max(0, ...pods.flatMap((pod) => statusesOf(pod).map(({ restartCount }) => restartCount)));
    if (restarts >= manyRestarts) return `has restarted ${restarts} times`;
    return pods.some((pod) => isTrue(pod, "Ready")) ? undefined : "is not ready";
}

function isOurs(source: Place, role: Single, { daemonSets }: View): boolean {
    return daemonSets[role].some(
        (daemonSet) => isOwn(daemonSet) && isSamePlace(placeOf("DaemonSet", daemonSet.metadata), source),
    );
}

function removal({ kind, namespace = "", name }: Place, role: Single, isOurs: boolean): string {
    const ofAddOn = kind === "DaemonSet" && namespace === "kube-system" ? addOns[name] : undefined;
    if (ofAddOn !== undefined) return ofAddOn;
    const command = `\`kubectl delete ${kind.toLowerCase()} -n ${namespace} ${name}\``;
    if (isOurs) return `take it out of the program that made it, or, where none has it, ${command}`;
    if (role === "helper" && kind !== "DaemonSet")
        return `${command}; a client of AESM has to mount the directory with readOnly`;
    return `${command}, or what has made it, such as Intel's operator`;
}
