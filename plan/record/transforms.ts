import type { WireObject } from "../model/wire.js";
import type { CallbackMessage, InvokeRequest, RegisterRequest } from "./messages.js";
import type { Transforms } from "./monitor.js";
import type { Sdk } from "./sdk.js";

type Accessors = Record<string, ((...args: unknown[]) => unknown) | undefined>;
type Names = readonly (readonly [string, string])[];

/** Option of a registration (as in RegisterResourceRequest) and its name in TransformResourceOptions. */
const RESOURCE_OPTIONS: Names = [
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
    ["ReplacementTrigger", "ReplacementTrigger"],
];

/** Option of an invoke (as in ResourceInvokeRequest) and its name in TransformInvokeOptions. */
const INVOKE_OPTIONS: Names = [
    ["Provider", "Provider"],
    ["Version", "Version"],
    ["Plugindownloadurl", "PluginDownloadUrl"],
];

/**
 * Runs the transforms a program registers (option `transforms`, `registerResourceTransform`, `registerInvokeTransform`)
 * as the engine does: it calls the program back. The order is the engine's, too: the resource's own, then those of its
 * parents, then the stack's.
 */
export function programTransforms(sdk: Sdk, urnOf: (request: RegisterRequest) => string): Transforms {
    const ofStack: CallbackMessage[] = [];
    const ofInvokes: CallbackMessage[] = [];
    const inherited = new Map<string, CallbackMessage[]>();
    return {
        addStackTransform: (callback) => void ofStack.push(callback),
        addInvokeTransform: (callback) => void ofInvokes.push(callback),
        resource: async (request) => {
            const callbacks = [...(request.getTransformsList?.() ?? []), ...(inherited.get(request.getParent()) ?? [])];
            inherited.set(urnOf(request), callbacks);
            const all = [...callbacks, ...ofStack];
            if (all.length === 0) return undefined;
            const sent = (request.getObject()?.toJavaScript() ?? {}) as WireObject;
            for (const callback of all) await transformResource(sdk, callback, request as unknown as Accessors);
            return sent;
        },
        invoke: async (request: InvokeRequest) => {
            for (const callback of ofInvokes) await transformInvoke(sdk, callback, request as unknown as Accessors);
        },
    };
}

async function transformResource(sdk: Sdk, callback: CallbackMessage, request: Accessors): Promise<void> {
    const question = new (sdk.message("TransformRequest"))();
    for (const name of ["Type", "Name", "Custom", "Parent"]) copy(request, name, question, name);
    copy(request, "Object", question, "Properties");
    const options = new (sdk.message("TransformResourceOptions"))();
    for (const [from, to] of RESOURCE_OPTIONS) copy(request, from, options, to);
    question["setOptions"]?.(options);
    const answer = await ask(sdk, callback, question, "TransformResponse");
    copy(answer, "Properties", request, "Object");
    copyOptions(answer, request, RESOURCE_OPTIONS);
}

async function transformInvoke(sdk: Sdk, callback: CallbackMessage, request: Accessors): Promise<void> {
    const question = new (sdk.message("TransformInvokeRequest"))();
    copy(request, "Tok", question, "Token");
    copy(request, "Args", question, "Args");
    const options = new (sdk.message("TransformInvokeOptions"))();
    for (const [from, to] of INVOKE_OPTIONS) copy(request, from, options, to);
    question["setOptions"]?.(options);
    const answer = await ask(sdk, callback, question, "TransformInvokeResponse");
    copy(answer, "Args", request, "Args");
    copyOptions(answer, request, INVOKE_OPTIONS);
}

async function ask(sdk: Sdk, callback: CallbackMessage, question: Accessors, answer: string): Promise<Accessors> {
    const bytes = await sdk.callBack(callback, question["serializeBinary"]?.() as Uint8Array);
    return sdk.message(answer).deserializeBinary(bytes);
}

function copyOptions(answer: Accessors, request: Accessors, names: Names): void {
    const changed = answer["getOptions"]?.() as Accessors | undefined;
    if (changed === undefined) return;
    for (const [to, from] of names) copy(changed, from, request, to);
}

function copy(from: Accessors, fromName: string, to: Accessors, toName: string): void {
    const value = from[`get${fromName}`]?.();
    if (value !== undefined) to[`set${toName}`]?.(value);
}
