import * as pulumi from "@pulumi/pulumi";

/** Options of a child of a component. */
export interface ChildOptions extends pulumi.CustomResourceOptions {
    parent: pulumi.Resource;
}

/**
 * Options for a child of a component: its parent, what it waits for, and the resource whose deletion takes it along.
 * The SDK hands the provider and `protect` down from the parent, the other two it does not.
 */
export function childOptions(parent: pulumi.ComponentResource, opts?: pulumi.ComponentResourceOptions): ChildOptions {
    return {
        parent,
        ...(opts?.dependsOn === undefined ? {} : { dependsOn: opts.dependsOn }),
        ...(opts?.deletedWith === undefined ? {} : { deletedWith: opts.deletedWith }),
    };
}

/**
 * The same options for pods that every node runs: the right to pull their images may take up to 60 minutes to work,
 * and the provider waits for 10 by default.
 */
export function waitingForPulls(options: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
    return { ...options, customTimeouts: { create: "70m" } };
}

/** The same options for a child that also waits for others. */
export function waitingFor<Options extends pulumi.CustomResourceOptions>(
    options: Options,
    others: readonly pulumi.Resource[],
): Options {
    const { dependsOn } = options;
    if (dependsOn === undefined) return { ...options, dependsOn: [...others] };
    const earlier = pulumi.output(dependsOn).apply((known) => (Array.isArray(known) ? known : [known]));
    return { ...options, dependsOn: earlier.apply((known) => [...known, ...others]) };
}

/**
 * A name that the program itself gives to a resource, for others that have to wait for it. As an output of the resource
 * it would be unknown in a preview as long as the cluster is still to be made; a URN is known in every preview, and
 * adds the dependency.
 */
export function nameOf(resource: pulumi.Resource, given: pulumi.Input<string>): pulumi.Output<string> {
    return pulumi.all([given, resource.urn]).apply(([name]) => name);
}
