import { createRequire } from "node:module";
import { resolve } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { unwrapped, withoutNulls, type Change, type Properties } from "./values.js";

// The protocol's generated code is untyped JavaScript; only this file and provider.ts touch it.
const require = createRequire(resolve("package.json"));
export const provider = require("@pulumi/pulumi/proto/provider_pb.js");
export const plugin = require("@pulumi/pulumi/proto/plugin_pb.js");
const struct = require("google-protobuf/google/protobuf/struct_pb.js");
export const empty = require("google-protobuf/google/protobuf/empty_pb.js");
const any = require("google-protobuf/google/protobuf/any_pb.js");
const status = require("@pulumi/pulumi/proto/status_pb.js");
export const { ResourceProviderService } = require("@pulumi/pulumi/proto/provider_grpc_pb.js") as {
    ResourceProviderService: grpc.ServiceDefinition;
};

/** What a provider says about a change: the paths that differ, and those that need another resource. */
export interface DiffAnswer {
    changes: ReadonlyMap<string, Change>;
    replaces: readonly string[];
    deleteBeforeReplace?: boolean;
}

/** The object is there, but not as it should be: the engine keeps it in its state, with the reasons. */
export class InitFailed extends Error {
    constructor(
        readonly id: string,
        readonly outputs: Properties,
        readonly inputs: Properties,
        readonly reasons: string[],
    ) {
        super(reasons.join("; "));
    }
}

export type Message = any; // eslint-disable-line @typescript-eslint/no-explicit-any -- generated code, see above

/* eslint-disable @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-argument */
export const properties = (message: Message): Properties => withoutNulls(unwrapped(message?.toJavaScript() ?? {}));
export const toStruct = (value: Properties): Message => struct.Struct.fromJavaScript(withoutNulls(value));

export function checkResponse(inputs: Properties, failures: string[]): Message {
    const response = new provider.CheckResponse();
    response.setInputs(toStruct(inputs));
    response.setFailuresList(
        failures.map((reason) => {
            const failure = new provider.CheckFailure();
            failure.setReason(reason);
            return failure;
        }),
    );
    return response;
}

export function diffResponse({ changes, replaces, deleteBeforeReplace }: DiffAnswer): Message {
    const response = new provider.DiffResponse();
    const { DIFF_SOME, DIFF_NONE } = provider.DiffResponse.DiffChanges;
    response.setChanges(changes.size > 0 || replaces.length > 0 ? DIFF_SOME : DIFF_NONE);
    response.setReplacesList(replaces);
    response.setDiffsList([...new Set([...changes.keys()].map((path) => /^[^.[]*/.exec(path)?.[0] ?? path))]);
    response.setDeletebeforereplace(deleteBeforeReplace === true);
    response.setHasdetaileddiff(changes.size > 0);
    for (const [path, change] of changes) {
        const detail = new provider.PropertyDiff();
        const replace = replaces.includes(path) ? "_REPLACE" : "";
        detail.setKind(provider.PropertyDiff.Kind[`${change.toUpperCase()}${replace}`]);
        detail.setInputdiff(true);
        response.getDetaileddiffMap().set(path, detail);
    }
    return response;
}

/** An error as gRPC carries it; one of a half-made object travels in the details, which grpc-js takes as a trailer. */
export function rpcError(error: unknown): Partial<grpc.StatusObject> {
    const message = error instanceof Error ? error.message : String(error);
    if (!(error instanceof InitFailed)) return { code: grpc.status.UNKNOWN, details: message };
    const detail = new provider.ErrorResourceInitFailed();
    detail.setId(error.id);
    detail.setProperties(toStruct(error.outputs));
    detail.setInputs(toStruct(error.inputs));
    detail.setReasonsList(error.reasons);
    const packed = new any.Any();
    packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const whole = new status.Status();
    whole.setCode(grpc.status.UNKNOWN);
    whole.setMessage(message);
    whole.addDetails(packed);
    const metadata = new grpc.Metadata();
    metadata.set("grpc-status-details-bin", Buffer.from(whole.serializeBinary()));
    return { code: grpc.status.UNKNOWN, details: message, metadata };
}
