import { suggest, type Problem } from "../sgx";

/**
 * Problems of a Dockerfile that ACR's engine would only meet after the run has started. Two readers look at it: a scan for base
 * images that takes every line for itself (https://github.com/Azure/acr-builder/blob/90b22f3/scan/dependencies.go),
 * and Docker's classic builder, which has none of BuildKit's additions.
 */
export function checkDockerfile(text: string, buildArgs: Readonly<Record<string, string>>): Problem[] {
    const lines = text.replace(/^\uFEFF/, "").split("\n");
    const instructions = parse(lines);
    return [
        ...scanProblems(lines, instructions, buildArgs),
        ...instructions.flatMap(checkInstruction),
        ...unusedBuildArgs(instructions, buildArgs),
    ].sort((a, b) => lineOf(a) - lineOf(b));
}

interface Instruction {
    keyword: string;
    words: string[];
    /** Number of its first line, from 1. */
    line: number;
    /** Numbers of its other lines, heredoc bodies included. */
    others: number[];
}

function problem(line: number, value: string, expected: string, remedy: string): Problem {
    return { path: `context/Dockerfile:${line}`, value: value.trim(), expected, remedy };
}

function lineOf({ path }: Problem): number {
    return Number(/Dockerfile:(\d+)$/.exec(path)?.[1] ?? 0);
}

/** The instructions, with continued lines and heredocs put together. */
function parse(lines: readonly string[]): Instruction[] {
    const escape = /^\s*#\s*escape\s*=\s*`/i.test(lines[0] ?? "") ? "`" : "\\";
    const instructions: Instruction[] = [];
    let open: Instruction | undefined;
    for (let index = 0; index < lines.length; index += 1) {
        const text = (lines[index] ?? "").trim();
        if (text === "" || text.startsWith("#")) continue;
        const continued = text.endsWith(escape);
        const words = (continued ? text.slice(0, -1) : text).split(/\s+/).filter((word) => word !== "");
        if (open === undefined) {
            open = { keyword: (words[0] ?? "").toUpperCase(), words: words.slice(1), line: index + 1, others: [] };
            instructions.push(open);
        } else {
            open.words.push(...words);
            open.others.push(index + 1);
        }
        if (continued) continue;
        for (const end of heredocs(open)) {
            while (index + 1 < lines.length) {
                index += 1;
                open.others.push(index + 1);
                if ((lines[index] ?? "").trim() === end) break;
            }
        }
        open = undefined;
    }
    return instructions;
}

/** Names that end the heredocs of an instruction. */
function heredocs({ keyword, words }: Instruction): string[] {
    if (!["RUN", "COPY", "ADD"].includes(keyword)) return [];
    return words.flatMap((word) => /^\d*<<-?["']?([A-Za-z_]\w*)/.exec(word)?.[1] ?? []);
}

/** What Docker's classic builder does not know; its own flags are `COPY --from`, `--chown` and `ADD --chown`. */
function checkInstruction(instruction: Instruction): Problem[] {
    const { keyword, words, line } = instruction;
    const classic: Record<string, string[]> = { RUN: [], ADD: ["--chown"], COPY: ["--chown", "--from"] };
    const known = classic[keyword];
    if (known === undefined) return [];
    const problems = leadingFlags(words)
        .filter((flag) => !known.includes(flag))
        .map((flag) =>
            problem(
                line,
                `${keyword} ${flag}`,
                "no flags of BuildKit: ACR Tasks build with Docker's classic builder",
                flag === "--chmod"
                    ? 'remove the flag: files that start with "#!" are executable here; else use RUN chmod'
                    : "remove the flag; what it did has to be a RUN line of its own",
            ),
        );
    if (heredocs(instruction).length > 0) {
        problems.push(
            problem(
                line,
                `${keyword} ${words.join(" ")}`,
                "no heredocs: ACR Tasks build with Docker's classic builder",
                "put the text into a file of the context and COPY it",
            ),
        );
    }
    return problems;
}

function leadingFlags(words: readonly string[]): string[] {
    const end = words.findIndex((word) => !word.startsWith("--"));
    return words.slice(0, end < 0 ? words.length : end).map((word) => word.replace(/=.*$/, ""));
}

/** The scan reads with a buffer of 64 KiB a line and stops, without an error, at a longer one. */
const longestScannedLine = 65_535;

/** The scan of the engine, line by line as it does it, with a problem wherever it gives up or misreads. */
function scanProblems(
    lines: readonly string[],
    instructions: readonly Instruction[],
    buildArgs: Readonly<Record<string, string>>,
): Problem[] {
    const inside = new Set(instructions.flatMap(({ others }) => others));
    const known = new Map(Object.entries(buildArgs));
    const problems: Problem[] = [];
    lines.forEach((raw, index) => {
        const text = raw.trim();
        const number = index + 1;
        if (Buffer.byteLength(raw) > longestScannedLine) {
            problems.push(
                problem(
                    number,
                    `a line of ${Buffer.byteLength(raw)} bytes`,
                    "lines under 64 KiB",
                    "break the line, or COPY a file",
                ),
            );
        }
        const words = text.split(/\s+/);
        const keyword = text.startsWith("#") ? "" : (words[0] ?? "").toUpperCase();
        if ((keyword === "FROM" || keyword === "ARG") && inside.has(number)) {
            problems.push(
                problem(
                    number,
                    text,
                    `no line inside an instruction that starts with the word "${keyword.toLowerCase()}": ACR's scan takes it for an instruction`,
                    "join it with the line before, or put the text into a file of the context",
                ),
            );
        } else if (keyword === "FROM") {
            problems.push(...checkFrom(number, text, words, known));
        } else if (keyword === "ARG") {
            problems.push(...checkArg(number, text, words, known));
        }
    });
    if (!instructions.some(({ keyword }) => keyword === "FROM")) {
        problems.push(problem(1, "no FROM line", "a base image", "start the Dockerfile with FROM"));
    }
    return problems;
}

function checkFrom(
    line: number,
    text: string,
    words: readonly string[],
    known: ReadonlyMap<string, string>,
): Problem[] {
    if ((words[1] ?? "").startsWith("--")) {
        return [
            problem(
                line,
                text,
                '"FROM <image>" or "FROM <image> AS <name>": ACR\'s scan does not understand flags',
                "remove the flag; the image is built for linux/amd64",
            ),
        ];
    }
    if (words.length < 2 || words.length === 3 || (words.length > 3 && words[2]?.toLowerCase() !== "as")) {
        return [problem(line, text, '"FROM <image>" or "FROM <image> AS <name>" on one line', "correct the line")];
    }
    const unset = variables(words[1] ?? "").filter((name) => (known.get(name) ?? "") === "");
    return unset.map((name) =>
        problem(
            line,
            text,
            `an image that ACR's scan can work out; it knows no value of ${JSON.stringify(name)}`,
            "give it a default in an ARG line of its own above, such as ARG BASE=ubuntu:22.04, or a build argument; the scan knows no ${NAME:-default}",
        ),
    );
}

/** Names as Go's os.Expand finds them: all between braces, or letters, digits and underscores. */
function variables(text: string): string[] {
    return [...text.matchAll(/\$(?:\{([^}]*)\}|(\w+))/g)].map(([, braced, bare]) => braced ?? bare ?? "");
}

/** The scan keeps the first assignment of an ARG line; a build argument wins over it. */
function checkArg(line: number, text: string, words: readonly string[], known: Map<string, string>): Problem[] {
    if (words.length < 2) return [problem(line, text, "ARG with a name on the same line", "correct the line")];
    const [, name, value] = /^([^=]+)=(.*)$/.exec(words[1] ?? "") ?? [];
    if (name !== undefined && value !== undefined && !known.has(name)) {
        known.set(name, value.replace(/^["']|["']$/g, ""));
    }
    return [];
}

/** Arguments that Docker accepts without an ARG line (https://docs.docker.com/reference/dockerfile/#predefined-args). */
const predefined = ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"];

/** A build argument that no ARG line takes changes nothing; Docker only warns, in a log that nobody reads. */
function unusedBuildArgs(instructions: readonly Instruction[], buildArgs: Readonly<Record<string, string>>): Problem[] {
    const taken = instructions
        .filter(({ keyword }) => keyword === "ARG")
        .flatMap(({ words }) => words.map((word) => word.replace(/=.*$/, "")));
    return Object.keys(buildArgs)
        .filter((name) => !taken.includes(name) && !predefined.includes(name.toUpperCase()))
        .map((name) => {
            const near = suggest(name, taken);
            return {
                path: `buildArgs.${name}`,
                value: buildArgs[name],
                expected: "a name that an ARG line of the Dockerfile takes",
                remedy:
                    near === undefined ? `add "ARG ${name}" to the Dockerfile, or remove it` : `did you mean ${near}?`,
            };
        });
}
