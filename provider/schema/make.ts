import { functions } from "../functions";
import { analyzed } from "./analyzed";
import { DeclaredTypes } from "./declared-types";
import { metadata } from "./metadata";
import { schemaNames } from "./names";
import type { PackageSpec } from "./package-schema";
import { renamed } from "./rename";
import { readSources } from "./sources";
import { componentSpec, functionSpec, typeSpec } from "./specs";
import { nameIn } from "./tokens";

/**
 * The schema for other languages: what the SDK's analyzer finds out about the components, what the comments in the
 * sources say, and what is declared here because neither has it.
 */
export async function makeSchema(): Promise<PackageSpec> {
    const found = await analyzed();
    // A function has the name of the library's that it calls: its own declaration counts.
    const sources = new Map([...readSources("components"), ...readSources("provider/functions.ts")]);
    const declared = new DeclaredTypes(sources);
    const functionSpecs = entries(functions, (name) => functionSpec(sources, declared, name));
    const resources = entries(found.resources, (name, resource) => componentSpec(sources, name, resource));
    const types = { ...entries(found.types, (name, type) => typeSpec(sources, name, type)), ...declared.types };
    const names = schemaNames(Object.keys(types), [...Object.keys(resources), ...Object.keys(functionSpecs)]);
    return { ...metadata(), ...renamed({ types, resources, functions: functionSpecs }, names) };
}

/** The values changed, by name where they were by token. */
function entries<T, R>(values: Readonly<Record<string, T>>, change: (name: string, value: T) => R): Record<string, R> {
    return Object.fromEntries(
        Object.entries(values).map(([key, value]) => {
            const name = nameIn(key);
            return [name, change(name, value)];
        }),
    );
}
