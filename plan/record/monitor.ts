import type { WireObject } from "../model/wire.js";
import {
    rpcError,
    RpcStatus,
    type Callback,
    type CallbackMessage,
    type InvokeRequest,
    type OutputsRequest,
    type ReadRequest,
    type RegisterRequest,
    type RpcError,
} from "./messages.js";
import type { Recording } from "./recording.js";

type Response = Record<string, ((value: unknown) => void) | undefined>;

/** What a monitor takes from the program's own copy of the SDK; each is public, or the protocol's generated code. */
export interface MonitorParts {
    /** The SDK's monitor for unit tests (`runtime/mocks.js`). */
    MockMonitor: new (mocks: object) => object;
    /** Methods of a monitor, and the message each answers with (`proto/resource_grpc_pb.js`). */
    service: Record<string, { responseType: new () => Response } | undefined>;
    /** `google-protobuf/google/protobuf/struct_pb.js`. */
    Struct: { fromJavaScript(value: WireObject): unknown };
}

/** Runs the transforms of a program on its requests, in place. */
export interface Transforms {
    /** Gives the inputs from before the first transform, or undefined when there is none. */
    resource(request: RegisterRequest): Promise<WireObject | undefined>;
    invoke(request: InvokeRequest): Promise<void>;
    addStackTransform(callback: CallbackMessage): void;
    addInvokeTransform(callback: CallbackMessage): void;
}

/** A method of a monitor takes the request message and a callback, in process as well as behind a gRPC server. */
type MonitorMethod = (request: unknown, callback: Callback) => void;
/** A resource monitor (service ResourceMonitor of pulumi/proto/resource.proto). */
export type Monitor = Record<string, MonitorMethod | undefined>;

/**
 * A resource monitor that creates nothing: the SDK's own monitor for unit tests, whose class comes from the program's
 * copy of the SDK. Only what has to be recorded is answered here. All else is left to the SDK, such as which features
 * there are, or what a newer SDK asks for; what the SDK's monitor has no answer to is "unimplemented", as with an
 * engine that is older than the SDK.
 */
export function recordingMonitor(parts: MonitorParts, recording: Recording, transforms?: Transforms): Monitor {
    const { MockMonitor, service } = parts;
    const recorder: object = new MockMonitor({
        newResource: ({ inputs }: { inputs: object }) => ({ id: "", state: inputs }),
        call: () => ({}),
    });
    const monitor = Object.assign(recorder as Monitor, recordingMethods(parts, recording, transforms));
    for (const method of Object.keys(service)) {
        monitor[method] ??= (_request, callback) => {
            callback(rpcError(RpcStatus.unimplemented, `an offline plan does not answer ${method}`));
        };
    }
    return monitor;
}

/** A method that answers with what the work gives or throws. */
function answering(work: (request: never) => unknown): MonitorMethod {
    return (request, callback) => {
        respond(callback, () => work(request as never));
    };
}

/** Makes the message that a method answers with. */
type Make = (method: string, fields?: Record<string, unknown>) => Response;

function messagesOf(service: MonitorParts["service"]): Make {
    return (method, fields = {}) => {
        const type = service[method]?.responseType;
        if (type === undefined) throw rpcError(RpcStatus.unimplemented, `${method} is no method of this SDK's monitor`);
        const response = new type();
        for (const [setter, value] of Object.entries(fields)) {
            if (response[setter] === undefined) throw new Error(`the SDK's answer to ${method} has no ${setter}`);
            response[setter](value);
        }
        return response;
    };
}

/** The methods that are answered here. */
function recordingMethods({ service, Struct }: MonitorParts, recording: Recording, transforms?: Transforms): Monitor {
    const make = messagesOf(service);
    const struct = (value: WireObject): unknown => Struct.fromJavaScript(value);
    return {
        registerResource: answering(async (request: RegisterRequest) => {
            const sent = await transforms?.resource(request);
            const { urn, id, state } = recording.register(request, sent);
            return make("registerResource", { setUrn: urn, setId: id, setObject: struct(state) });
        }),
        readResource: answering((request: ReadRequest) => {
            const { urn, state } = recording.read(request);
            return make("readResource", { setUrn: urn, setProperties: struct(state) });
        }),
        registerResourceOutputs: answering((request: OutputsRequest) => {
            recording.addOutputs(request);
            return make("registerResourceOutputs");
        }),
        invoke: answering(async (request: InvokeRequest) => {
            await transforms?.invoke(request);
            return make("invoke", { setReturn: struct(recording.invoke(request)) });
        }),
        // MockMonitor answers no methods of resources.
        call: answering((request: InvokeRequest) => make("call", { setReturn: struct(recording.call(request)) })),
        ...callbackMethods(make, transforms),
        // The SDK calls it when it disconnects, and nothing is open.
        close: () => undefined,
    };
}

/** The methods that register functions of the program. */
function callbackMethods(make: Make, transforms?: Transforms): Monitor {
    return {
        // MockMonitor runs no transforms: it hands them to the mocks, or has no such method (before 3.256).
        registerStackTransform: answering((request: CallbackMessage) => {
            transforms?.addStackTransform(request);
            return make("registerStackTransform");
        }),
        registerStackInvokeTransform: answering((request: CallbackMessage) => {
            transforms?.addInvokeTransform(request);
            return make("registerStackInvokeTransform");
        }),
        // MockMonitor claims to support hooks, and has no such methods. Hooks run around operations; a plan has none.
        registerResourceHook: answering(() => make("registerResourceHook")),
        registerErrorHook: answering(() => make("registerErrorHook")),
    };
}

/** Calls back once, with what the work gives or throws. */
function respond(callback: Callback, work: () => unknown): void {
    void Promise.resolve()
        .then(work)
        .then(
            (response) => {
                callback(null, response);
            },
            (error: unknown) => {
                callback(asRpcError(error));
            },
        );
}

function asRpcError(error: unknown): RpcError {
    if (error instanceof Error && "code" in error && "details" in error) return error as RpcError;
    return rpcError(RpcStatus.unknown, error instanceof Error ? error.message : String(error));
}
