import { isPlainObject } from "../../components/problems/index.js";
import { makeUrn, STACK_TYPE, STASH_TYPE } from "../model/urn.js";
import { UNKNOWN, type WireObject } from "../model/wire.js";
import { autoname } from "./autoname.js";
import {
    rpcError,
    RpcStatus,
    type InvokeRequest,
    type OutputsRequest,
    type ReadRequest,
    type RegisterRequest,
    type Struct,
} from "./messages.js";

/**
 * Property of the answer to an invoke whose result is unknown. The protocol has no such answer: in process,
 * sdk-values.ts makes the whole result unknown; over gRPC, a program sees its other properties as undefined, so give
 * `answers` for what it reads.
 */
export const UNKNOWN_ANSWER = "unknownOffline";

/** A resource as the program sent it. */
export interface RecordedResource {
    urn: string;
    inputs: WireObject;
    /** The inputs from before the first transform, if there is one: only there each secret is marked by itself. */
    sent?: WireObject;
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
/**
 * What a program gets to know of a resource. What is absent is unknown, since the program runs as a preview (dry run).
 */
export interface KnownState {
    urn: string;
    id: string;
    state: WireObject;
}

/** A registered resource, as its provider sees it. */
interface ProvidedResource {
    type: string;
    name: string;
    inputs: WireObject;
}
/** What a provider knows of a resource beside its inputs. */
interface ProviderState {
    id: string;
    outputs: WireObject;
}

/** How a program's requests are answered. */
export interface RecordingOptions {
    project: string;
    stack: string;
    /** Functions that can be answered offline: token to an answer, or undefined for unknown. */
    answers?: Record<string, (args: WireObject) => WireObject | undefined>;
    /** What providers know beside the inputs. Default: nothing, as in the first preview of a stack. */
    provide?: (resource: ProvidedResource) => ProviderState | undefined;
}

/**
 * Everything a program asked for, and what it is answered: as a provider would in the first preview of a stack.
 * The URN and the inputs are known, the id and everything else is not.
 */
export class Recording {
    readonly resources = new Map<string, RecordedResource>();
    readonly outputs = new Map<string, WireObject>();
    readonly invokes: RecordedInvoke[] = [];
    /** Errors the engine would end the run with. */
    readonly errors: string[] = [];

    constructor(private readonly options: RecordingOptions) {}

    /** Records a resource that the program registers. `sent` are its inputs from before the first transform. */
    register(request: RegisterRequest, sent?: WireObject): KnownState {
        const inputs = toWire(request.getObject());
        const [type, name] = [request.getType(), request.getName()];
        const urn = this.newUrn(request);
        const assigned = request.getCustom() ? autoname(type, name, inputs) : undefined;
        const parent = this.parentOf(request.getParent(), type);
        const before = sent === undefined ? {} : { sent };
        this.resources.set(urn, { urn, inputs, ...before, parent, request, read: undefined, autoname: assigned });
        const provided = request.getCustom() ? this.options.provide?.({ type, name, inputs }) : undefined;
        const kept = type === STASH_TYPE ? { output: inputs["input"] } : {};
        return { urn, id: provided?.id ?? "", state: { ...knownOf(inputs, assigned), ...kept, ...provided?.outputs } };
    }

    /** Records a resource that the program only reads. */
    read(request: ReadRequest): KnownState {
        const inputs = toWire(request.getProperties());
        const urn = this.newUrn(request);
        const parent = this.parentOf(request.getParent(), request.getType());
        this.resources.set(urn, { urn, inputs, parent, request: undefined, read: request, autoname: undefined });
        return { urn, id: request.getId(), state: inputs };
    }

    /** Records the outputs of a component or of the stack. */
    addOutputs(request: OutputsRequest): void {
        this.outputs.set(request.getUrn(), toWire(request.getOutputs()));
    }

    /** Records the call of a function, and gives its result. */
    invoke(request: InvokeRequest): WireObject {
        const args = toWire(request.getArgs());
        const token = request.getTok();
        // The SDK itself asks this for a resource that it finds in a value.
        if (token === "pulumi:pulumi:getResource") return this.stateOf(args["urn"]);
        const known = this.options.answers?.[token]?.(args);
        this.invokes.push({ token, args, answered: known !== undefined });
        return known ?? { [UNKNOWN_ANSWER]: UNKNOWN };
    }

    /** Records the call of a resource's method: its result is unknown. */
    call(request: InvokeRequest): WireObject {
        this.invokes.push({ token: request.getTok(), args: toWire(request.getArgs()), answered: false });
        return { [UNKNOWN_ANSWER]: UNKNOWN };
    }

    private stateOf(urn: unknown): WireObject {
        const found = this.resources.get(typeof urn === "string" ? urn : "");
        if (found === undefined) throw rpcError(RpcStatus.unknown, `unknown resource ${String(urn)}`);
        return { urn: found.urn, id: "", state: knownOf(found.inputs, found.autoname) };
    }

    /** The URN as the engine makes it, which refuses a second resource of the same. */
    private newUrn(request: RegisterRequest | ReadRequest): string {
        const { stack, project } = this.options;
        const urn = makeUrn(stack, project, request.getParent(), request.getType(), request.getName());
        if (!this.resources.has(urn)) return urn;
        const message = `Duplicate resource URN '${urn}'; try giving it a unique name`;
        this.errors.push(message);
        throw rpcError(RpcStatus.alreadyExists, message);
    }

    /** The engine puts resources without a parent below the stack. */
    private parentOf(parent: string, type: string): string {
        if (parent !== "" || type === STACK_TYPE) return parent;
        const { stack, project } = this.options;
        const root = makeUrn(stack, project, "", STACK_TYPE, `${project}-${stack}`);
        return this.resources.has(root) ? root : "";
    }
}

/** What is known of a resource after its registration. */
function knownOf(inputs: WireObject, assigned: string | undefined): WireObject {
    const known: WireObject = { ...inputs };
    if (assigned !== undefined) {
        const metadata = isPlainObject(inputs["metadata"]) ? inputs["metadata"] : {};
        known["metadata"] = { ...metadata, name: assigned };
    }
    return known;
}

function toWire(value: Struct | undefined): WireObject {
    return (value?.toJavaScript() ?? {}) as WireObject;
}
