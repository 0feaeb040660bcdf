import * as pulumi from "@pulumi/pulumi";

/**
 * A region by its name: "West Europe" is its title, which Azure takes as well; but a data collection rule with it is
 * not connected with its workspace (https://github.com/Azure/bicep/issues/9566).
 */
export function regionName(location: string): string {
    return location.replaceAll(" ", "").toLowerCase();
}

/** The same for a region that may be an output. */
export function regionNameOf(location: pulumi.Input<string> | undefined): pulumi.Input<string> | undefined {
    if (typeof location === "string") return regionName(location);
    if (location === undefined) return undefined;
    // An output may turn out to be nothing, whatever its type says.
    return pulumi
        .output(location)
        .apply((known: string | undefined) => known && regionName(known)) as pulumi.Output<string>;
}
