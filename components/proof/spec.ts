import type * as pulumi from "@pulumi/pulumi";
import { flag, groupIds, integerIn, kubernetesName, requiredImage, type Checked, type Problem } from "../problems";
import { parseEpc } from "../sgx";
import { checkedValue, type Subject } from "../shared/checked-later";
import { checkedName } from "../shared/checked-name";
import { checkedTextsLater, checkNodeSelector, enclaveNodes, type TextMap } from "../shared/text-map";
import type { NodeProofArgs, NodeProofSettings } from "./args";
import { nodeProofDefaults as defaults } from "./defaults";

/** The settings with their defaults. */
export interface NodeProofSettingsSpec {
    everyHours: number;
    epc: string;
    deadlineSeconds: number;
    supplementalGroups: number[];
    /** The namespace that exists; undefined where the component makes one. */
    namespace: pulumi.Input<string> | undefined;
    nodeSelector: TextMap;
    networkPolicy: boolean;
}

/** The arguments with their defaults. */
export interface NodeProofSpec extends NodeProofSettingsSpec {
    image: pulumi.Input<string>;
}

/** What the arguments stand for, and what is wrong with those that are known now. */
export function nodeProofSpec(args: NodeProofArgs): Checked<NodeProofSpec> {
    const { spec, problems, warnings } = nodeProofSettings(args);
    return {
        spec: { ...spec, image: args.image },
        problems: [...checkImage("image", args.image), ...problems],
        warnings,
    };
}

function checkImage(path: string, image: unknown): Problem[] {
    return requiredImage(path, image, "an image built from images/attestation-sample", "name it");
}

/** The same for the settings alone, where the image is not known yet. */
export function nodeProofSettings(args: NodeProofSettings): Checked<NodeProofSettingsSpec> {
    return {
        spec: {
            everyHours: args.everyHours ?? defaults.everyHours,
            epc: args.epc ?? defaults.epc,
            deadlineSeconds: args.deadlineSeconds ?? defaults.deadlineSeconds,
            supplementalGroups: args.supplementalGroups ?? [],
            namespace: args.namespace,
            nodeSelector: args.nodeSelector ?? enclaveNodes,
            networkPolicy: args.networkPolicy ?? defaults.networkPolicy,
        },
        problems: problemsOf(args),
        warnings: [],
    };
}

/** The same spec, whose outputs are checked as soon as their values are known. */
export function nodeProofOutputs(of: Subject, spec: NodeProofSpec): NodeProofSpec {
    return {
        ...spec,
        image: checkedValue(of, "image", spec.image, checkImage),
        namespace: checkedName(of, "namespace", spec.namespace),
        nodeSelector: checkedTextsLater(of, spec.nodeSelector, (label, value) =>
            checkNodeSelector("nodeSelector", { [label]: value }),
        ),
    };
}

function problemsOf(args: NodeProofSettings): Problem[] {
    return [
        ...integerIn("everyHours", args.everyHours, 1, 168),
        ...(args.epc === undefined ? [] : parseEpc(args.epc, "epc").problems),
        ...integerIn("deadlineSeconds", args.deadlineSeconds, 150, 3600),
        ...groupIds("supplementalGroups", args.supplementalGroups),
        ...kubernetesName("namespace", args.namespace),
        ...checkNodeSelector("nodeSelector", args.nodeSelector),
        ...flag("networkPolicy", args.networkPolicy),
    ];
}
