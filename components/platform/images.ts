import { readFileSync } from "node:fs";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import type { ConfidentialCluster } from "../cluster/confidential-cluster";
import type { ExistingCluster } from "../cluster/existing-cluster";
import { EnclaveImage } from "../image/enclave-image";
import { pullRights, registryOf } from "../image/registry";
import { registrySpec } from "../image/spec";
import { ownImageContext, packageRoot } from "../shared/package-root";
import type { BuiltImage, PlatformSpec } from "./parts";

/** An image, and what has to be there before a pod can use it. */
export interface ReadyImage {
    image: pulumi.Input<string>;
    after: pulumi.Resource[];
}

/** The two images of a platform; undefined where nothing runs them. */
export interface PlatformImages {
    aesm: ReadyImage | undefined;
    sample: ReadyImage | undefined;
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
    };
}

/** A registry, where it is, and who may pull from it. */
interface ImageRegistry {
    name: pulumi.Output<string>;
    resourceGroupName: pulumi.Input<string>;
    rights: pulumi.Resource[];
}

function imageRegistry(
    name: string,
    spec: PlatformSpec,
    cluster: ConfidentialCluster | ExistingCluster,
    parent: pulumi.Resource,
    aliases: pulumi.ComponentResourceOptions["aliases"],
): ImageRegistry {
    const { registryName, registryResourceGroupName, newRegistry, pullPrincipalId } = spec.images;
    const resourceGroupName = registryResourceGroupName ?? cluster.resourceGroupName;
    const { location, tags } = spec.cluster.spec;
    const ofRegistry = registrySpec({ resourceGroupName, registryName, newRegistry, location, tags });
    const registry = registryOf(ofRegistry, {
        subject: `platform "${name}"`,
        component: name,
        child: { parent },
        aliases,
    });
    const rights = pullRights(name, pullPrincipalId ?? kubeletOf(cluster), registry.id, { parent });
    return { name: registry.name, resourceGroupName, rights };
}

function buildImage(
    name: string,
    image: string,
    spec: PlatformSpec,
    registry: ImageRegistry,
    parent: pulumi.Resource,
): EnclaveImage {
    return new EnclaveImage(
        `${name}-${image}`,
        {
            context: ownImageContext(image),
            repository: `confidential-aks/${image}`,
            buildArgs: buildArguments(image),
            resourceGroupName: registry.resourceGroupName,
            registryName: registry.name,
            location: spec.cluster.spec.location,
        },
        { parent },
    );
}

/** The kubelets' identity; validation has seen to it that there is one where this is asked. */
function kubeletOf(cluster: ConfidentialCluster | ExistingCluster): pulumi.Output<string> {
    return cluster.kubeletPrincipalId.apply((id) => id ?? "");
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
