import { isPlainObject } from "../../components/problems/index.js";
import { epcTable } from "../lens/epc.js";
import { quotaTable } from "../lens/quota.js";
import { releasedKeys } from "../lens/secrets/released-keys.js";
import { tokenPolicies } from "../lens/secrets/token-policies.js";
import {
    PLAN_FORMAT,
    PLAN_MODE,
    PLAN_VERSION,
    type Plan,
    type PlanCounts,
    type PlanInvoke,
    type PlanResource,
    type PlanWarning,
} from "../model/format.js";
import { treeOrder } from "../model/order.js";
import type { Part } from "../model/secret-parts.js";
import type { SecretBook } from "../model/secrets.js";
import { STACK_TYPE, STASH_TYPE } from "../model/urn.js";
import {
    canonicalJson,
    collectSecrets,
    decodeProperties,
    plainParts,
    SIGNATURE_KEY,
    type WireValue,
} from "../model/wire.js";
import { optionsOf, readOptionsOf, triggerOf } from "./options.js";
import type { RecordedResource, Recording } from "./recording.js";

/** What a plan is made of. */
export interface Recorded {
    project: string;
    stack: string;
    recording: Recording;
    warnings: PlanWarning[];
    book: SecretBook;
}

/** Makes the plan of what was recorded: secrets masked, order stable. */
export function buildPlan({ project, stack, recording, warnings, book }: Recorded): Plan {
    const recorded = [...recording.resources.values()].filter(({ request }) => request?.getType() !== STASH_TYPE);
    for (const { urn, request, read } of recorded) {
        book.addInnocent([urn, (request ?? read)?.getName(), (request ?? read)?.getType(), project, stack]);
    }
    noteRecorded(recording, book);

    const found: PlanWarning[] = [...warnings];
    const resources = treeOrder(recorded.map((item) => toResource(item, book, found)));
    const invokes = toInvokes(recording, book);
    for (const token of new Set(
        invokes.filter((invoke) => invoke.result === "unknown").map((invoke) => invoke.token),
    )) {
        found.push({
            code: "invoke-unknown",
            message: `${token} cannot be answered offline: what the program makes of its result is unknown in this plan.`,
        });
    }
    const root = recorded.find((item) => item.request?.getType() === STACK_TYPE);
    const outputs = decodeProperties(recording.outputs.get(root?.urn ?? "") ?? {}, book, () => {
        found.push(leak("a stack output"));
    });
    const sorted = Object.fromEntries(Object.entries(outputs).sort(([a], [b]) => (a < b ? -1 : 1)));
    return {
        format: PLAN_FORMAT,
        version: PLAN_VERSION,
        project,
        stack,
        mode: PLAN_MODE,
        resources,
        invokes,
        warnings: tidy(found, book),
        outputs: sorted,
        epc: epcTable(resources),
        quota: quotaTable(resources),
        ...secretAccess(resources),
        counts: count(resources),
    };
}

/** Notes every secret that the program has sent so far. */
export function noteRecorded(recording: Recording, book: SecretBook): void {
    for (const { inputs, sent, request } of recording.resources.values()) {
        if (request?.getType() === "kubernetes:core/v1:Secret")
            for (const value of [inputs["data"], inputs["stringData"]])
                book.addSecretData(isPlainObject(value) && value[SIGNATURE_KEY] !== undefined ? value["value"] : value);
        collectSecrets(triggerOf(request), book);
        if (sent !== undefined) collectSecrets(sent, book);
        collectSecrets(inputs, book, sent === undefined ? undefined : textsOf(plainParts(sent)));
        for (const part of [...plainParts(inputs), ...plainParts(sent)]) book.addPlain(part);
    }
    for (const { args } of recording.invokes) collectSecrets(args, book);
    for (const outputs of recording.outputs.values()) collectSecrets(outputs, book);
}

function textsOf(parts: readonly Part[]): Set<string> {
    return new Set(parts.map(({ text }) => text));
}

function leak(where: string, urn?: string): PlanWarning {
    return {
        code: "secret-in-plain-input",
        message: `The value of a secret stands in plain text in ${where}; it is masked here, but would be stored in plain text. Pass it as a secret (config.requireSecret, pulumi.secret).`,
        ...(urn === undefined ? {} : { urn }),
    };
}

function toResource(item: RecordedResource, book: SecretBook, warnings: PlanWarning[]): PlanResource {
    const { request, read } = item;
    const source = request ?? read;
    const urn = book.mask(item.urn);
    const type = source?.getType() ?? "";
    if (request?.getRemote() === true) {
        warnings.push({
            code: "remote-component",
            message: `${type} is a component of a plugin: what it creates is not in an offline plan.`,
            urn,
        });
    }
    let leaked = "";
    const inputs: PlanResource["inputs"] = {};
    for (const key of Object.keys(item.inputs).sort()) {
        Object.assign(
            inputs,
            decodeProperties({ [key]: item.inputs[key] }, book, () => (leaked ||= key)),
        );
    }
    if (leaked !== "")
        warnings.push(leak(`the input "${book.mask(leaked)}" of ${book.mask(source?.getName() ?? "")}`, urn));
    return {
        urn,
        type,
        name: book.mask(source?.getName() ?? ""),
        custom: request?.getCustom() ?? true,
        ...(item.parent === "" ? {} : { parent: book.mask(item.parent) }),
        inputs,
        options: request !== undefined ? optionsOf(request, book) : read !== undefined ? readOptionsOf(read, book) : {},
        ...(item.autoname === undefined ? {} : { autoname: book.mask(item.autoname) }),
        ...(read === undefined ? {} : { readId: book.mask(read.getId()) }),
        ...(request?.getRemote() === true ? { remote: true } : {}),
    };
}

function toInvokes(recording: Recording, book: SecretBook): PlanInvoke[] {
    return recording.invokes
        .map(({ token, args, answered }): PlanInvoke => ({
            token,
            args: decodeProperties(args, book, () => undefined),
            result: answered ? "answered" : "unknown",
        }))
        .map((invoke) => ({ invoke, key: canonicalJson(invoke as unknown as WireValue) }))
        .sort((a, b) =>
            a.invoke.token < b.invoke.token ? -1 : a.invoke.token > b.invoke.token ? 1 : a.key < b.key ? -1 : 1,
        )
        .map(({ invoke }) => invoke);
}

/** Masks, sorts by code, message and URN, and drops repetitions. */
function tidy(warnings: readonly PlanWarning[], book: SecretBook): PlanWarning[] {
    const byKey = new Map<string, PlanWarning>();
    for (const { code, message, urn } of warnings) {
        const clean = { code, message: book.mask(message), ...(urn === undefined ? {} : { urn: book.mask(urn) }) };
        byKey.set(JSON.stringify([clean.code, clean.message, clean.urn ?? ""]), clean);
    }
    return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, warning]) => warning);
}

/** Who gets which secret, where the program has such. */
function secretAccess(resources: readonly PlanResource[]): Pick<Plan, "keys" | "tokenPolicies"> {
    const [keys, policies] = [releasedKeys(resources), tokenPolicies(resources)];
    return {
        ...(keys.length === 0 ? {} : { keys }),
        ...(policies.length === 0 ? {} : { tokenPolicies: policies }),
    };
}

function count(resources: readonly PlanResource[]): PlanCounts {
    const byType: Record<string, number> = {};
    for (const { type } of [...resources].sort((a, b) => (a.type < b.type ? -1 : 1))) {
        if (type !== STACK_TYPE) byType[type] = (byType[type] ?? 0) + 1;
    }
    const own = resources.filter((resource) => resource.type !== STACK_TYPE);
    const components = own.filter((resource) => !resource.custom).length;
    return { resources: own.length - components, components, byType };
}
