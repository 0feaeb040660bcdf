import { createRequire } from "node:module";
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { SIGNATURE, SIGNATURE_KEY, UNKNOWN, type WireObject } from "../../plan/model/wire.js";
import type { RegisterRequest } from "../../plan/record/messages.js";
import { recordingMonitor, type MonitorParts } from "../../plan/record/monitor.js";
import { Recording } from "../../plan/record/recording.js";
import { knownInUpdate } from "./update-preview.mjs";

// Tests run in the root of the repository.
const require = createRequire(resolve("package.json"));
const parts = {
    ...require("@pulumi/pulumi/runtime/mocks.js"),
    service: require("@pulumi/pulumi/proto/resource_grpc_pb.js").ResourceMonitorService,
    ...require("google-protobuf/google/protobuf/struct_pb.js"),
} as MonitorParts;

/** A resource as a program registered it, with URNs shortened to names. */
export interface Constructed {
    type: string;
    name: string;
    parent: string;
    custom: boolean;
    /** Inputs as sent; `unknown` and secrets in a readable form. */
    inputs: Record<string, unknown>;
    options: {
        protect?: boolean;
        dependsOn: string[];
        deletedWith?: string;
        provider?: string;
        ignoreChanges: string[];
        replaceOnChanges: string[];
        replacementTrigger?: unknown;
        deleteBeforeReplace?: boolean;
        createTimeout?: string;
        updateTimeout?: string;
        hideDiffs?: string[];
        /** What types the component had before. */
        formerTypes?: string[];
    };
}

/**
 * "preview" is the first preview of a stack, "update" that of a change to one that exists: of an azure-native resource
 * only the inputs, id, name and location are known. "up" is no preview: of every resource, the inputs and `answered`
 * are known, and nothing else exists.
 */
export type Mode = "preview" | "update" | "up";

/** What Azure answers beyond the inputs, by type. Not asked for in mode "preview". */
export type Answered = Record<string, (inputs: WireObject) => WireObject>;

/** How an unknown value is shown in `inputs`. */
export const unknown = "<unknown>";

const kubeconfig =
    "apiVersion: v1\nkind: Config\nclusters: []\nusers:\n  - name: user\n    user:\n      token: hush-hush-token\n";

const nameIn = (args: WireObject) => (typeof args.resourceName === "string" ? args.resourceName : unknown);

/** What Azure would answer to the program's invokes, from names alone. */
const answers = {
    "azure-native:authorization:getClientConfig": () => ({ subscriptionId: "subscription" }),
    "azure-native:containerservice:listManagedClusterUserCredentials": () => ({
        kubeconfigs: [{ name: "user", value: Buffer.from(kubeconfig).toString("base64") }],
    }),
    "azure-native:containerservice:getManagedCluster": (args: WireObject) => ({
        oidcIssuerProfile: { enabled: true, issuerURL: `https://issuer.example/${nameIn(args)}/` },
        identityProfile: { kubeletidentity: { objectId: `kubelet-of-${nameIn(args)}` } },
        provisioningState: "Succeeded",
    }),
    "azure-native:managedidentity:getUserAssignedIdentity": (args: WireObject) => ({
        id: `id-of-${nameIn(args)}`,
        clientId: `client-of-${nameIn(args)}`,
        principalId: `principal-of-${nameIn(args)}`,
        tenantId: "tenant",
    }),
};

/** Runs a piece of program with Pulumi's real SDK against the recording monitor, and gives back all it registered. */
export async function construct(mode: Mode, build: () => unknown): Promise<Constructed[]> {
    return (await constructed(mode, build)).resources;
}

/** The same, and what the piece of program returns. `invoked` is what Azure answers to further invokes. */
export async function constructed<T>(
    mode: Mode,
    build: () => T,
    answered: Answered = {},
    invoked: Answered = {},
): Promise<{ resources: Constructed[]; result: T }> {
    const provide = (resource: { type: string; name: string; inputs: WireObject }) => {
        const { id, outputs } = knownInUpdate(resource);
        return { id, outputs: { ...outputs, ...answered[resource.type]?.(resource.inputs) } };
    };
    const recording = new Recording({
        project: "project",
        stack: "stack",
        ...(mode === "preview" ? {} : { answers: { ...answers, ...invoked }, provide }),
    });
    await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) });
    const settings = require("@pulumi/pulumi/runtime/settings") as {
        setMockOptions: (...args: unknown[]) => void;
        waitForRPCs: () => Promise<void>;
    };
    settings.setMockOptions(recordingMonitor(parts, recording), "project", "stack", mode !== "up", "");
    let result: T;
    await pulumi.runtime.runInPulumiStack(() => {
        result = build();
        return Promise.resolve(result);
    });
    await settings.waitForRPCs();
    if (recording.errors.length > 0) throw new Error(recording.errors.join("\n"));
    const resources = [...recording.resources.values()]
        .filter(({ request }) => request !== undefined && request.getType() !== "pulumi:pulumi:Stack")
        .map(({ request, inputs, parent }) => shown(request!, inputs, parent));
    return { resources, result: result! };
}

/** Value of an output, or `unknown`. */
export async function valueOf<T>(output: pulumi.Output<T>): Promise<T | typeof unknown> {
    const inner = output as unknown as { promise(): Promise<T>; isKnown: Promise<boolean> };
    return (await inner.isKnown) ? inner.promise() : unknown;
}

/** Type and name of a resource. */
export async function typeAndName({ urn }: pulumi.Resource): Promise<string> {
    const [type, name] = (await valueOf(urn)).split("::").slice(2);
    return `${type?.split("$").at(-1) ?? ""} ${name ?? ""}`;
}

/** Names of the resources that every user of the output waits for. */
export async function waitsFor(output: pulumi.Output<unknown>): Promise<string[]> {
    const inner = output as unknown as { allResources(): Promise<Set<pulumi.Resource>> };
    const urns = [...(await inner.allResources())].map(({ urn }) => valueOf(urn));
    return (await Promise.all(urns)).map(nameOf).sort();
}

const nameOf = (urn: string) => urn.split("::").at(-1) ?? "";

function shown(request: RegisterRequest, inputs: WireObject, parent: string): Constructed {
    const deletedWith = request.getDeletedwith();
    const provider = request.getProvider();
    const timeouts = request.getCustomtimeouts();
    const [createTimeout, updateTimeout] = [timeouts?.getCreate() ?? "", timeouts?.getUpdate() ?? ""];
    const hideDiffs = request.getHidediffsList?.() ?? [];
    const trigger = request.getReplacementTrigger?.()?.toJavaScript();
    const formerTypes = request.getAliasesList().flatMap((alias) => alias.getSpec()?.getType() || []);
    return {
        type: request.getType(),
        name: request.getName(),
        parent: nameOf(parent),
        custom: request.getCustom(),
        inputs: readable(inputs) as Record<string, unknown>,
        options: {
            ...(request.getProtect() ? { protect: true } : {}),
            dependsOn: request.getDependenciesList().map(nameOf).sort(),
            ...(deletedWith === "" ? {} : { deletedWith: nameOf(deletedWith) }),
            ...(provider === "" ? {} : { provider: nameOf(provider.replace(/::[^:]*$/, "")) }),
            ignoreChanges: request.getIgnorechangesList(),
            replaceOnChanges: request.getReplaceonchangesList(),
            ...(trigger === undefined ? {} : { replacementTrigger: readable(trigger) }),
            ...(request.getDeletebeforereplacedefined()
                ? { deleteBeforeReplace: request.getDeletebeforereplace() }
                : {}),
            ...(createTimeout === "" ? {} : { createTimeout }),
            ...(updateTimeout === "" ? {} : { updateTimeout }),
            ...(hideDiffs.length === 0 ? {} : { hideDiffs }),
            ...(formerTypes.length === 0 || request.getCustom() ? {} : { formerTypes }),
        },
    };
}

function readable(value: unknown): unknown {
    if (value === UNKNOWN) return unknown;
    if (Array.isArray(value)) return value.map(readable);
    if (typeof value !== "object" || value === null) return value;
    const object = value as Record<string, unknown>;
    if (object[SIGNATURE_KEY] === SIGNATURE.secret) return { secret: readable(object.value) };
    return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, readable(item)]));
}

/** The one resource of a type (end of it is enough) and, where there are several, a name. */
export function one(resources: Constructed[], type: string, name?: string): Constructed {
    const found = resources.filter((r) => r.type.endsWith(type) && (name === undefined || r.name === name));
    if (found.length !== 1) {
        throw new Error(
            `${found.length} resources of type ${type} ${name ?? ""}: ${resources.map((r) => `${r.type} ${r.name}`).join(", ")}`,
        );
    }
    return found[0]!;
}

/** Every path at which a value is unknown. */
export function unknownPaths(value: unknown, path = ""): string[] {
    if (value === unknown) return [path];
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([key, item]) => unknownPaths(item, path === "" ? key : `${path}.${key}`));
}
