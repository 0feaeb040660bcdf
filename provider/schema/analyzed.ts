import { resolve } from "node:path";
import { ComponentProvider } from "@pulumi/pulumi/provider/experimental/provider.js";
import { components } from "../components";
import type { Properties } from "./package-schema";

/** An object with properties, or a closed set. */
export interface AnalyzedType {
    properties?: Properties;
    required?: string[];
    enum?: { value: string }[];
}

/** A component. */
export interface AnalyzedResource {
    inputProperties: Properties;
    requiredInputs: string[];
    properties: Properties;
    required: string[];
}

/** What the SDK's analyzer finds out, by token: what the constructors take, and what the classes have. */
export interface Analyzed {
    resources: Record<string, AnalyzedResource>;
    types: Record<string, AnalyzedType>;
}

/** The schema that the SDK's analyzer makes of the component classes, as `pulumi package get-schema` would. */
export async function analyzed(): Promise<Analyzed> {
    const options = { dirname: resolve("."), name: "confidential-aks", components: Object.values(components) };
    return JSON.parse(await new ComponentProvider(options).getSchema()) as Analyzed;
}
