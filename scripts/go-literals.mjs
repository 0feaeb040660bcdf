// Reads composite literals of Go source text: maps, lists, strings, `append`, and functions that prefix a list.

const TOKEN = /"(?:[^"\\]|\\.)*"|[A-Za-z_][\w.]*|\.\.\.|[{}(),:+]/g;

/** Values of the variables of a Go source file, by name, as far as they are literals. */
export function goLiterals(source) {
    const text = source.replace(/("(?:[^"\\\n]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, string) => string ?? "");
    const functions = new Map();
    for (const [, name, parameter, body] of text.matchAll(/^func (\w+)\((\w+) [^)]*\)[^{]*\{([\s\S]*?)^\}/gm))
        functions.set(name, { parameter, body });
    const starts = new Map();
    // Types of maps have brackets, which literals here do not: `map[string]T{` starts at its brace.
    for (const match of text.matchAll(/^var (\w+) = (?:map\[[^{]*)?/gm))
        starts.set(match[1], match.index + match[0].length);
    const read = (name) => evaluate(tokens(text.slice(starts.get(name))), scope);
    const scope = { functions, variable: (name) => (starts.has(name) ? read(name) : undefined), bound: {} };
    return Object.fromEntries([...starts.keys()].map((name) => [name, read(name)]));
}

function tokens(text) {
    const found = text.matchAll(TOKEN);
    let next = found.next();
    return {
        peek: () => next.value?.[0],
        take: () => {
            const token = next.value?.[0];
            next = found.next();
            return token;
        },
    };
}

function evaluate(input, scope) {
    let value = term(input, scope);
    while (input.peek() === "+") {
        input.take();
        value += term(input, scope);
    }
    return value;
}

function term(input, scope) {
    if (input.peek() === "{") return composite(input, scope);
    const token = input.take() ?? "";
    if (token.startsWith('"')) return JSON.parse(token);
    if (input.peek() === "{") return composite(input, scope);
    if (input.peek() === "(") return call(token, list(input, ")", scope), scope);
    return token in scope.bound ? scope.bound[token] : scope.variable(token);
}

/** `{ "key": value, ... }` or `{ value, ... }`, with or without a type in front. */
function composite(input, scope) {
    const items = list(input, "}", scope);
    const isMap = items.some((item) => item instanceof Entry);
    return isMap ? Object.fromEntries(items.map(({ key, value }) => [key, value])) : items;
}

class Entry {
    constructor(key, value) {
        Object.assign(this, { key, value });
    }
}

function list(input, end, scope) {
    const items = [];
    input.take();
    while (input.peek() !== end) {
        const item = evaluate(input, scope);
        if (input.peek() === ":") {
            input.take();
            items.push(new Entry(item, evaluate(input, scope)));
        } else if (input.peek() === "...") {
            input.take();
            items.push(...item);
        } else items.push(item);
        if (input.peek() === ",") input.take();
        if (input.peek() === undefined) throw new Error(`a literal without its closing ${end}`);
    }
    input.take();
    return items;
}

function call(name, args, scope) {
    if (name === "append") return [...args[0], ...args.slice(1)];
    if (name.endsWith("NewStringSet")) return args;
    const { parameter, body } = scope.functions.get(name) ?? {};
    if (body === undefined) return undefined;
    // The one list in the body, once for each argument; a loop calls its variable as the parameter in the singular.
    const literal = body.slice(body.search(/properties\{/));
    return args.flatMap((prefix) =>
        evaluate(tokens(literal), { ...scope, bound: { [parameter]: prefix, [parameter.replace(/es$/, "")]: prefix } }),
    );
}
