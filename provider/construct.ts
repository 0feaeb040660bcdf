import type * as pulumi from "@pulumi/pulumi";
import type { ConstructResult } from "@pulumi/pulumi/provider/index.js";
import { knownArguments } from "./arguments";
import { componentOf } from "./components";
import { ofThisComponent } from "./failures";
import { resourceOptions } from "./options";

/** Makes the component with a token, and gives the outputs that the schema promises. */
export async function construct(
    name: string,
    token: string,
    inputs: pulumi.Inputs,
    options: pulumi.ComponentResourceOptions,
): Promise<ConstructResult> {
    const { Component, inputProperties, outputs } = componentOf(token);
    const { args, dependencies } = await knownArguments(inputs, inputProperties);
    const opts = await resourceOptions(options, dependencies);
    const component = await ofThisComponent(() => Promise.resolve(new Component(name, args, opts)));
    return { urn: component.urn, state: Object.fromEntries(outputs.map((key) => [key, Reflect.get(component, key)])) };
}
