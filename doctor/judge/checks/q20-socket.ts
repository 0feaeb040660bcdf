import { isInSocketDir } from "../../../components/sgx/aesm/socket-dir.js";
import { hostPathType } from "../../../components/sgx/admission/rules/host-path-type.js";
import { socketReadOnly } from "../../../components/sgx/admission/rules/socket-read-only.js";
import { socketWriters } from "../../model/roles.js";
import type { Pod, PodTemplate } from "../../model/objects.js";
import { nameOf } from "../../model/place.js";
import { labelOf, QUOTE_PROVIDER, subjectsOf, type Subject } from "../attesting.js";
import { ofEach, type Check, type Found, type Seen } from "../check.js";
import { gathered } from "../gather.js";
import { ruleText } from "../rule-text.js";
import { needsHelperOrUser } from "../nothing.js";
import { isOwn, twoAesm } from "../addon.js";
import { removeOne } from "../remove-one.js";
import { isLive, ownerPlace, placeOf, type View } from "../view.js";

/** AESM's directory on a node is written by one AESM, and by nothing else. */
export const q20: Check = {
    code: "CA-Q20",
    reads: ["nodes", "pods", "daemonSets", "workloads"],
    needs: needsHelperOrUser,
    run: (view, found) => gathered([...twice(view, found), ...clients(view)]),
};

/** Two quote helpers on a node: the later one takes the first one's socket away. */
function twice(view: View, found: Found): Seen[] {
    return ofEach(view.snapshot.objects.nodes, (node): Seen | undefined => {
        const writers = view
            .onNode(node, "helper")
            .filter((pod) => isLive(pod) && pod.metadata.deletionTimestamp === undefined)
            .filter(({ spec }) => socketWriters(spec).length > 0);
        if (writers.length < 2) return undefined;
        if (writers.some((pod) => isNamedByAzure(pod, found))) return { because: "CA-A04" };
        const sources = [...new Map(writers.map(ownerPlace).map((place) => [nameOf(place), place])).values()];
        const names = sources.map((source) => `${source.kind} ${nameOf(source)}`).sort();
        return {
            reason: "two-aesm",
            severity: "problem",
            seen: `${twoAesm}${names.length > 1 ? `: ${names.join(" and ")}` : ""}`,
            where: [placeOf("Node", node.metadata), ...writers.map(({ metadata }) => placeOf("Pod", metadata))],
            // Two pods of one DaemonSet differ by their names only.
            fix: removeOne(
                sources.length > 1 ? sources : writers.map(({ metadata }) => placeOf("Pod", metadata)),
                "helper",
                view,
            ),
        };
    });
}

/** Azure has said that the other one is the add-on's. */
function isNamedByAzure({ metadata: { namespace = "", ownerReferences = [] } }: Pod, found: Found): boolean {
    return ownerReferences.some(({ kind, name }) => found.cause(["CA-A04"], { kind, namespace, name }) !== undefined);
}

/**
 * Where this package has nothing to do with it, a client that could write is as Microsoft's page on the add-on has it
 * (https://learn.microsoft.com/azure/confidential-computing/confidential-nodes-aks-addon).
 */
function clients(view: View): Seen[] {
    const isOurs = view.daemonSets.helper.some(isOwn);
    return ofEach(
        subjectsOf(view).filter(({ template }) => isOurs || labelOf(template) !== undefined),
        client,
    );
}

/** A workload that can do to AESM's directory what only AESM may. */
function client({ template, pods, place }: Subject): Seen[] {
    const templates: PodTemplate[] = [
        template,
        ...pods.filter(isLive).map(({ metadata, spec }) => ({ metadata, spec })),
    ];
    const own = templates.filter(({ metadata }) => metadata?.annotations?.[QUOTE_PROVIDER] === undefined);
    const [writer] = own.flatMap(({ spec }) => socketWriters(spec));
    const [made] = own.flatMap(({ spec: { volumes = [] } }) =>
        volumes.filter(({ hostPath }) => isInSocketDir(hostPath?.path) && hostPath?.type === "DirectoryOrCreate"),
    );
    const says = [
        ...(writer === undefined
            ? []
            : [{ reason: "writable-client", ...ruleText(socketReadOnly, `container ${JSON.stringify(writer)}`) }]),
        ...(made === undefined
            ? []
            : [{ reason: "directory-or-create", ...ruleText(hostPathType, `volume ${JSON.stringify(made.name)}`) }]),
    ];
    return says.map((each) => ({ ...each, severity: "warning", where: [place] }));
}
