import { autoname } from "./autoname.js";
import type { PlanMode } from "./format.js";
import {
    rpcError,
    RpcStatus,
    type Callback,
    type FeatureRequest,
    type InvokeRequest,
    type OutputsRequest,
    type Protos,
    type ReadRequest,
    type RegisterRequest,
    type Struct,
} from "./messages.js";
import { makeUrn, STACK_TYPE } from "./urn.js";
import { isWireObject, UNKNOWN, type WireObject } from "./wire.js";

/**
 * Property of the answer to an invoke whose result is unknown. The protocol has no such answer: in process, sdk-values.ts makes the whole
 * result unknown; over gRPC, a program sees its other properties as undefined, so give `answers` for what it reads.
 */
export const UNKNOWN_ANSWER = "unknownOffline";

/** A resource as the program sent it. */
export interface RecordedResource {
    urn: string;
    inputs: WireObject;
    parent: string;
    request: RegisterRequest | undefined;
    read: ReadRequest | undefined;
    autoname: string | undefined;
}
/** A call of a provider function as the program sent it. */
export interface RecordedInvoke {
    token: string;
    args: WireObject;
    answered: boolean;
}

/** Settings of a monitor. */
export interface MonitorOptions {
    project: string;
    stack: string;
    mode: PlanMode;
    /** Region that resources without one get in mode `update`. */
    location?: string;
    /** Functions that can be answered offline: token to an answer, or undefined for unknown. */
    answers?: Record<string, (args: WireObject) => WireObject | undefined>;
    /** Runs the program's transforms on a request, in place. Without it, the monitor says it supports none. */
    transform?: {
        resource(request: RegisterRequest): Promise<void>;
        register(request: unknown): void;
    };
}

/**
 * A resource monitor (pulumi/proto/resource.proto, service ResourceMonitor) that creates nothing: it records what a program
 * registers and answers as a provider would in a preview. Each method takes the raw request message and a callback, so it can be
 * called in process as well as from a gRPC server (`(call, callback) => monitor.invoke(call.request, callback)`).
 *
 * Mode `preview`: the first preview of a stack. The URN and the inputs are known, the id and everything else is not.
 * Mode `update`: the preview of a change to a stack that exists, as azure-native answers it: also id, name and location are known.
 * An output that is absent from an answer is unknown, since the program runs as a preview (dry run).
 */
export class RecordingMonitor {
    readonly resources = new Map<string, RecordedResource>();
    readonly outputs = new Map<string, WireObject>();
    readonly invokes: RecordedInvoke[] = [];
    /** Errors the engine would end the run with. */
    readonly errors: string[] = [];

    constructor(
        private readonly protos: Protos,
        private readonly options: MonitorOptions,
    ) {}

    supportsFeature(request: FeatureRequest, callback: Callback): void {
        const supported = [
            "secrets",
            "resourceReferences",
            "deletedWith",
            "replaceWith",
            "aliasSpecs",
            "parameterization",
            "resourceHooks",
            "errorHooks",
            ...(this.options.transform === undefined ? [] : ["transforms"]),
        ];
        const response = new this.protos.resource.SupportsFeatureResponse();
        response["setHassupport"]?.(supported.includes(request.getId()));
        callback(null, response);
    }

    registerResource(request: RegisterRequest, callback: Callback): void {
        const { transform } = this.options;
        if (transform === undefined) {
            this.register(request, callback);
            return;
        }
        transform.resource(request).then(
            () => {
                this.register(request, callback);
            },
            (error: unknown) => {
                callback(rpcError(RpcStatus.unknown, error instanceof Error ? error.message : String(error)));
            },
        );
    }

    private register(request: RegisterRequest, callback: Callback): void {
        const inputs = toWire(request.getObject());
        const type = request.getType();
        const urn = this.urnFor(request.getParent(), type, request.getName());
        if (this.isDuplicate(urn, callback)) return;
        const assigned = request.getCustom() ? autoname(type, request.getName(), inputs) : undefined;
        const parent = this.parentOf(request.getParent(), type);
        this.resources.set(urn, { urn, inputs, parent, request, read: undefined, autoname: assigned });
        const response = new this.protos.resource.RegisterResourceResponse();
        response["setUrn"]?.(urn);
        const update = this.options.mode === "update" && request.getCustom();
        if (update) response["setId"]?.(`${request.getName()}-id`);
        const known = answer(inputs, assigned);
        if (update) this.addStable(known, type, request.getName());
        response["setObject"]?.(this.struct(known));
        callback(null, response);
    }

    readResource(request: ReadRequest, callback: Callback): void {
        const inputs = toWire(request.getProperties());
        const urn = this.urnFor(request.getParent(), request.getType(), request.getName());
        if (this.isDuplicate(urn, callback)) return;
        const parent = this.parentOf(request.getParent(), request.getType());
        this.resources.set(urn, { urn, inputs, parent, request: undefined, read: request, autoname: undefined });
        const response = new this.protos.resource.ReadResourceResponse();
        response["setUrn"]?.(urn);
        response["setProperties"]?.(this.struct(inputs));
        callback(null, response);
    }

    registerResourceOutputs(request: OutputsRequest, callback: Callback): void {
        this.outputs.set(request.getUrn(), toWire(request.getOutputs()));
        callback(null, new this.protos.empty.Empty());
    }

    invoke(request: InvokeRequest, callback: Callback): void {
        const args = toWire(request.getArgs());
        const token = request.getTok();
        const response = new this.protos.provider.InvokeResponse();
        if (token === "pulumi:pulumi:getResource") {
            const wanted = typeof args["urn"] === "string" ? args["urn"] : "";
            const found = this.resources.get(wanted);
            if (found === undefined) {
                callback(rpcError(RpcStatus.unknown, `unknown resource ${wanted}`));
                return;
            }
            const state = answer(found.inputs, found.autoname);
            response["setReturn"]?.(this.struct({ urn: found.urn, id: "", state }));
            callback(null, response);
            return;
        }
        const known = this.options.answers?.[token]?.(args);
        this.invokes.push({ token, args, answered: known !== undefined });
        response["setReturn"]?.(this.struct(known ?? { [UNKNOWN_ANSWER]: UNKNOWN }));
        callback(null, response);
    }

    /** A method of a resource: its result is unknown. */
    call(request: InvokeRequest, callback: Callback): void {
        this.invokes.push({ token: request.getTok(), args: toWire(request.getArgs()), answered: false });
        const response = new this.protos.provider.CallResponse();
        response["setReturn"]?.(this.struct({ [UNKNOWN_ANSWER]: UNKNOWN }));
        callback(null, response);
    }

    registerPackage(_request: unknown, callback: Callback): void {
        const response = new this.protos.resource.RegisterPackageResponse();
        response["setRef"]?.("offline-plan");
        callback(null, response);
    }

    registerStackTransform(request: unknown, callback: Callback): void {
        this.options.transform?.register(request);
        callback(null, new this.protos.empty.Empty());
    }

    registerStackInvokeTransform(_request: unknown, callback: Callback): void {
        callback(rpcError(RpcStatus.unimplemented, "an offline plan runs no invoke transforms"));
    }

    /** Hooks run around operations, and a plan has none. */
    registerResourceHook(_request: unknown, callback: Callback): void {
        callback(null, new this.protos.empty.Empty());
    }

    registerErrorHook(_request: unknown, callback: Callback): void {
        callback(null, new this.protos.empty.Empty());
    }

    signalAndWaitForShutdown(_request: unknown, callback: Callback): void {
        callback(null, new this.protos.empty.Empty());
    }

    /** Called by the SDK when it disconnects. */
    close(): void {
        // Nothing is open.
    }

    /**
     * azure-native previews an update with the outputs `name` and `location` known (`stableOutputs` in its provider.go). The name is
     * the input that ends the resource's path, such as `agentPoolName`.
     */
    private addStable(known: WireObject, type: string, name: string): void {
        if (!type.startsWith("azure-native:")) return;
        const kind = type.split(":")[2] ?? "";
        const own = `${kind.charAt(0).toLowerCase()}${kind.slice(1)}Name`;
        known["name"] ??= known[own] ?? known["resourceName"] ?? name;
        known["location"] ??= this.options.location ?? "westeurope";
    }

    private urnFor(parent: string, type: string, name: string): string {
        return makeUrn(this.options.stack, this.options.project, parent, type, name);
    }

    /** The engine puts resources without a parent below the stack. */
    private parentOf(parent: string, type: string): string {
        if (parent !== "" || type === STACK_TYPE) return parent;
        const { stack, project } = this.options;
        const root = makeUrn(stack, project, "", STACK_TYPE, `${project}-${stack}`);
        return this.resources.has(root) ? root : "";
    }

    private isDuplicate(urn: string, callback: Callback): boolean {
        if (!this.resources.has(urn)) return false;
        const message = `Duplicate resource URN '${urn}'; try giving it a unique name`;
        this.errors.push(message);
        callback(rpcError(RpcStatus.alreadyExists, message));
        return true;
    }

    private struct(value: WireObject): unknown {
        return this.protos.struct.Struct.fromJavaScript(value);
    }
}

/** What is known of a resource after its registration. */
function answer(inputs: WireObject, assigned: string | undefined): WireObject {
    const known: WireObject = { ...inputs };
    if (assigned !== undefined) {
        const metadata = isWireObject(inputs["metadata"]) ? inputs["metadata"] : {};
        known["metadata"] = { ...metadata, name: assigned };
    }
    return known;
}

function toWire(value: Struct | undefined): WireObject {
    return (value?.toJavaScript() ?? {}) as WireObject;
}
