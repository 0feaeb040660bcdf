import * as pulumi from "@pulumi/pulumi";

/** A resource as the component registered it. */
export interface Recorded {
    type: string;
    name: string;
    inputs: Record<string, unknown>;
    urn: string;
    parent: string;
    dependencies: string[];
    deleteBeforeReplace: boolean;
    hideDiffs: string[];
    timeouts: { create: string; update: string };
}

interface Request {
    getType(): string;
    getName(): string;
    getParent(): string;
    getDependenciesList(): string[];
    getDeletebeforereplace(): boolean;
    getHidediffsList(): string[];
    getCustomtimeouts(): { getCreate(): string; getUpdate(): string } | undefined;
}
type Register = (request: Request, callback: (error: unknown, response?: { getUrn(): string }) => void) => unknown;

/** What Azure would answer beyond the inputs, by type; only asked for outside of previews. */
export type Answers = Record<string, (inputs: Record<string, unknown>) => Record<string, unknown>>;

/**
 * Runs a program against Pulumi's mocks and gives back what it registered, in order, with the options that mocks do not
 * show (https://github.com/pulumi/pulumi/issues/14421). `known` is what a preview knows of a resource beside its
 * inputs: nothing in a first preview, and the name in the preview of an update.
 */
export async function record<T>(
    program: () => T,
    { preview = false, answers = {}, known = {} }: { preview?: boolean; answers?: Answers; known?: Answers } = {},
): Promise<{ resources: Recorded[]; result: T }> {
    const resources: Recorded[] = [];
    const inputs = new Map<string, Record<string, unknown>>();
    await pulumi.runtime.setMocks(
        {
            newResource: ({ type, name, inputs: given }) => {
                const own = given as Record<string, unknown>;
                inputs.set(`${type}::${name}`, own);
                const more = preview ? (known[type]?.(own) ?? {}) : { name, ...answers[type]?.(own) };
                return {
                    id: preview && known[type] === undefined ? undefined : `/id/${name}`,
                    state: { ...own, ...more },
                };
            },
            call: ({ token }) => {
                if (token === "azure-native:authorization:getClientConfig") return { subscriptionId: "sub" };
                throw new Error(`unexpected call of ${token}`);
            },
        },
        "project",
        "stack",
        preview,
    );
    const monitor = pulumi.runtime.getMonitor() as unknown as { registerResource: Register };
    const register = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request, callback) =>
        register(request, (error, response) => {
            if (response === undefined) {
                callback(error, response);
                return;
            }
            const key = `${request.getType()}::${request.getName()}`;
            const timeouts = request.getCustomtimeouts();
            resources.push({
                type: request.getType(),
                name: request.getName(),
                inputs: inputs.get(key) ?? {},
                urn: response.getUrn(),
                parent: request.getParent(),
                dependencies: request.getDependenciesList(),
                deleteBeforeReplace: request.getDeletebeforereplace(),
                hideDiffs: request.getHidediffsList(),
                timeouts: { create: timeouts?.getCreate() ?? "", update: timeouts?.getUpdate() ?? "" },
            });
            callback(error, response);
        });
    const result = program();
    await (pulumi.runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();
    return { resources, result };
}

/** Value of an output, or "unknown". */
export async function valueOf<T>(output: pulumi.Output<T>): Promise<T | "unknown"> {
    const inner = output as unknown as { promise(): Promise<T>; isKnown: Promise<boolean> };
    return (await inner.isKnown) ? inner.promise() : "unknown";
}

/** URNs of the resources that every user of the output waits for. */
export async function waitsFor(output: pulumi.Output<unknown>): Promise<string[]> {
    const inner = output as unknown as { allResources(): Promise<Set<pulumi.Resource>> };
    const urns = [...(await inner.allResources())].map(({ urn }) => valueOf(urn));
    return (await Promise.all(urns)).sort();
}
