import type { PlanAlias, PlanOptions } from "../model/format.js";
import type { SecretBook } from "../model/secrets.js";
import { providerUrn } from "../model/urn.js";
import { decodeProperties, UNKNOWN, type WireValue } from "../model/wire.js";
import type { ReadRequest, RegisterRequest } from "./messages.js";

/** The value of the option `replacementTrigger`, as it was sent. */
export function triggerOf(request: RegisterRequest | undefined): WireValue {
    return request?.getReplacementTrigger?.()?.toJavaScript() as WireValue;
}

/** The options of a registration that are set. */
export function optionsOf(request: RegisterRequest, book: SecretBook): PlanOptions {
    const timeouts = request.getCustomtimeouts();
    const times = {
        ...text("create", timeouts?.getCreate()),
        ...text("update", timeouts?.getUpdate()),
        ...text("delete", timeouts?.getDelete()),
    };
    const aliases = aliasesOf(request, book);
    return {
        ...(request.getProtect() ? { protect: true } : {}),
        ...(aliases.length === 0 ? {} : { aliases }),
        ...list("ignoreChanges", request.getIgnorechangesList()),
        ...list("replaceOnChanges", request.getReplaceonchangesList()),
        ...(request.getDeletebeforereplace() ? { deleteBeforeReplace: true } : {}),
        ...(Object.keys(times).length === 0 ? {} : { customTimeouts: times }),
        ...text("provider", book.mask(providerUrn(request.getProvider()))),
        ...text("version", request.getVersion()),
        ...urns("dependencies", request.getDependenciesList(), book),
        ...text("deletedWith", book.mask(known(request.getDeletedwith()))),
        ...urns("replaceWith", request.getReplaceWithList?.() ?? [], book),
        ...trigger(request, book),
        ...list("additionalSecretOutputs", request.getAdditionalsecretoutputsList()),
        ...(request.getRetainondelete() ? { retainOnDelete: true } : {}),
        ...list("hideDiffs", request.getHidediffsList?.() ?? []),
        ...text("importId", book.mask(request.getImportid())),
    };
}

/** The options of a resource that is only read. */
export function readOptionsOf(request: ReadRequest, book: SecretBook): PlanOptions {
    return {
        ...text("provider", book.mask(providerUrn(request.getProvider()))),
        ...text("version", request.getVersion()),
        ...urns("dependencies", request.getDependenciesList(), book),
    };
}

function trigger(request: RegisterRequest, book: SecretBook): Pick<PlanOptions, "replacementTrigger"> {
    const replacementTrigger = triggerOf(request);
    return replacementTrigger === undefined ? {} : decodeProperties({ replacementTrigger }, book, () => undefined);
}

function known(value: string): string {
    return value.includes(UNKNOWN) ? "" : value;
}

function text<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
    return value === undefined || value === "" ? {} : ({ [key]: value } as Record<K, string>);
}

function list<K extends string>(key: K, value: string[]): Partial<Record<K, string[]>> {
    return value.length === 0 ? {} : ({ [key]: value } as Record<K, string[]>);
}

function urns<K extends string>(key: K, value: string[], book: SecretBook): Partial<Record<K, string[]>> {
    return list(key, [...new Set(value)].map((urn) => book.mask(urn)).sort());
}

/** azure-native gives every resource an alias for each API version it ever had (about 110): no news to a reader. */
function isVersionAlias(type: string): boolean {
    return /[/_]v\d{6,}/.test(type);
}

function aliasesOf(request: RegisterRequest, book: SecretBook): PlanAlias[] {
    const aliases: PlanAlias[] = request.getAliasurnsList().map((urn) => ({ urn: book.mask(urn) }));
    for (const alias of request.getAliasesList()) {
        const spec = alias.getSpec();
        if (spec === undefined) {
            if (alias.getUrn() !== "") aliases.push({ urn: book.mask(alias.getUrn()) });
            continue;
        }
        if (isVersionAlias(spec.getType())) continue;
        const parent = spec.getParenturn();
        aliases.push({
            ...text("name", book.mask(spec.getName())),
            ...text("type", spec.getType()),
            ...text("stack", spec.getStack()),
            ...text("project", spec.getProject()),
            // The SDK repeats the resource's own parent in every alias.
            ...(parent === request.getParent() ? {} : text("parent", book.mask(parent))),
            ...(spec.getNoparent() ? { noParent: true } : {}),
        });
    }
    return aliases.filter((alias) => !(alias.urn !== undefined && isVersionAlias(alias.urn)));
}
