import { invalid } from "./kinds";
import type { Checked, Problem } from "./problem";
import { isPlainObject } from "./wire-values";

/** Which arguments are objects with settings, and which are lists of them. */
interface Shapes<Args> {
    groups: readonly (keyof Args & string)[];
    lists: readonly (keyof Args & string)[];
}

/**
 * What `check` finds without the arguments that have another shape than their type, as they come from JavaScript and
 * from empty keys of YAML, and the problems of those.
 */
export function checkedShapes<Args extends object, Spec>(
    args: Args,
    { groups, lists }: Shapes<Args>,
    check: (fitting: Args) => Checked<Spec>,
): Checked<Spec> {
    const problems = [
        ...groups.flatMap((key) => groupProblems(key, args[key])),
        ...lists.flatMap((key) => listProblems(key, args[key])),
    ];
    if (problems.length === 0) return check(args);
    const isLeftOut = (key: string) => problems.some(({ path }) => isAt(path, key));
    const fitting = Object.fromEntries(Object.entries(args).filter(([key]) => !isLeftOut(key))) as Args;
    const checked = check(fitting);
    const others = checked.problems.filter(({ path }) => !isLeftOut(/^\w*/.exec(path)?.[0] ?? ""));
    return { ...checked, problems: [...problems, ...others] };
}

function groupProblems(path: string, value: unknown): Problem[] {
    if (value === undefined || isPlainObject(value)) return [];
    return [invalid(path, value, "an object with settings", "write one, or leave it out")];
}

function listProblems(path: string, value: unknown): Problem[] {
    if (value === undefined) return [];
    if (!Array.isArray(value)) return [invalid(path, value, "a list", "write it as a list")];
    return value.flatMap((item: unknown, index) => groupProblems(`${path}[${index}]`, item));
}

/** Whether a path is that of the argument, or in it. */
function isAt(path: string, key: string): boolean {
    return path === key || path.startsWith(`${key}.`) || path.startsWith(`${key}[`);
}
