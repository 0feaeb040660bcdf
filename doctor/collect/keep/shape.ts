/** What is kept of a part of an object, or undefined: nothing. */
export type Keep<T> = (raw: unknown) => T | undefined;

/** How each field is kept; the compiler sees to it that every field of the model has its way. */
type Shape<T> = { [Name in keyof T]-?: Keep<Exclude<T[Name], undefined>> };

/** An object of the API as it came. */
export type Raw = Readonly<Record<string, unknown>>;

/** An object: the fields of the shape and no others. */
export function object<T>(shape: Shape<T>): Keep<T> {
    const ways = Object.entries<Keep<unknown>>(shape as Record<string, Keep<unknown>>);
    return (raw) => {
        if (!isRaw(raw)) return undefined;
        const kept: Record<string, unknown> = {};
        for (const [name, keep] of ways) {
            const value = keep(raw[name]);
            if (value !== undefined) kept[name] = value;
        }
        return kept as T;
    };
}

/** A list. */
export function list<T>(keep: Keep<T>): Keep<readonly T[]> {
    return (raw) =>
        Array.isArray(raw)
            ? raw.flatMap((item) => {
                  const kept = keep(item);
                  return kept === undefined ? [] : [kept];
              })
            : undefined;
}

/** An object with names of any kind. */
export function record<T>(keep: (value: unknown, name: string) => T | undefined): Keep<Readonly<Record<string, T>>> {
    return (raw) => {
        if (!isRaw(raw)) return undefined;
        const kept: Record<string, T> = {};
        for (const [name, each] of Object.entries(raw)) {
            const value = keep(each, name);
            if (value !== undefined) kept[name] = value;
        }
        return kept;
    };
}

/** The value where nothing is kept. */
export function or<T>(keep: Keep<T>, otherwise: T): Keep<T> {
    return (raw) => keep(raw) ?? otherwise;
}

export const text: Keep<string> = (raw) => (typeof raw === "string" && raw !== "" ? raw : undefined);
/** A reason as Kubernetes has them: `ImagePullBackOff`, `OutOfsgx.intel.com/epc`. */
export const reasonWord: Keep<string> = (raw) =>
    typeof raw === "string" && /^(?:[A-Z][A-Za-z]{0,60}|OutOf[a-z][a-z0-9./_-]{0,80})$/.test(raw) ? raw : undefined;
export const number: Keep<number> = (raw) => (typeof raw === "number" ? raw : undefined);
export const flag: Keep<boolean> = (raw) => (typeof raw === "boolean" ? raw : undefined);
export const texts: Keep<readonly string[]> = list(text);

/** Amounts of resources: Kubernetes answers with texts. */
export const amounts: Keep<Readonly<Record<string, string>>> = record((value) =>
    typeof value === "string" || typeof value === "number" ? String(value) : undefined,
);

/** That there is something, and not what. */
export const presence: Keep<object> = (raw) => (isRaw(raw) ? {} : undefined);

export function isRaw(value: unknown): value is Raw {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object under a name, or an empty one. */
export function under(raw: Raw, name: string): Raw {
    const value = raw[name];
    return isRaw(value) ? value : {};
}

/** The objects of the list under a name. */
export function itemsOf(raw: Raw, name: string): Raw[] {
    const value = raw[name];
    return Array.isArray(value) ? value.filter(isRaw) : [];
}
