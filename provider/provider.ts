import * as pulumi from "@pulumi/pulumi";
import type { ConstructResult, InvokeResult, Provider } from "@pulumi/pulumi/provider/index.js";
import { knownArguments } from "./arguments";
import { componentClass } from "./components";
import { schema } from "./described";
import { callFunction } from "./functions";
import { resourceOptions } from "./options";

/** What the engine is served: the schema, the components and the functions of the package. */
export const provider: Provider = {
    version: schema.version,
    schema: JSON.stringify(schema),
    construct,
    invoke: (token, inputs): Promise<InvokeResult> => Promise.resolve(callFunction(token, inputs)),
};

async function construct(
    name: string,
    type: string,
    inputs: pulumi.Inputs,
    options: pulumi.ComponentResourceOptions,
): Promise<ConstructResult> {
    const { Component, inputProperties, outputs } = await componentClass(type);
    const { args, dependencies } = await knownArguments(inputs, inputProperties);
    const component = new Component(name, args, await resourceOptions(options, dependencies));
    return { urn: component.urn, state: Object.fromEntries(outputs.map((key) => [key, Reflect.get(component, key)])) };
}
