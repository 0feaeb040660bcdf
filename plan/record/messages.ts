/**
 * The parts of the engine's protocol messages that the monitor reads (proto/pulumi/resource.proto). Structural, so that
 * the program's own copy of the SDK can bring the real ones, in process or over a gRPC server.
 */
export interface Struct {
    toJavaScript(): Record<string, unknown>;
}
interface AliasMessage {
    getUrn(): string;
    getSpec():
        | {
              getName(): string;
              getType(): string;
              getStack(): string;
              getProject(): string;
              getParenturn(): string;
              getNoparent(): boolean;
          }
        | undefined;
}
/** Callback: a function of the program that the monitor may call. */
export interface CallbackMessage {
    getTarget(): string;
    getToken(): string;
}
/** RegisterResourceRequest. */
export interface RegisterRequest {
    getType(): string;
    getName(): string;
    getParent(): string;
    getCustom(): boolean;
    getObject(): Struct | undefined;
    getProtect(): boolean;
    getDependenciesList(): string[];
    getProvider(): string;
    getDeletebeforereplace(): boolean;
    getDeletebeforereplacedefined(): boolean;
    getVersion(): string;
    getIgnorechangesList(): string[];
    getAdditionalsecretoutputsList(): string[];
    getAliasurnsList(): string[];
    getAliasesList(): AliasMessage[];
    getImportid(): string;
    getCustomtimeouts(): { getCreate(): string; getUpdate(): string; getDelete(): string } | undefined;
    getRemote(): boolean;
    getReplaceonchangesList(): string[];
    getRetainondelete(): boolean;
    getDeletedwith(): string;
    /** Newer SDKs only. */
    getHidediffsList?(): string[];
    getReplaceWithList?(): string[];
    getReplacementTrigger?(): { toJavaScript(): unknown } | undefined;
    getTransformsList?(): CallbackMessage[];
}
/** ReadResourceRequest. */
export interface ReadRequest {
    getId(): string;
    getType(): string;
    getName(): string;
    getParent(): string;
    getProperties(): Struct | undefined;
    getDependenciesList(): string[];
    getProvider(): string;
    getVersion(): string;
}
/** RegisterResourceOutputsRequest. */
export interface OutputsRequest {
    getUrn(): string;
    getOutputs(): Struct | undefined;
}
/** ResourceInvokeRequest and ResourceCallRequest. */
export interface InvokeRequest {
    getTok(): string;
    getArgs(): Struct | undefined;
}

/** An error as gRPC reports it. */
export interface RpcError extends Error {
    code: number;
    details: string;
}
/** How a method answers. */
export type Callback = (error: RpcError | null, response?: unknown) => void;

/** gRPC status codes in use here. */
export const RpcStatus = { unknown: 2, invalidArgument: 3, alreadyExists: 6, unimplemented: 12 } as const;

/** Makes an error as gRPC reports it. */
export function rpcError(code: number, message: string): RpcError {
    return Object.assign(new Error(message), { code, details: message });
}
