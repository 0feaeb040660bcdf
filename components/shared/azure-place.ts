import type * as pulumi from "@pulumi/pulumi";

/** Where an Azure resource goes, and the tags it carries. */
export interface AzurePlace {
    resourceGroupName: pulumi.Input<string>;
    location?: pulumi.Input<string | undefined>;
    tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}
