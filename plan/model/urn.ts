/** Type of the root resource of every stack. */
export const STACK_TYPE = "pulumi:pulumi:Stack";
/** Type of a value that Pulumi keeps in its state: nothing that a plan shows. */
export const STASH_TYPE = "pulumi:index:Stash";

/** Type chain of a URN (`a:b:C$d:e:F`). */
export function qualifiedType(urn: string): string {
    return urn.split("::")[2] ?? "";
}

/** Type of the resource itself. */
export function typeOf(urn: string): string {
    return qualifiedType(urn).split("$").pop() ?? "";
}

/** Logical name of the resource. It may hold `::` itself. */
export function nameOf(urn: string): string {
    return urn.split("::").slice(3).join("::");
}

/** Makes a URN as the engine does: the parent's whole type chain, without the stack's. */
export function makeUrn(stack: string, project: string, parent: string, type: string, name: string): string {
    const chain = parent === "" ? "" : qualifiedType(parent);
    const qualified = chain === "" || chain === STACK_TYPE ? type : `${chain}$${type}`;
    return `urn:pulumi:${stack}::${project}::${qualified}::${name}`;
}

/** URN part of a provider reference `urn::id`. */
export function providerUrn(reference: string): string {
    const parts = reference.split("::");
    return parts.slice(0, -1).join("::");
}

/** Types that are objects of the Kubernetes API and get a name; lists, patches and Helm releases are none. */
export function isKubernetesObject(type: string): boolean {
    return /^kubernetes:[a-z0-9.-]+\/v\d+[a-z0-9]*:[A-Za-z0-9]+$/.test(type) && !type.startsWith("kubernetes:helm.sh/");
}

/** Type without the package's module path: `ManagedCluster`, `providers:kubernetes`. */
export function shortType(type: string): string {
    const [pkg = "", module = "", name = ""] = type.split(":");
    return pkg === "pulumi" && module === "providers" ? `Provider ${name}` : name === "" ? type : name;
}
