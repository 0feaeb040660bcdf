import type * as pulumi from "@pulumi/pulumi";

/**
 * Service tier of a container registry (https://learn.microsoft.com/azure/container-registry/container-registry-skus).
 */
export const RegistrySku = {
    /** The least storage and throughput. */
    basic: "Basic",
    /** More storage and throughput. */
    standard: "Standard",
    /** The most of both; `privateEndpoint`, `agentPool` and `retentionDays` need it. */
    premium: "Premium",
} as const;
export type RegistrySku = (typeof RegistrySku)[keyof typeof RegistrySku];

/** Size of the machines of a registry's own agent pool. */
export const AgentTier = {
    /** 2 vCPUs and 3 GB of memory. */
    s1: "S1",
    /** 4 vCPUs and 8 GB of memory. */
    s2: "S2",
    /** 8 vCPUs and 16 GB of memory. */
    s3: "S3",
    /** 64 vCPUs and 216 GB of memory. */
    i6: "I6",
} as const;
export type AgentTier = (typeof AgentTier)[keyof typeof AgentTier];

/** The private endpoint of a registry that is created. */
export interface RegistryPrivateEndpointArgs {
    /**
     * Id of the subnet it gets its address in, which the nodes and `agentPool.subnetId` reach. A change replaces the
     * endpoint.
     */
    subnetId: pulumi.Input<string>;
    /**
     * Id of a private DNS zone `privatelink.azurecr.io` that is linked to the networks of the nodes and the agents: the
     * registry's names are put there. Default: none, and their DNS has to know the names in another way.
     */
    privateDnsZoneId?: pulumi.Input<string>;
}

/**
 * Agents that run the tasks of one registry alone, in the tier Premium. A preview of Azure, not in every region
 * (https://learn.microsoft.com/azure/container-registry/tasks-agent-pools).
 */
export interface RegistryAgentPoolArgs {
    /** Its name, 3-20 letters, digits and dashes. Default `builds`. A change replaces the pool. */
    name?: string;
    /** Size of its machines. Default `S2`. */
    tier?: AgentTier;
    /** Number of machines, 0 to 10; each is billed while it is there. Default 1. Changes in place. */
    count?: number;
    /**
     * Id of the subnet they run in, from where they reach the registry, its storage and what the Dockerfiles download.
     * Default: a network of Azure's. A change replaces the pool.
     */
    subnetId?: pulumi.Input<string>;
}

/** A registry that is created. It is in the mode "RBAC Registry Permissions". */
export interface NewRegistryArgs {
    /**
     * Its name, 5-50 letters and digits, unique in all of Azure. Default: made from the component's name with a random
     * suffix, unknown until it exists. A change replaces the registry, with all its images.
     */
    name?: pulumi.Input<string>;
    /** Service tier. Default `Basic`. Changes in place. */
    sku?: RegistrySku;
    /**
     * An address of the registry in a network of yours; public access is off then. Only with `sku: Premium` and with
     * `agentPool`, since the agents that all registries share cannot push there. Default: public access, with
     * credentials. Changes in place.
     */
    privateEndpoint?: RegistryPrivateEndpointArgs;
    /** Agents of the registry's own that build. Only with `sku: Premium`. Default: those that all registries share. */
    agentPool?: RegistryAgentPoolArgs;
    /**
     * After how many days Azure deletes manifests that no tag names any more, 0 to 365. Only with `sku: Premium`. A
     * build that is repeated leaves such a manifest behind. Default: they are kept. Changes in place.
     */
    retentionDays?: number;
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
    /**
     * Host that images are pulled from, of a registry that exists; only with `registryName`. Default: Azure is asked
     * for it (registries with a domain name label have a hash in it); for a registry that is not there yet it is
     * `<registry>.azurecr.io`, with the ending of its region's cloud.
     */
    loginServer?: pulumi.Input<string>;
    /**
     * Agent pool of a registry that exists, which runs the task; only with `registryName`. Default: the agents that all
     * registries share, which cannot push to a registry that is closed to the public network.
     */
    agentPoolName?: pulumi.Input<string>;
    /**
     * Region of a registry that is created. Default: the provider's. A change replaces it. A registry that exists is
     * asked for its own.
     */
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
    /**
     * Any text; another one builds again under the same tag, for example for the newest packages. Not needed after a
     * build that failed: the next update repeats it. Default none.
     */
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
