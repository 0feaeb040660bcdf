import {
    DockerfileParser,
    type Arg,
    type Dockerfile,
    type Flag,
    type From,
    type Heredoc,
    type Instruction,
    type PropertyInstruction,
} from "dockerfile-ast";
import { didYouMean, invalid, type Problem } from "../problems";
import { expand, isImageReference, problemAt, scanAsAcr } from "./acr-scan";
import { secretValue } from "./secrets";

/**
 * Problems of a Dockerfile that ACR's engine would only meet after the run has started. Two readers look at it: ACR's
 * scan for base images, and Docker's classic builder, which has none of BuildKit's additions.
 */
export function checkDockerfile(text: string, buildArgs: Readonly<Record<string, string>>): Problem[] {
    const dockerfile = parse(text.replace(/^\uFEFF/, ""));
    const instructions = dockerfile.getInstructions();
    const inside = new Set(instructions.flatMap(otherLines));
    const scan = scanAsAcr(text, buildArgs, (line) => inside.has(line));
    const scanned = new Set(scan.problems.map(({ path }) => path));
    return [
        ...scan.problems,
        ...instructions.flatMap(checkInstruction),
        ...blankBases(dockerfile, buildArgs).filter(({ path }) => !scanned.has(path)),
        ...unusedBuildArgs(instructions, buildArgs),
    ].sort((a, b) => lineOf(a) - lineOf(b));
}

/** Problems of ARG and ENV lines that give a secret a value: the file is as readable as all others. */
export function checkDockerfileSecrets(text: string): Problem[] {
    return parse(text.replace(/^\uFEFF/, ""))
        .getInstructions()
        .filter((each): each is PropertyInstruction => ["ARG", "ENV"].includes(each.getKeyword()))
        .flatMap((instruction) =>
            assignments(instruction).flatMap(({ name, value }) => {
                const what = secretValue(name, value ?? "");
                if (what === undefined) return [];
                return [
                    problemAt(
                        firstLine(instruction),
                        `${instruction.getKeyword()} ${name}: ${what}`,
                        "no secrets: the Dockerfile is readable in Azure and in the stack's state, and its values in the image",
                        "read it when the container runs, for example from Azure Key Vault; if it is none, give it another name or name Dockerfile in publicFiles",
                    ),
                ];
            }),
        );
}

function lineOf({ path }: Problem): number {
    return Number(/Dockerfile:(\d+)$/.exec(path)?.[1] ?? 0);
}

/**
 * The parsed file. The library takes "<<" inside of quotes for the start of a heredoc, and all that follows for its
 * text; Docker splits an instruction into shell words first. Such a heredoc has no end or no name, so it is written
 * differently and the file is parsed again.
 */
function parse(text: string): Dockerfile {
    const dockerfile = DockerfileParser.parse(text);
    for (const instruction of dockerfile.getInstructions()) {
        for (const heredoc of heredocsOf(instruction)) {
            const { line, character } = heredoc.getStartRange().start;
            const lines = text.split("\n");
            const own = lines[line] ?? "";
            if (isHeredoc(heredoc) || !own.startsWith("<<", character)) continue;
            lines[line] = `${own.slice(0, character)}__${own.slice(character + 2)}`;
            return parse(lines.join("\n"));
        }
    }
    return dockerfile;
}

function isHeredoc(heredoc: Heredoc): boolean {
    return /^[A-Za-z_]\w*$/.test(heredoc.getName()) && heredoc.getDelimiterRange() !== null;
}

/** The heredocs of an instruction. Only RUN, COPY and ADD have them; the library has no public name for ADD's. */
function heredocsOf(instruction: Instruction): Heredoc[] {
    if (!["RUN", "COPY", "ADD"].includes(instruction.getKeyword())) return [];
    return (instruction as unknown as { getHeredocs: () => Heredoc[] })
        .getHeredocs()
        .filter((heredoc) => heredoc.getName() !== "");
}

/** Numbers of an instruction's lines but its first, heredocs included. */
function otherLines(instruction: Instruction): number[] {
    const { start, end } = instruction.getRange();
    return Array.from({ length: end.line - start.line }, (_, index) => start.line + index + 2);
}

function firstLine(instruction: Instruction): number {
    return instruction.getRange().start.line + 1;
}

/** What Docker's classic builder knows: flags of an instruction that has flags of BuildKit, too. */
const classicFlags: Readonly<Record<string, readonly string[]>> = {
    RUN: [],
    ADD: ["chown"],
    COPY: ["chown", "from"],
};

function checkInstruction(instruction: Instruction): Problem[] {
    const keyword = instruction.getKeyword();
    const known = classicFlags[keyword];
    if (known === undefined) return [];
    const line = firstLine(instruction);
    const problems = (instruction as Instruction & { getFlags: () => Flag[] })
        .getFlags()
        .filter((flag) => !known.includes(flag.getName()))
        .map((flag) => flagProblem(line, keyword, flag));
    if (heredocsOf(instruction).length > 0) {
        problems.push(
            problemAt(
                line,
                instruction.toString().split("\n")[0] ?? keyword,
                "no heredocs: ACR Tasks build with Docker's classic builder",
                "put the text into a file of the context and COPY it",
            ),
        );
    }
    return problems;
}

/**
 * What to do without a flag of BuildKit. A mounted secret has no replacement here: what is copied is readable by
 * others.
 */
function flagProblem(line: number, keyword: string, flag: Flag): Problem {
    const mount = flag.getName() === "mount" ? (/(?:^|,)type=(\w+)/.exec(flag.getValue() ?? "")?.[1] ?? "bind") : "";
    if (mount === "secret" || mount === "ssh") {
        return problemAt(
            line,
            `${keyword} --mount=type=${mount}`,
            `no ${mount} mounts: ACR Tasks build with Docker's classic builder, and this build is given no secrets`,
            "do not copy the key into the folder and do not make it a build argument: both are readable in Azure and in the stack's state, and " +
                "stay in the image's layers. Build where the key is and give the finished image to `image`; or sign there and COPY the signed " +
                "file (Open Enclave signs in two steps, with the key elsewhere: oesign digest, then oesign sign)",
        );
    }
    const remedies: Record<string, string> = {
        chmod: 'remove the flag: files that start with "#!" are executable here; else use RUN chmod',
        bind: "COPY the files in place of the mount",
        cache: "remove the flag: a task starts without a cache",
    };
    return problemAt(
        line,
        `${keyword} --${flag.getName()}`,
        "no flags of BuildKit: ACR Tasks build with Docker's classic builder",
        remedies[mount === "" ? flag.getName() : mount] ??
            "remove the flag; what it did has to be a RUN line of its own",
    );
}

/** FROM lines whose image is empty for Docker, which knows there only the ARG lines above the first FROM. */
function blankBases(dockerfile: Dockerfile, buildArgs: Readonly<Record<string, string>>): Problem[] {
    const known = new Map<string, string>();
    for (const { name, value } of dockerfile.getInitialARGs().flatMap(assignments)) {
        known.set(name, buildArgs[name] ?? expand(value ?? "", (inner) => known.get(inner) ?? ""));
    }
    return dockerfile.getFROMs().flatMap((from: From) => {
        const variables = from.getVariables();
        const undeclared = variables.map((variable) => variable.getName()).filter((name) => !known.has(name));
        // Docker's ${NAME:-default} is an image of its own; ACR's scan sees to that.
        if (undeclared.length === 0 || variables.some((variable) => variable.getModifier() !== null)) return [];
        const image = expand(from.getImage() ?? "", (name) => known.get(name) ?? "");
        if (isImageReference(image)) return [];
        return [
            problemAt(
                firstLine(from),
                from.toString(),
                `variables of ARG lines above the first FROM: without them Docker reads ${JSON.stringify(image)}`,
                `move ARG ${undeclared.join(", ARG ")} above the first FROM`,
            ),
        ];
    });
}

/** Names and values of an ARG or ENV line. */
function assignments(instruction: PropertyInstruction): { name: string; value: string | null }[] {
    return instruction.getProperties().map((property) => ({ name: property.getName(), value: property.getValue() }));
}

/**
 * Arguments that Docker accepts without an ARG line (https://docs.docker.com/reference/dockerfile/#predefined-args).
 */
const predefined = ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"];

/** A build argument that no ARG line takes changes nothing. Docker only prints a warning into the build's log. */
function unusedBuildArgs(instructions: readonly Instruction[], buildArgs: Readonly<Record<string, string>>): Problem[] {
    const taken = instructions
        .filter((instruction): instruction is Arg => instruction.getKeyword() === "ARG")
        .flatMap(assignments)
        .map(({ name }) => name);
    return Object.keys(buildArgs)
        .filter((name) => !taken.includes(name) && !predefined.includes(name.toUpperCase()))
        .map((name) => {
            const remedy = didYouMean(name, taken, `add "ARG ${name}" to the Dockerfile, or remove it`);
            const expected = "a name that an ARG line of the Dockerfile takes";
            return invalid(`buildArgs.${name}`, buildArgs[name], expected, remedy);
        });
}
