import type * as pulumi from "@pulumi/pulumi";
import {
    flag,
    imageReference,
    integerIn,
    invalid,
    kubernetesName,
    missing,
    notAllowed,
    when,
    type Checked,
    type Problem,
    type Warning,
} from "../problems";
import { checkKubernetesVersion, parseKubernetesVersion } from "../sgx";
import { firstMinor } from "../sgx/admission";
import { checkedValue, type Subject } from "../shared/checked-later";
import { checkedName } from "../shared/checked-name";
import { checkedTextsLater, checkNodeSelector, enclaveNodes, type TextMap } from "../shared/text-map";
import type { SgxDevicePluginArgs } from "./args";
import { devicePluginDefaults as defaults } from "./defaults";

/** The arguments with their defaults. */
export interface DevicePluginSpec {
    image: pulumi.Input<string>;
    epcHookImage: pulumi.Input<string>;
    enclaveLimit: number;
    provisionLimit: number;
    /** The namespace that exists; undefined where the component makes one. */
    namespace: pulumi.Input<string> | undefined;
    nodeSelector: TextMap;
    networkPolicy: boolean;
    /** Whether a new node is tainted until its EPC is there. */
    startupTaint: boolean;
}

/** What the arguments stand for, and what is wrong with those that are known now. */
export function devicePluginSpec(args: SgxDevicePluginArgs): Checked<DevicePluginSpec> {
    const { image, epcHookImage, enclaveLimit, provisionLimit, networkPolicy, startupTaint } = defaults;
    return {
        spec: {
            image: args.image ?? image,
            epcHookImage: args.epcHookImage ?? epcHookImage,
            enclaveLimit: args.enclaveLimit ?? enclaveLimit,
            provisionLimit: args.provisionLimit ?? provisionLimit,
            namespace: args.namespace,
            nodeSelector: args.nodeSelector ?? enclaveNodes,
            networkPolicy: args.networkPolicy ?? networkPolicy,
            startupTaint: args.startupTaint ?? startupTaint,
        },
        problems: problemsOf(args),
        warnings: imagesByTag(args),
    };
}

/** The same spec, whose outputs are checked as soon as their values are known. */
export function devicePluginOutputs(of: Subject, spec: DevicePluginSpec): DevicePluginSpec {
    return {
        ...spec,
        image: checkedValue(of, "image", spec.image, imageReference),
        epcHookImage: checkedValue(of, "epcHookImage", spec.epcHookImage, imageReference),
        namespace: checkedName(of, "namespace", spec.namespace),
        nodeSelector: checkedTextsLater(of, spec.nodeSelector, (label, value) =>
            checkNodeSelector("nodeSelector", { [label]: value }),
        ),
    };
}

function problemsOf(args: SgxDevicePluginArgs): Problem[] {
    return [
        ...imageReference("image", args.image),
        ...imageReference("epcHookImage", args.epcHookImage),
        ...integerIn("enclaveLimit", args.enclaveLimit, 2, 10_000),
        ...integerIn("provisionLimit", args.provisionLimit, 1, 10_000),
        ...kubernetesName("namespace", args.namespace),
        ...checkNodeSelector("nodeSelector", args.nodeSelector),
        ...flag("networkPolicy", args.networkPolicy),
        ...flag("startupTaint", args.startupTaint),
        ...checkVersion(args),
    ];
}

/** The version decides whether the API server has the kind of policy that the startup taint needs. */
function checkVersion({ startupTaint, kubernetesVersion }: SgxDevicePluginArgs): Problem[] {
    const path = "kubernetesVersion";
    const unused = notAllowed(path, kubernetesVersion, "without startupTaint: nothing else reads it", "remove it");
    if (startupTaint !== true) return when(kubernetesVersion !== undefined, unused);
    const expected = `1.${firstMinor.mutating} or newer with startupTaint: older API servers have no MutatingAdmissionPolicy`;
    if (kubernetesVersion === undefined)
        return [missing(path, expected, "name the cluster's version, or remove startupTaint")];
    const version = parseKubernetesVersion(kubernetesVersion);
    if (version === undefined) return checkKubernetesVersion(path, kubernetesVersion);
    const tooOld = invalid(path, kubernetesVersion, expected, "upgrade the cluster, or remove startupTaint");
    return when(version.minor < firstMinor.mutating, tooOld);
}

/** A warning of the default images, where they are used. An image that the arguments name passes. */
function imagesByTag(args: SgxDevicePluginArgs): Warning[] {
    const byTag = (["image", "epcHookImage"] as const).filter((path) => args[path] === undefined);
    if (byTag.length === 0) return [];
    const images = byTag.map((path) => defaults[path]).join(" and ");
    return [
        {
            code: "image-by-tag",
            path: byTag.join(", "),
            message:
                `${images} by tag from Docker Hub, on every enclave node and with its devices: who can move the tag decides what runs there; ` +
                "name the image with its digest (name:tag@sha256:..., as docker buildx imagetools inspect shows it)",
        },
    ];
}
