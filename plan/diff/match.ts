import type { Plan, PlanResource } from "../model/format.js";
import { makeUrn, nameOf, qualifiedType, STACK_TYPE } from "../model/urn.js";

/** A resource of the new plan and what it was in the old one; one side is missing where it was created or deleted. */
export interface Pair {
    before?: PlanResource;
    after?: PlanResource;
    /** They are connected by an alias. */
    moved: boolean;
}

/**
 * The URN without API versions of azure-native: the provider gives every resource an alias for each of them, which
 * plans leave out. `azure-native:x/v20240101:Y` and the `azure-native_x_v20240101:x:Y` of generated packages are
 * `azure-native:x:Y`.
 */
function withoutVersion(urn: string): string {
    return urn.replace(
        /azure-native(?:_\w+?_v\d{8}(?:preview)?)?:(\w+)(?:\/v\d{8}(?:preview)?)?:/g,
        "azure-native:$1:",
    );
}

/** Pairs the resources of two plans by URN, then by aliases. The stack and what is only read are left out. */
export function pairResources(base: Plan | undefined, head: Plan | undefined): Pair[] {
    const left = base?.resources.filter(isManaged) ?? [];
    const right = head?.resources.filter(isManaged) ?? [];
    const old = new Map(left.map((resource) => [withoutVersion(resource.urn), resource]));
    const pairs: Pair[] = [];
    const rest: PlanResource[] = [];
    for (const after of right) {
        const before = take(old, after.urn);
        if (before === undefined) rest.push(after);
        else pairs.push({ before, after, moved: false });
    }
    const byUrn = new Map((head?.resources ?? []).map((resource) => [resource.urn, resource]));
    for (const after of rest) {
        const before = formerUrns(after, byUrn)
            .map((urn) => take(old, urn))
            .find((found) => found !== undefined);
        pairs.push(before === undefined ? { after, moved: false } : { before, after, moved: true });
    }
    const gone = [...old.values()].map((before): Pair => ({ before, moved: false }));
    return [...pairs, ...gone];
}

function isManaged(resource: PlanResource): boolean {
    return resource.type !== STACK_TYPE && resource.readId === undefined;
}

function take(old: Map<string, PlanResource>, urn: string): PlanResource | undefined {
    const key = withoutVersion(urn);
    const found = old.get(key);
    old.delete(key);
    return found;
}

/** More former names than this are an explosion of aliases of aliases, and none of them is likely. */
const MAX_FORMER = 200;

/**
 * URNs that a resource may have had: its own aliases, and its place under every former URN of its parent. Where a
 * child's name starts with its parent's, it followed the parent's name, as the engine assumes (`InheritedChildAlias` in
 * pulumi/pulumi).
 */
function formerUrns(resource: PlanResource, byUrn: ReadonlyMap<string, PlanResource>): string[] {
    const { stack, project } = owner(resource.urn);
    const parent = resource.parent === undefined ? undefined : byUrn.get(resource.parent);
    const parents = parent === undefined || parent.type === STACK_TYPE ? [] : formerUrns(parent, byUrn);
    const found = new Set<string>();
    const add = (at: string, type: string, name: string, where = stack, whose = project): void => {
        if (found.size < MAX_FORMER) found.add(makeUrn(where, whose, at, type, name));
    };
    for (const alias of resource.options.aliases ?? []) {
        if (alias.urn !== undefined) {
            found.add(alias.urn);
            continue;
        }
        const type = alias.type ?? resource.type;
        const name = alias.name ?? resource.name;
        const own = alias.noParent === true ? "" : (alias.parent ?? resource.parent ?? "");
        add(own, type, name, alias.stack, alias.project);
        if (alias.parent === undefined && alias.noParent !== true)
            for (const former of parents) add(former, type, alias.name ?? inheritedName(name, parent, former));
    }
    for (const former of parents) add(former, resource.type, inheritedName(resource.name, parent, former));
    found.delete(resource.urn);
    return [...found];
}

function inheritedName(name: string, parent: PlanResource | undefined, formerParent: string): string {
    if (parent === undefined || !name.startsWith(parent.name)) return name;
    return nameOf(formerParent) + name.slice(parent.name.length);
}

function owner(urn: string): { stack: string; project: string } {
    const [head = "", project = ""] = urn.split("::");
    return { stack: head.slice("urn:pulumi:".length), project };
}

/** True if two URNs differ only in how their types are spelled, or not at all. */
export function sameUrn(a: string, b: string): boolean {
    return withoutVersion(a) === withoutVersion(b) && qualifiedType(a) !== "";
}
