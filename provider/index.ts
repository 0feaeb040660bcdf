/*
 * The entry for programs in other languages. Pulumi's `run-plugin` requires the package's folder, finds this file by
 * `main` of package.json, and calls the function; the executable does the same. Nothing else is exported: a component
 * class among the exports would make `run-plugin` compile the sources and infer a schema from them.
 */
import { main } from "@pulumi/pulumi/provider/index.js";
import { provider } from "./provider";

/** Serves the components to an engine, until the engine ends the process. */
function serve(): Promise<void> {
    return main(provider, process.argv.slice(2));
}

export = serve;
