import type * as pulumi from "@pulumi/pulumi";
import { schema, type Property } from "./described";

/** A component as the provider makes it: the class checks its arguments itself. */
type ComponentClass = new (
    name: string,
    args: pulumi.Inputs,
    options: pulumi.ComponentResourceOptions,
) => pulumi.ComponentResource;

/** What a token stands for. */
export interface ComponentOfToken {
    Component: ComponentClass;
    inputProperties: Readonly<Record<string, Property>>;
    /** Names of the outputs that the schema promises. */
    outputs: readonly string[];
}

/** Loads the library, which a request for the schema has no need of. */
export async function componentClasses(): Promise<Readonly<Record<string, ComponentClass>>> {
    const library = await import("../components/index.js");
    const {
        AttestationPolicies,
        AttestedJob,
        ConfidentialCluster,
        ConfidentialPlatform,
        EnclaveImage,
        ExistingCluster,
        OpenEnclaveSample,
        SgxDevicePlugin,
        SgxQuoteHelper,
    } = library;
    const classes = {
        AttestationPolicies,
        AttestedJob,
        ConfidentialCluster,
        ConfidentialPlatform,
        EnclaveImage,
        ExistingCluster,
        OpenEnclaveSample,
        SgxDevicePlugin,
        SgxQuoteHelper,
    };
    // The arguments are what a program in any language wrote: the classes take them as theirs, and check them.
    return classes as unknown as Record<string, ComponentClass>;
}

/** The component with a token such as `confidential-aks:index:SgxDevicePlugin`. */
export async function componentClass(token: string): Promise<ComponentOfToken> {
    const described = schema.resources[token];
    const Component = (await componentClasses())[token.split(":")[2] ?? ""];
    if (described === undefined || Component === undefined) {
        throw new Error(`there is no component ${token}; there are ${Object.keys(schema.resources).join(", ")}`);
    }
    return { Component, inputProperties: described.inputProperties, outputs: Object.keys(described.properties) };
}
