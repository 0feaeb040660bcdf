/** Names that the rule below does not give: a type and a component of one name collide in an SDK. */
const declared: Readonly<Record<string, string>> = {
    AttestationPoliciesArgs: "PlatformPolicies",
    SgxDevicePluginArgs: "PlatformDevicePlugin",
};

/**
 * The name of a TypeScript type in the schema. SDKs append `Args` themselves: `EnclavePool` becomes `EnclavePoolArgs`
 * in Python, TypeScript and C#.
 */
function schemaName(typeName: string): string {
    return declared[typeName] ?? typeName.replace(/Args$/, "");
}

/**
 * The names in the schema of TypeScript's types. Fails when two become one, and when a type has the name of a component
 * or a function, whose arguments are called `<Name>Args` in SDKs as well.
 */
export function schemaNames(typeNames: readonly string[], others: readonly string[]): ReadonlyMap<string, string> {
    const taken = new Map(others.map((other) => [other.charAt(0).toUpperCase() + other.slice(1), other]));
    const names = new Map<string, string>();
    for (const typeName of typeNames) {
        const name = schemaName(typeName);
        const other = taken.get(name);
        if (other !== undefined) {
            throw new Error(
                `${typeName} and ${other} are both ${name} in the schema: declare another name for the type`,
            );
        }
        taken.set(name, typeName);
        names.set(typeName, name);
    }
    return names;
}
