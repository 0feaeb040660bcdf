import type { Provider } from "@pulumi/pulumi/provider/index.js";
import { schema } from "./described";
import { callFunction } from "./functions";

/**
 * What an engine is served: the schema, the components and the functions of the package. What makes components is
 * loaded for the first of them, since an engine starts the plugin once more only to read the schema.
 */
export const provider: Provider = {
    version: schema.version,
    schema: JSON.stringify(schema),
    construct: async (...request) => (await import("./construct.js")).construct(...request),
    invoke: async (token, inputs) => Promise.resolve(callFunction(token, inputs)),
};
