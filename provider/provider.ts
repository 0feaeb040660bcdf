import type { Provider } from "@pulumi/pulumi/provider/index.js";
import { schema } from "./described";
import { callFunction } from "./functions";
import type { ownResources } from "./resources";
import type { Properties } from "./resources/resource";

/** What makes the package's own resources, which most programs have none of. */
const resources = async (): Promise<typeof ownResources> => (await import("./resources/index.js")).ownResources;

/**
 * What an engine is served: the schema, the components, the functions and the resources of the package. What makes
 * components is loaded for the first of them, since an engine starts the plugin once more only to read the schema.
 */
export const provider: Provider = {
    version: schema.version,
    schema: JSON.stringify(schema),
    construct: async (...request) => (await import("./construct.js")).construct(...request),
    invoke: async (token, inputs) => Promise.resolve(callFunction(token, inputs)),
    check: async (urn, _, inputs: Properties) => (await resources()).check(urn, inputs),
    diff: async (_, urn, state: Properties, inputs: Properties) => (await resources()).diff(urn, state, inputs),
    create: async (urn, inputs: Properties) => (await resources()).create(urn, inputs),
    read: async (id, urn, state: Properties = {}) => (await resources()).read(urn, id, state),
    update: async (id, urn, state: Properties, inputs: Properties) =>
        (await resources()).update(urn, id, state, inputs),
    delete: async (id, urn, state: Properties) => (await resources()).delete(urn, id, state),
    cancel: async () => {
        (await resources()).cancel();
    },
};
