/*
 * The entry for programs in other languages. Pulumi's `run-plugin` requires the package's folder, finds this file by
 * `main` of package.json, and calls the function; the executable does the same. Nothing else is exported: a component
 * class among the exports would make `run-plugin` compile the sources and infer a schema from them.
 */
import * as pulumi from "@pulumi/pulumi";
import { main } from "@pulumi/pulumi/provider/index.js";
import { provider } from "./provider";

/** Serves the components to an engine, until the engine ends the process or is gone. */
function serve(): Promise<void> {
    endWithParent();
    const args = process.argv.slice(2);
    // The SDK knows the engine only while it makes a component; resources have something to say as well.
    const engine = args.find((argument) => !argument.startsWith("-"));
    if (engine !== undefined) pulumi.runtime.resetOptions("", "", 1, engine, "", false, "");
    const served = main(provider, args);
    // The SDK takes a stack trace for every promise, and `main` has each mapped to sources: a third of the time. In the
    // few that are shown, lines of dist/ do as well.
    Reflect.deleteProperty(Error, "prepareStackTrace");
    return served;
}

/**
 * Ends the process when the one that started it is gone. An engine that is killed cannot end its plugins: one that
 * lives on would go on with its hooks and evict pods, and stay for good. (Windows gives a process no other parent, so
 * there it stays.)
 */
function endWithParent(): void {
    const parent = process.ppid;
    const look = () => {
        if (process.ppid !== parent) process.exit(1);
    };
    setInterval(look, 500).unref();
}

export = serve;
