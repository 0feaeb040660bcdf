/**
 * A property path as messages show it: `propertyPath("spec", "containers", 0, "a.b/c")` is
 * `spec.containers[0]["a.b/c"]`.
 */
export function propertyPath(...steps: readonly (string | number)[]): string {
    return steps
        .map((step, index) => {
            if (typeof step === "number") return `[${step}]`;
            if (!/^[A-Za-z_$][\w$]*$/.test(step)) return `[${JSON.stringify(step)}]`;
            return index === 0 ? step : `.${step}`;
        })
        .join("");
}

/** One path below another: "a" and "b" give "a.b", "a" and "[0].b" give "a[0].b". */
export function joinPaths(parent: string, rest: string): string {
    if (parent === "" || rest === "") return parent + rest;
    return rest.startsWith("[") ? `${parent}${rest}` : `${parent}.${rest}`;
}
