import * as grpc from "@grpc/grpc-js";
import {
    checkResponse,
    diffResponse,
    empty,
    plugin,
    properties,
    provider,
    ResourceProviderService,
    rpcError,
    toStruct,
    type DiffAnswer,
    type Message,
} from "./protocol.js";
import type { Properties } from "./values.js";

/** What a provider says about an object that is there. */
interface ReadAnswer {
    outputs: Properties;
    inputs: Properties;
}

/** One resource in a request. */
interface ResourceRequest {
    type: string;
    name: string;
}

/**
 * A provider in words of plain objects. One per connection of the engine: it connects anew for every provider resource,
 * so the configuration of two providers never mixes.
 */
export interface ProviderDouble {
    /** The package's schema, as JSON: for programs in YAML that name types of it. */
    schema(): string;
    checkConfig?(news: Properties): Properties;
    diffConfig?(olds: Properties, news: Properties): DiffAnswer;
    configure?(config: Properties): void | Promise<void>;
    invoke(token: string, args: Properties, preview: boolean): Properties | Promise<Properties>;
    check(
        request: ResourceRequest & { olds: Properties; news: Properties; seed: string },
    ): { inputs: Properties; failures?: string[] } | Promise<{ inputs: Properties; failures?: string[] }>;
    diff(
        request: ResourceRequest & { id: string; oldInputs: Properties; olds: Properties; news: Properties },
    ): DiffAnswer | Promise<DiffAnswer>;
    create(
        request: ResourceRequest & { inputs: Properties; preview: boolean; timeoutSeconds: number },
    ): Promise<{ id: string; outputs: Properties }>;
    /** Undefined where the object is gone. */
    read(
        request: ResourceRequest & { id: string; olds: Properties; oldInputs: Properties },
    ): Promise<ReadAnswer | undefined>;
    update(
        request: ResourceRequest & {
            id: string;
            olds: Properties;
            oldInputs: Properties;
            news: Properties;
            preview: boolean;
            timeoutSeconds: number;
        },
    ): Promise<Properties>;
    delete(request: ResourceRequest & { id: string; olds: Properties; timeoutSeconds: number }): Promise<void>;
}

/**
 * Called for every call that changes something: as it comes in, and when it is over (the answer may still be on its
 * way).
 */
export type CallWatcher = (moment: "asked" | "done", call: "create" | "update" | "delete") => void;

/** A running double, and the port at which the engine attaches to it. */
export interface ServedProvider {
    port: number;
    stop(): void;
}

/**
 * Serves a double on loopback inside the test's process, where `PULUMI_DEBUG_PROVIDERS=name:port` lets the engine
 * attach to it. What it knows and does outlives the engine, as a cloud does when an engine is killed.
 */
export async function serveProvider(
    connect: () => ProviderDouble,
    version: string,
    watch: CallWatcher = () => undefined,
): Promise<ServedProvider> {
    const doubles = new Map<string, ProviderDouble>();
    const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
    server.addService(
        ResourceProviderService,
        handlers(
            (peer) => {
                let double = doubles.get(peer);
                if (double === undefined) doubles.set(peer, (double = connect()));
                return double;
            },
            version,
            watch,
        ),
    );
    const port = await new Promise<number>((done, failed) => {
        server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
            if (error === null) done(bound);
            else failed(error);
        });
    });
    return {
        port,
        stop: () => {
            server.forceShutdown();
        },
    };
}

/* eslint-disable @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-argument -- generated code */
function handlers(
    doubleOf: (peer: string) => ProviderDouble,
    version: string,
    watch: CallWatcher,
): grpc.UntypedServiceImplementation {
    const unary = (run: (double: ProviderDouble, request: Message) => Message) => {
        return (call: grpc.ServerUnaryCall<Message, Message>, callback: grpc.sendUnaryData<Message>) => {
            Promise.resolve()
                .then(() => run(doubleOf(call.getPeer()), call.request))
                .then(
                    (response: Message) => {
                        callback(null, response);
                    },
                    (error: unknown) => {
                        callback(rpcError(error));
                    },
                );
        };
    };
    const watched = async <T>(call: "create" | "update" | "delete", preview: boolean, work: () => Promise<T>) => {
        if (preview) return work();
        watch("asked", call);
        try {
            return await work();
        } finally {
            watch("done", call);
        }
    };
    const subject = (request: Message): ResourceRequest => ({ type: request.getType(), name: request.getName() });
    return {
        getSchema: unary((double) => {
            const response = new provider.GetSchemaResponse();
            response.setSchema(double.schema());
            return response;
        }),
        checkConfig: unary((double, request) => {
            const news = properties(request.getNews());
            return checkResponse(double.checkConfig?.(news) ?? news, []);
        }),
        diffConfig: unary((double, request) => {
            const [olds, news] = [properties(request.getOldInputs()), properties(request.getNews())];
            return diffResponse(double.diffConfig?.(olds, news) ?? { changes: new Map(), replaces: [] });
        }),
        configure: unary(async (double, request) => {
            await double.configure?.(properties(request.getArgs()));
            const response = new provider.ConfigureResponse();
            response.setSupportspreview(true);
            return response;
        }),
        invoke: unary(async (double, request) => {
            const answer = await double.invoke(request.getTok(), properties(request.getArgs()), request.getPreview());
            const response = new provider.InvokeResponse();
            response.setReturn(toStruct(answer));
            return response;
        }),
        check: unary(async (double, request) => {
            const [olds, news] = [properties(request.getOlds()), properties(request.getNews())];
            const seed: string = request.getRandomseed_asB64();
            const { inputs, failures } = await double.check({ ...subject(request), olds, news, seed });
            return checkResponse(inputs, failures ?? []);
        }),
        diff: unary(async (double, request) =>
            diffResponse(
                await double.diff({
                    ...subject(request),
                    id: request.getId(),
                    oldInputs: properties(request.getOldInputs()),
                    olds: properties(request.getOlds()),
                    news: properties(request.getNews()),
                }),
            ),
        ),
        create: unary(async (double, request) => {
            const { id, outputs } = await watched("create", request.getPreview(), () =>
                double.create({
                    ...subject(request),
                    inputs: properties(request.getProperties()),
                    preview: request.getPreview(),
                    timeoutSeconds: request.getTimeout(),
                }),
            );
            const response = new provider.CreateResponse();
            response.setId(id);
            response.setProperties(toStruct(outputs));
            return response;
        }),
        read: unary(async (double, request) => {
            const found = await double.read({
                ...subject(request),
                id: request.getId(),
                olds: properties(request.getProperties()),
                oldInputs: properties(request.getInputs()),
            });
            const response = new provider.ReadResponse();
            if (found === undefined) return response;
            response.setId(request.getId());
            response.setProperties(toStruct(found.outputs));
            response.setInputs(toStruct(found.inputs));
            return response;
        }),
        update: unary(async (double, request) => {
            const outputs = await watched("update", request.getPreview(), () =>
                double.update({
                    ...subject(request),
                    id: request.getId(),
                    olds: properties(request.getOlds()),
                    oldInputs: properties(request.getOldInputs()),
                    news: properties(request.getNews()),
                    preview: request.getPreview(),
                    timeoutSeconds: request.getTimeout(),
                }),
            );
            const response = new provider.UpdateResponse();
            response.setProperties(toStruct(outputs));
            return response;
        }),
        delete: unary(async (double, request) => {
            const olds = properties(request.getProperties());
            const timeoutSeconds: number = request.getTimeout();
            await watched("delete", false, () =>
                double.delete({ ...subject(request), id: request.getId(), olds, timeoutSeconds }),
            );
            return new empty.Empty();
        }),
        cancel: unary(() => new empty.Empty()),
        attach: unary(() => new empty.Empty()),
        getPluginInfo: unary(() => {
            const response = new plugin.PluginInfo();
            response.setVersion(version);
            return response;
        }),
    };
}
