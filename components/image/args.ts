import type { Input } from "@pulumi/pulumi";

/** Service tier of a container registry. */
export const RegistrySku = { basic: "Basic", standard: "Standard", premium: "Premium" } as const;
export type RegistrySku = (typeof RegistrySku)[keyof typeof RegistrySku];

/** A registry that is created. */
export interface NewRegistryArgs {
    /**
     * Its name, 5-50 letters and digits, unique in all of Azure. Default: made from the component's name with a random suffix,
     * unknown until it exists. A change replaces the registry, with all its images.
     */
    name?: Input<string>;
    /** Service tier. Default `Basic`. Changes in place. */
    sku?: RegistrySku;
}
