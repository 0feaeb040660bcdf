import { EPC_RESOURCE } from "../../../components/sgx/index.js";
import type { Node } from "../../model/objects.js";
import type { Place } from "../../model/report.js";
import { ofEach, type Check, type Found, type Seen } from "../check.js";
import { gathered } from "../gather.js";
import { hookOf } from "../hooks.js";
import { isSelected } from "../placing.js";
import { removeOne } from "../remove-one.js";
import { isLive, ownerPlace, placeOf, type View } from "../view.js";

/**
 * Annotation of NFD with the resources that it writes, maybe behind the name of an instance
 * (https://kubernetes-sigs.github.io/node-feature-discovery/stable/get-started/introduction.html#node-annotations).
 */
const nfdAnnotation = /(^|\.)nfd\.node\.kubernetes\.io\/extended-resources$/;

/** Two that offer the same resources take them from each other, at each restart of one of them. */
export const p15: Check = {
    code: "CA-P15",
    reads: ["nodes", "pods", "daemonSets"],
    run: (view, found) =>
        gathered(ofEach(view.sgxNodes, (node) => [...twoPlugins(node, view, found), ...nfdToo(node, view)])),
};

function twoPlugins(node: Node, view: View, found: Found): Seen[] {
    const sources = pluginsOf(node, view);
    if (sources.length < 2) return [];
    // Azure has said that one of them is the add-on's.
    if (sources.some((each) => found.cause(["CA-A04"], each) !== undefined)) return [{ because: "CA-A04" }];
    return [
        {
            reason: "two-plugins",
            severity: "problem",
            seen: `${sources.length} device plugins on the same node offer the same resources`,
            where: [...sources, placeOf("Node", node.metadata)],
            fix: removeOne(sources, "plugin", view),
        },
    ];
}

/** What device plugins there are on a node: owners of pods that run there, and DaemonSets that select it. */
function pluginsOf(node: Node, view: View): Place[] {
    const owners = view.onNode(node, "plugin").filter(isLive).map(ownerPlace);
    const selecting = view.daemonSets.plugin
        .filter(({ spec }) => isSelected(spec.template.spec, node))
        .map(({ metadata }) => placeOf("DaemonSet", metadata));
    return [...new Map([...owners, ...selecting].map((place) => [JSON.stringify(place), place])).values()];
}

function nfdToo(node: Node, view: View): Seen[] {
    const annotations = Object.entries(node.metadata.annotations ?? {});
    const published = annotations.filter(([key]) => nfdAnnotation.test(key)).flatMap(([, value]) => value.split(","));
    const hasHook = view.onNode(node, "plugin").some(({ spec }) => hookOf(spec) !== undefined);
    if (!hasHook || !published.some((name) => name.trim() === EPC_RESOURCE)) return [];
    return [
        {
            reason: "nfd-and-hook",
            severity: "warning",
            seen: `Node Feature Discovery and the device plugin's EPC hook both write ${EPC_RESOURCE}, and NFD removes it when its rule goes`,
            where: [placeOf("Node", node.metadata)],
            fix: `take ${EPC_RESOURCE} out of the extendedResources of NFD's rule (\`kubectl get nodefeaturerules\`), or run the device plugin without its EPC hook`,
        },
    ];
}
