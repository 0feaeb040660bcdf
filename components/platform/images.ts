import { readFileSync } from "node:fs";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import type { ConfidentialCluster } from "../cluster/confidential-cluster";
import type { ExistingCluster } from "../cluster/existing-cluster";
import { devicePluginDefaults } from "../device-plugin/defaults";
import { EnclaveImage } from "../image/enclave-image";
import { pullRights, registryOf } from "../image/registry";
import { registrySpec } from "../image/spec";
import { checkPrincipalId, checkResourceGroupName } from "../shared/check-place";
import { checkedValue } from "../shared/checked-later";
import { ownImageContext, packageRoot } from "../shared/package-root";
import { ofPlatform } from "./outputs";
import type { BuiltImage, PlatformSpec } from "./parts";

/** An image, and what has to be there before a pod can use it. */
interface ReadyImage {
    image: pulumi.Input<string>;
    after: pulumi.Resource[];
}

/** The images of a platform; undefined where nothing runs them, or where a component has its own default. */
export interface PlatformImages {
    aesm: ReadyImage | undefined;
    sample: ReadyImage | undefined;
    nodeProof: ReadyImage | undefined;
    devicePlugin: ReadyImage | undefined;
    epcHook: ReadyImage | undefined;
}

/**
 * The images, named or built. All that are built share one registry. It is the platform's, with the kubelets' pull
 * rights on it: as one of the first image's it would be another resource as soon as that image is no longer built,
 * under a name that is still taken.
 */
export function platformImages(
    name: string,
    spec: PlatformSpec,
    cluster: ConfidentialCluster | ExistingCluster,
    parent: pulumi.Resource,
    aliases: pulumi.ComponentResourceOptions["aliases"],
): PlatformImages {
    const names = spec.builds;
    const registry = names.length === 0 ? undefined : imageRegistry(name, spec, cluster, parent, aliases);
    const built = new Map(
        registry === undefined
            ? []
            : names.map((image) => [image, buildImage(name, image, spec, registry, parent)] as const),
    );
    const ready = (image: BuiltImage, given: pulumi.Input<string> | undefined): ReadyImage | undefined => {
        if (given !== undefined) return { image: given, after: [] };
        const own = built.get(image);
        return own === undefined ? undefined : { image: own.image, after: [own, ...(registry?.rights ?? [])] };
    };
    return {
        aesm: spec.usesDaemonSets ? ready("aesm", spec.quoteHelper.args.image) : undefined,
        sample: spec.runsSample ? ready("attestation-sample", spec.sample.args.image) : undefined,
        nodeProof: spec.provesNodes ? ready("attestation-sample", spec.nodeProof.args.image) : undefined,
        devicePlugin: ready("intel-sgx-plugin", spec.devicePlugin.args.image),
        epcHook: ready("intel-sgx-initcontainer", spec.devicePlugin.args.epcHookImage),
    };
}

/** A registry, where it is, and who may pull from it. */
interface ImageRegistry {
    name: pulumi.Output<string>;
    resourceGroupName: pulumi.Input<string>;
    loginServer: pulumi.Input<string> | undefined;
    agentPoolName: pulumi.Input<string> | undefined;
    rights: pulumi.Resource[];
}

function imageRegistry(
    name: string,
    spec: PlatformSpec,
    cluster: ConfidentialCluster | ExistingCluster,
    parent: pulumi.Resource,
    aliases: pulumi.ComponentResourceOptions["aliases"],
): ImageRegistry {
    const { registryName, newRegistry, loginServer, agentPoolName, pullPrincipalId } = spec.images;
    const of = ofPlatform(name, "images");
    const group = checkedValue(
        of,
        "registryResourceGroupName",
        spec.images.registryResourceGroupName,
        checkResourceGroupName,
    );
    const resourceGroupName = group ?? cluster.resourceGroupName;
    const { location, tags } = spec.cluster.spec;
    const ofRegistry = registrySpec({
        resourceGroupName,
        registryName,
        newRegistry,
        loginServer,
        agentPoolName,
        location,
        tags,
    });
    const registry = registryOf(ofRegistry, {
        ...of,
        component: name,
        child: { parent },
        aliases,
    });
    const puller = checkedValue(of, "pullPrincipalId", pullPrincipalId, checkPrincipalId) ?? kubeletOf(cluster);
    const rights = pullRights(name, puller, registry.id, { parent });
    return { name: registry.name, resourceGroupName, loginServer, agentPoolName, rights };
}

function buildImage(
    name: string,
    image: BuiltImage,
    spec: PlatformSpec,
    registry: ImageRegistry,
    parent: pulumi.Resource,
): EnclaveImage {
    const { forceRun, timeoutSeconds, maxTaskCharacters } = spec.images;
    const { name: registryName, resourceGroupName, loginServer, agentPoolName } = registry;
    return new EnclaveImage(
        `${name}-${image}`,
        {
            ...sourceOf(image),
            repository: `confidential-aks/${image}`,
            resourceGroupName,
            registryName,
            loginServer,
            agentPoolName,
            location: spec.cluster.spec.location,
            forceRun,
            timeoutSeconds,
            maxTaskCharacters,
        },
        { parent },
    );
}

/** The kubelets' identity; validation has seen to it that there is one where this is asked. */
function kubeletOf(cluster: ConfidentialCluster | ExistingCluster): pulumi.Output<string> {
    return cluster.kubeletPrincipalId.apply((id) => id ?? "");
}

/** What an image is built from: Intel's are copied as they are. */
function sourceOf(image: BuiltImage): { context: string; buildArgs: Record<string, string> } {
    if (image === "aesm" || image === "attestation-sample") {
        return { context: ownImageContext(image), buildArgs: buildArguments(image) };
    }
    const { image: plugin, epcHookImage } = devicePluginDefaults;
    return {
        context: ownImageContext("import"),
        buildArgs: { IMAGE: image === "intel-sgx-plugin" ? plugin : epcHookImage },
    };
}

/** The versions an image is built from, of `images/versions.json`. */
function buildArguments(image: string): Record<string, string> {
    const file = join(packageRoot(), "images", "versions.json");
    const { buildArguments: all } = JSON.parse(readFileSync(file, "utf8")) as {
        buildArguments: Record<string, { value: string; images: string[] }>;
    };
    const own = Object.entries(all).filter(([, { images }]) => images.includes(image));
    return Object.fromEntries(own.map(([name, { value }]) => [name, value]));
}
