import type * as pulumi from "@pulumi/pulumi";

/** Service tier of a container registry. */
export const RegistrySku = { basic: "Basic", standard: "Standard", premium: "Premium" } as const;
export type RegistrySku = (typeof RegistrySku)[keyof typeof RegistrySku];

/** A registry that is created. */
export interface NewRegistryArgs {
    /**
     * Its name, 5-50 letters and digits, unique in all of Azure. Default: made from the component's name with a random
     * suffix, unknown until it exists. A change replaces the registry, with all its images.
     */
    name?: pulumi.Input<string>;
    /** Service tier. Default `Basic`. Changes in place. */
    sku?: RegistrySku;
}

/** Arguments of `EnclaveImage`. */
export interface EnclaveImageArgs {
    /**
     * Folder with a Dockerfile and what it copies; a relative path counts from the working directory. All of it is part
     * of the image's tag, except what its `.dockerignore` names, `.git`, `.DS_Store`, `Thumbs.db` and `desktop.ini`.
     * Line endings of text become LF; files that start with `#!` and ELF programs are executable, others are not. No
     * secrets: the files are readable in Azure and in the stack's state, so private keys, tokens and files of
     * credentials are refused by their form.
     */
    context: string;
    /**
     * Files of the folder that look like a secret and are none, such as the key of a test: their paths below the
     * folder, with "/". They are readable in Azure and in the stack's state. Default none. A change builds nothing.
     */
    publicFiles?: string[];
    /** Repository in the registry, such as `sgx/aesm`. A change builds the image there. */
    repository: string;
    /** Resource group of the registry. A change replaces a registry that was created. */
    resourceGroupName: pulumi.Input<string>;
    /**
     * A registry that exists, or that another EnclaveImage creates. Default: one is created. A change builds the image
     * there.
     */
    registryName?: pulumi.Input<string>;
    /** Settings of the registry that is created. Only without `registryName`. */
    newRegistry?: NewRegistryArgs;
    /** Region of the registry. Default: the provider's. A change replaces a registry that was created. */
    location?: pulumi.Input<string>;
    /** Tags of a registry that is created. Default none. Changes in place. */
    tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
    /**
     * Build arguments, each taken by an ARG line. Part of the tag. No secrets: a name or value that looks like one is
     * refused. Default none.
     */
    buildArgs?: Record<string, string>;
    /** Time limit of the build in seconds, 300 to 28800. Default 3600. A change builds again, under the same tag. */
    timeoutSeconds?: number;
    /** Any text; another one builds again under the same tag, for example after a failed build. Default none. */
    forceRun?: string;
    /**
     * Principal id of who pulls, such as a cluster's `kubeletPrincipalId`: gets the roles AcrPull and Container
     * Registry Repository Reader on the registry (the second is what counts on a registry in ABAC mode). Give it to one
     * image of a registry only, since Azure refuses the same assignment twice. Default: no rights are given.
     */
    pullPrincipalId?: pulumi.Input<string>;
    /**
     * Longest encoded task in characters, 1 to 4000000. Default 131072, about 73 kB of files. Microsoft names no limit
     * and nothing longer has been tried on Azure.
     */
    maxTaskCharacters?: number;
}
