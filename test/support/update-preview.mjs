/**
 * What providers know in the preview of a change to a stack that exists: of every resource an id, and of one of
 * azure-native the name and the location (`stableOutputs` in its provider.go). The name is the input that ends the
 * resource's path, such as `agentPoolName`.
 */
export function knownInUpdate({ type, name, inputs }, location = "westeurope") {
    const id = `${name}-id`;
    // The engine's own.
    if (type === "pulumi:index:Stash") return { id, outputs: { output: inputs.input } };
    if (!type.startsWith("azure-native:")) return { id, outputs: {} };
    const kind = type.split(":")[2] ?? "";
    const own = `${kind.charAt(0).toLowerCase()}${kind.slice(1)}Name`;
    return {
        id,
        outputs: {
            name: inputs.name ?? inputs[own] ?? inputs.resourceName ?? name,
            location: inputs.location ?? location,
        },
    };
}
