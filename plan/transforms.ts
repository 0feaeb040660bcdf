import type { RegisterRequest } from "./messages.js";
import type { MonitorOptions } from "./monitor.js";
import type { Sdk } from "./sdk.js";

type Accessors = Record<string, ((...args: unknown[]) => unknown) | undefined>;

/** Option of a registration (as in RegisterResourceRequest) and its name in TransformResourceOptions. */
const OPTIONS: readonly (readonly [string, string])[] = [
    ["DependenciesList", "DependsOnList"],
    ["Protect", "Protect"],
    ["IgnorechangesList", "IgnoreChangesList"],
    ["ReplaceonchangesList", "ReplaceOnChangesList"],
    ["Version", "Version"],
    ["AliasesList", "AliasesList"],
    ["Provider", "Provider"],
    ["Customtimeouts", "CustomTimeouts"],
    ["Plugindownloadurl", "PluginDownloadUrl"],
    ["Retainondelete", "RetainOnDelete"],
    ["Deletedwith", "DeletedWith"],
    ["Deletebeforereplace", "DeleteBeforeReplace"],
    ["AdditionalsecretoutputsList", "AdditionalSecretOutputsList"],
    ["Hooks", "Hooks"],
    ["Importid", "Import"],
    ["HidediffsList", "HideDiffList"],
    ["ReplaceWithList", "ReplaceWithList"],
];

/**
 * Runs the transforms a program registers (option `transforms`, `registerResourceTransform`) in this process, in the engine's order:
 * the resource's own, then those of its parents, then the stack's.
 */
export function inProcessTransforms(
    sdk: Sdk,
    urnOf: (request: RegisterRequest) => string,
): NonNullable<MonitorOptions["transform"]> {
    const ofStack: string[] = [];
    const inherited = new Map<string, string[]>();
    return {
        register: (callback) => {
            const token = (callback as Accessors)["getToken"]?.();
            if (typeof token === "string") ofStack.push(token);
        },
        resource: async (request) => {
            const own = (request.getTransformsList?.() ?? []).map((callback) => callback.getToken());
            const tokens = [...own, ...(inherited.get(request.getParent()) ?? [])];
            inherited.set(urnOf(request), tokens);
            for (const token of [...tokens, ...ofStack]) await apply(sdk, token, request as unknown as Accessors);
        },
    };
}

async function apply(sdk: Sdk, token: string, request: Accessors): Promise<void> {
    const question = new (sdk.message("TransformRequest"))();
    for (const name of ["Type", "Name", "Custom", "Parent"]) question[`set${name}`]?.(request[`get${name}`]?.());
    question["setProperties"]?.(request["getObject"]?.());
    const options = new (sdk.message("TransformResourceOptions"))();
    for (const [from, to] of OPTIONS) copy(request, from, options, to);
    question["setOptions"]?.(options);
    const bytes = await sdk.callback(token, question["serializeBinary"]?.() as Uint8Array);
    const type = sdk.message("TransformResponse") as unknown as { deserializeBinary(bytes: Uint8Array): Accessors };
    const answer = type.deserializeBinary(bytes);
    const properties = answer["getProperties"]?.();
    if (properties !== undefined) request["setObject"]?.(properties);
    const changed = answer["getOptions"]?.() as Accessors | undefined;
    if (changed === undefined) return;
    for (const [to, from] of OPTIONS) copy(changed, from, request, to);
}

function copy(from: Accessors, fromName: string, to: Accessors, toName: string): void {
    const value = from[`get${fromName}`]?.();
    if (value !== undefined) to[`set${toName}`]?.(value);
}
