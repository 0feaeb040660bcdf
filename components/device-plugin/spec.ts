import type * as pulumi from "@pulumi/pulumi";
import { flag, imageReference, integerIn, kubernetesName, type Problem, type Warning } from "../problems";
import { SGX_NODE_LABEL, SGX_NODE_LABEL_VALUE } from "../sgx";
import type { SgxDevicePluginArgs } from "./args";

/**
 * Images and limits used where the arguments name none (https://github.com/intel/intel-device-plugins-for-kubernetes).
 */
const defaults = {
    image: "intel/intel-sgx-plugin:0.36.0",
    epcHookImage: "intel/intel-sgx-initcontainer:0.36.0",
    limit: 110,
} as const;

/** The arguments with their defaults. */
export interface DevicePluginSpec {
    image: pulumi.Input<string>;
    epcHookImage: pulumi.Input<string>;
    enclaveLimit: number;
    provisionLimit: number;
    nodeSelector: Record<string, string>;
}

/**
 * The default images, where they are used: by tag, since this package knows no digest of them. What was named on
 * purpose passes.
 */
export function devicePluginWarnings(args: SgxDevicePluginArgs): Warning[] {
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

/** Problems of the arguments that are known now. */
export function checkDevicePlugin(args: SgxDevicePluginArgs): Problem[] {
    return [
        ...imageReference("image", args.image),
        ...imageReference("epcHookImage", args.epcHookImage),
        ...integerIn("enclaveLimit", args.enclaveLimit, 2, 10_000),
        ...integerIn("provisionLimit", args.provisionLimit, 1, 10_000),
        ...kubernetesName("namespace", args.namespace),
        ...flag("networkPolicy", args.networkPolicy),
    ];
}

/** The arguments with their defaults, unchecked. */
export function devicePluginSpec(args: SgxDevicePluginArgs): DevicePluginSpec {
    return {
        image: args.image ?? defaults.image,
        epcHookImage: args.epcHookImage ?? defaults.epcHookImage,
        enclaveLimit: args.enclaveLimit ?? defaults.limit,
        provisionLimit: args.provisionLimit ?? defaults.limit,
        nodeSelector: args.nodeSelector ?? { [SGX_NODE_LABEL]: SGX_NODE_LABEL_VALUE },
    };
}
