import type * as pulumi from "@pulumi/pulumi";
import {
    AttestationMonitoring,
    AttestationPolicies,
    AttestationProvider,
    AttestedJob,
    ConfidentialCluster,
    ConfidentialPlatform,
    EnclaveIdentity,
    EnclaveImage,
    EnclaveKey,
    ExistingCluster,
    NodeProof,
    OpenEnclaveSample,
    SgxDevicePlugin,
    SgxQuoteHelper,
} from "../components";
import { schema, type Property } from "./described";

/** A component's class as the provider uses it: the arguments are what a program wrote, and the class checks them. */
type ComponentClass = new (
    name: string,
    args: pulumi.Inputs,
    options: pulumi.ComponentResourceOptions,
) => pulumi.ComponentResource;

/** The components by name. */
export const components = {
    AttestationMonitoring,
    AttestationPolicies,
    AttestationProvider,
    AttestedJob,
    ConfidentialCluster,
    ConfidentialPlatform,
    EnclaveIdentity,
    EnclaveImage,
    EnclaveKey,
    ExistingCluster,
    NodeProof,
    OpenEnclaveSample,
    SgxDevicePlugin,
    SgxQuoteHelper,
};

/** What a token stands for. */
interface ComponentOfToken {
    Component: ComponentClass;
    inputProperties: Readonly<Record<string, Property>>;
    /** Names of the outputs that the schema promises. */
    outputs: readonly string[];
}

/** The component with a token such as `confidential-aks:index:SgxDevicePlugin`. */
export function componentOf(token: string): ComponentOfToken {
    const described = schema.resources[token];
    const name = token.split(":")[2] ?? "";
    if (described === undefined || !(name in components)) {
        throw new Error(`there is no component ${token}; there are ${Object.keys(schema.resources).join(", ")}`);
    }
    const Component = components[name as keyof typeof components] as unknown as ComponentClass;
    return { Component, inputProperties: described.inputProperties, outputs: Object.keys(described.properties) };
}
