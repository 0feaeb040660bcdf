import type * as pulumi from "@pulumi/pulumi";
import { flag, groupIds, integerIn, kubernetesName, requiredImage, type Checked, type Problem } from "../problems";
import { parseEpc } from "../sgx";
import { checkedValue, type Subject } from "../shared/checked-later";
import { checkedName } from "../shared/checked-name";
import type { OpenEnclaveSampleArgs, SampleSettings } from "./args";
import { sampleDefaults as defaults } from "./defaults";

/** The settings with their defaults. */
export interface SampleSettingsSpec {
    epc: string;
    /** Undefined: the pods have no such annotation. */
    rerun: string | undefined;
    deadlineSeconds: number;
    supplementalGroups: number[];
    tolerateSpot: boolean;
    /** The namespace that exists; undefined where the component makes one. */
    namespace: pulumi.Input<string> | undefined;
    networkPolicy: boolean;
}

/** The arguments with their defaults. */
export interface SampleSpec extends SampleSettingsSpec {
    image: pulumi.Input<string>;
}

/** What the arguments stand for, and what is wrong with those that are known now. */
export function sampleSpec(args: OpenEnclaveSampleArgs): Checked<SampleSpec> {
    const { spec, problems, warnings } = sampleSettings(args);
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
export function sampleSettings(args: SampleSettings): Checked<SampleSettingsSpec> {
    return {
        spec: {
            epc: args.epc ?? defaults.epc,
            rerun: args.rerun,
            deadlineSeconds: args.deadlineSeconds ?? defaults.deadlineSeconds,
            supplementalGroups: args.supplementalGroups ?? [],
            tolerateSpot: args.tolerateSpot ?? defaults.tolerateSpot,
            namespace: args.namespace,
            networkPolicy: args.networkPolicy ?? defaults.networkPolicy,
        },
        problems: problemsOf(args),
        warnings: [],
    };
}

/** The same spec, whose outputs are checked as soon as their values are known. */
export function sampleOutputs(of: Subject, spec: SampleSpec): SampleSpec {
    return {
        ...spec,
        image: checkedValue(of, "image", spec.image, checkImage),
        namespace: checkedName(of, "namespace", spec.namespace),
    };
}

function problemsOf(args: SampleSettings): Problem[] {
    return [
        ...(args.epc === undefined ? [] : parseEpc(args.epc, "epc").problems),
        ...integerIn("deadlineSeconds", args.deadlineSeconds, 150, 86_400),
        ...groupIds("supplementalGroups", args.supplementalGroups),
        ...flag("tolerateSpot", args.tolerateSpot),
        ...kubernetesName("namespace", args.namespace),
        ...flag("networkPolicy", args.networkPolicy),
    ];
}
