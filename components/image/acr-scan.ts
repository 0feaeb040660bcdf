import { invalid, type Problem } from "../problems";

/** What ACR's engine reads of a Dockerfile before it builds. */
export interface AcrScan {
    /** Image that the last stage is built on, looked up through the stages of the same file. */
    runtime: string | undefined;
    /** The other images, each once, in the order of the file. */
    buildtime: string[];
    /** Where the engine gives up, or reads an image reference that it cannot parse. */
    problems: Problem[];
}

/**
 * ACR's scan for base images, with its rules (https://github.com/Azure/acr-builder/blob/90b22f3/scan/dependencies.go)
 * and not Docker's: every line stands for itself, whether it continues another one or lies in a heredoc; the first
 * assignment of an ARG line counts, wherever it stands, and a build argument before it; values of ARG are taken as they
 * are written, without their variables; a variable without a value is empty text. The images that come out have to be
 * image references.
 */
export function scanAsAcr(
    text: string,
    buildArgs: Readonly<Record<string, string>>,
    isInside: (line: number) => boolean = () => false,
): AcrScan {
    const values = new Map(Object.entries(buildArgs));
    const origins = new Map<string, string>();
    const images = new Set<string>();
    const problems: Problem[] = [];
    let runtime: string | undefined;
    const lines = text.replace(/^\uFEFF/, "").split("\n");
    for (const [index, raw] of lines.entries()) {
        const line = { number: index + 1, text: raw.trim() };
        if (Buffer.byteLength(raw) > longestLine) problems.push(tooLong(line.number, Buffer.byteLength(raw)));
        if (line.text.startsWith("#")) continue;
        const words = line.text.split(/\s+/);
        const keyword = (words[0] ?? "").toUpperCase();
        if (keyword !== "FROM" && keyword !== "ARG") continue;
        const found = keyword === "ARG" ? readArg(line, words, values) : checkFromForm(line, words);
        problems.push(...(isInside(line.number) ? found.map((problem) => insideProblem(problem, keyword)) : found));
        if (keyword === "ARG" || found.length > 0) continue;

        const written = trimQuotes(words[1] ?? "");
        const image = expand(written, (name) => values.get(name) ?? "");
        const origin = origins.get(image);
        if (origin === undefined) {
            images.add(image);
            if (!isImageReference(image)) problems.push(notAnImage(line, written, image, values));
        }
        runtime = origin ?? image;
        if (words[3] !== undefined) origins.set(words[3], runtime);
    }
    if (images.size === 0 && problems.length === 0) {
        problems.push(problemAt(1, "no FROM line", "a base image", "start the Dockerfile with FROM"));
    }
    return { runtime, buildtime: [...images].filter((image) => image !== runtime), problems };
}

/** A problem of one line of the Dockerfile. */
export function problemAt(line: number, value: string, expected: string, remedy: string): Problem {
    return invalid(`context/Dockerfile:${line}`, value.trim(), expected, remedy);
}

/**
 * Text with its variables replaced, as Go's os.Expand does it: $NAME and ${NAME}, where NAME is all that stands between
 * the braces.
 */
export function expand(text: string, valueOf: (name: string) => string): string {
    return text.replace(
        /\$(?:\{([^}]*)\}|\{|([*#$@!?\-0-9])|(\w+))/g,
        (_, braced?: string, special?: string, bare?: string) => {
            const name = braced ?? special ?? bare ?? "";
            return name === "" ? "" : valueOf(name);
        },
    );
}

const domainPart = "(?:[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9])";
const pathPart = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const reference = new RegExp(
    `^((?:${domainPart}(?:\\.${domainPart})*(?::[0-9]+)?/)?${pathPart}(?:/${pathPart})*)` +
        "(?::\\w[\\w.-]{0,127})?(?:@(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}))?$",
);

/**
 * Whether the engine can parse an image (https://github.com/distribution/reference); it adds ":latest" where there is
 * no tag.
 */
export function isImageReference(image: string): boolean {
    const name = reference.exec(image)?.[1];
    return name !== undefined && name.length <= 255;
}

interface Line {
    number: number;
    text: string;
}

/** The scan reads with a buffer of 64 KiB a line and stops at a longer one; Docker refuses it. */
const longestLine = 65_535;

function tooLong(line: number, bytes: number): Problem {
    return problemAt(line, `a line of ${bytes} bytes`, "lines under 64 KiB", "break the line, or COPY a file");
}

function trimQuotes(text: string): string {
    return text.replace(/^["']+|["']+$/g, "");
}

function checkFromForm({ number, text }: Line, words: readonly string[]): Problem[] {
    if (words.length === 2 || (words.length > 3 && words[2]?.toLowerCase() === "as")) return [];
    if ((words[1] ?? "").startsWith("--")) {
        return [
            problemAt(
                number,
                text,
                '"FROM <image>" or "FROM <image> AS <name>": ACR\'s scan does not understand flags',
                "remove the flag; the image is built for linux/amd64",
            ),
        ];
    }
    return [problemAt(number, text, '"FROM <image>" or "FROM <image> AS <name>" on one line', "correct the line")];
}

/** Notes the first assignment of an ARG line; a name that has a value keeps it. */
function readArg({ number, text }: Line, words: readonly string[], values: Map<string, string>): Problem[] {
    const assignment = words[1];
    if (assignment === undefined) {
        return [problemAt(number, text, "ARG with a name on the same line", "correct the line")];
    }
    const equals = assignment.indexOf("=");
    const name = assignment.slice(0, equals);
    if (equals >= 0 && !values.has(name)) values.set(name, trimQuotes(assignment.slice(equals + 1)));
    return [];
}

function insideProblem(problem: Problem, keyword: string): Problem {
    const word = keyword.toLowerCase();
    return {
        ...problem,
        expected: `no line inside an instruction that starts with the word "${word}" and is no ${keyword} instruction: ACR's scan takes it for one`,
        remedy: "join it with the line before, or put the text into a file of the context",
    };
}

function notAnImage(
    { number, text }: Line,
    written: string,
    image: string,
    values: ReadonlyMap<string, string>,
): Problem {
    const names: string[] = [];
    expand(written, (name) => {
        names.push(name);
        return "";
    });
    const nested = names.filter((name) => values.get(name)?.includes("$") ?? false);
    if (nested.length > 0) {
        return problemAt(
            number,
            text,
            `an image that ACR's scan can work out; it takes the value of ${quoted(nested)} as it is written, without its variables, and reads ${JSON.stringify(image)}`,
            nested.map((name) => writtenOut(name, values)).join(" and "),
        );
    }
    const unset = names.filter((name) => (values.get(name) ?? "") === "");
    if (unset.length > 0) {
        return problemAt(
            number,
            text,
            `an image that ACR's scan can work out; it knows no value of ${quoted(unset)} and reads ${JSON.stringify(image)}`,
            "give it a default in an ARG line of its own above, such as ARG BASE=ubuntu:22.04, or a build argument; the scan knows no ${NAME:-default}",
        );
    }
    return problemAt(
        number,
        text,
        `an image reference; ACR's scan reads ${JSON.stringify(image)}`,
        "name registry and repository in lower case, and a tag or digest; a stage is named as it is written in its AS",
    );
}

/** What to write in place of an ARG whose value has variables. */
function writtenOut(name: string, values: ReadonlyMap<string, string>): string {
    let value = values.get(name) ?? "";
    // Values can name each other in a circle.
    for (let depth = 0; depth < 10 && value.includes("$"); depth += 1) {
        value = expand(value, (inner) => values.get(inner) ?? "");
    }
    const example = value.includes("$") || value === "" ? "" : `, as in ARG ${name}=${value}`;
    return `write the value of ${name} without variables${example}, or give it as a build argument`;
}

function quoted(names: readonly string[]): string {
    return names.map((name) => JSON.stringify(name)).join(", ");
}
