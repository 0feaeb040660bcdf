import { invalid, isPlainObject, propertyPath, type Problem, type Warning } from "../problems";

/** A value that stands in this package's stacks and examples until the user's own takes its place. */
interface Placeholder {
    path: string;
    value: string;
    /** What happens when it is deployed. */
    consequence: string;
    /** Whether an update must not start with it. */
    isRefused: boolean;
}

/** `isRefused`: whether an update must not start with it, by the first key of its path. */
const kinds: readonly { form: RegExp; consequence: string; isRefused?: (key: unknown) => boolean }[] = [
    {
        form: /^11111111-2222-3333-4444-555555555555$/,
        consequence: "no group has this id, local accounts are off, and so no account gets into the cluster",
        isRefused: () => true,
    },
    // RFC 5737: ranges for documentation.
    {
        form: /^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+(\/\d+)?$/,
        consequence: "a range for documentation: no address that is in use is in it",
        // The cluster would be made and billed, and nothing could reach it.
        isRefused: (key) => key === "apiServer",
    },
    { form: /^example\.azurecr\.io\//, consequence: "no image of yours is there" },
    {
        form: /^confidentialaks(dev|prod|dcsv2)$/,
        consequence: "the name of a registry is unique in all of Azure, and this one stands in a public repository",
    },
];

/** A warning on the placeholders of this package's stacks and examples that are still in the arguments. */
export function placeholderWarnings(args: object): Warning[] {
    const found = placeholders(args, []);
    if (found.length === 0) return [];
    const lines = found.map(({ path, value, consequence }) => `${path} (${value}): ${consequence}`);
    return [{ code: "placeholder", message: `values to replace by your own: ${lines.join("; ")}` }];
}

/** The placeholders with which an update would do harm: a preview and a plan show them as warnings only. */
export function refusedPlaceholders(args: object): Problem[] {
    return placeholders(args, [])
        .filter(({ isRefused }) => isRefused)
        .map(({ path, value, consequence }) =>
            invalid(path, value, `a value of your own: ${consequence}`, "replace it in the configuration of the stack"),
        );
}

function placeholders(value: unknown, path: readonly (string | number)[]): Placeholder[] {
    if (typeof value === "string") {
        const kind = kinds.find(({ form }) => form.test(value));
        if (kind === undefined) return [];
        const { consequence, isRefused } = kind;
        return [{ path: propertyPath(...path), value, consequence, isRefused: isRefused?.(path[0]) === true }];
    }
    if (Array.isArray(value)) return value.flatMap((item: unknown, at) => placeholders(item, [...path, at]));
    if (!isPlainObject(value)) return [];
    return Object.entries(value).flatMap(([key, item]) => placeholders(item, [...path, key]));
}
