import { invalid, when, type Problem } from "../problems";
import type { ContextFile } from "./context";

/** Version of the task below, part of every tag: raise it when the same files would give another image. */
export const taskTemplateVersion = 1;

/**
 * Longest line of a task. With version v1.1.0 the engine drops the rest of a definition after a line over 64 KiB, and a
 * command over 128 KiB does not start (both tried with https://github.com/Azure/acr-builder at 90b22f3); 60,000 keeps
 * clear of both.
 */
export const longestTaskLine = 60_000;

/** What a task builds. */
export interface TaskSpec {
    files: readonly ContextFile[];
    repository: string;
    tag: string;
    buildArgs: Readonly<Record<string, string>>;
    timeoutSeconds: number;
}

/**
 * The ACR task, as YAML: `cmd` steps write the context, then build, then push. The files travel as base64 and nothing
 * else: in any other form the agent's shell, the task's aliases ("$Registry") and its templates ("{{ }}") would get at
 * them. The only "$" is the alias of the registry.
 */
export function taskYaml(spec: TaskSpec): string {
    const image = `$Registry/${spec.repository}:${spec.tag}`;
    const steps = contextCommands(spec.files).map(
        (command) => `  - entryPoint: bash\n    cmd: 'bash -c "${command}"'\n`,
    );
    return (
        `version: v1.1.0\nstepTimeout: ${spec.timeoutSeconds}\nsteps:\n` +
        steps.join("") +
        `  - build: '${buildCommand(image, spec.buildArgs)}'\n${again}` +
        `  - push: ['${image}']\n${again}`
    );
}

/**
 * Downloads and pushes fail now and then: a step is repeated three times, half a minute apart
 * (https://learn.microsoft.com/azure/container-registry/container-registry-tasks-reference-yaml).
 */
const again = "    retries: 3\n    retryDelay: 30\n";

/** The form in which ARM takes a task. */
export function encodedTask(yaml: string): string {
    return Buffer.from(yaml, "utf8").toString("base64");
}

/** A problem if the task is longer than `limit` characters once encoded, or its build line too long for the engine. */
export function checkTaskSize(spec: TaskSpec, limit: number): Problem[] {
    return [...checkBuildLine(spec), ...checkEncodedSize(spec, limit)];
}

function checkBuildLine({ buildArgs }: TaskSpec): Problem[] {
    const most = longestTaskLine - 1000;
    const expected = `arguments of at most ${most} characters together`;
    const value = `${Object.keys(buildArgs).length} arguments`;
    const problem = invalid("buildArgs", value, expected, "put long values into a file of the context");
    return when(buildCommand("", buildArgs).length > most, problem);
}

function checkEncodedSize(spec: TaskSpec, limit: number): Problem[] {
    const size = encodedTask(taskYaml(spec)).length;
    if (size <= limit) return [];
    const bytes = spec.files.reduce((sum, file) => sum + file.bytes.length, 0);
    const largest = [...spec.files].sort((a, b) => b.bytes.length - a.bytes.length).slice(0, 3);
    const named = largest.map(({ path, bytes: content }) => `${path} (${content.length})`).join(", ");
    // Base64 twice: 9 bytes of files become 16 characters.
    const kilobytes = Math.floor((limit * 9) / 16 / 1000);
    return [
        invalid(
            "context",
            `${bytes} bytes in ${spec.files.length} files, ${size} characters as an encoded task`,
            `at most ${limit} characters, about ${kilobytes} kB of files: they travel inside the request to Azure`,
            `keep only what the Dockerfile copies, and let it download large files and check their sha256; largest: ${named}`,
        ),
    ];
}

function buildCommand(image: string, buildArgs: Readonly<Record<string, string>>): string {
    const args = Object.keys(buildArgs)
        .sort()
        .map((key) => ` --build-arg ${key}=${buildArgs[key] ?? ""}`);
    return `-t ${image}${args.join("")} -f ctx/Dockerfile ctx`;
}

/** Room in a line for the text around its command. */
const lineMargin = 100;

/** A file's piece is not begun in less room than this. */
const smallestPiece = 4000;

/** Shell commands, one a step, that write the files below `ctx`: modes set one by one, so that no umask shows. */
function contextCommands(files: readonly ContextFile[]): string[] {
    const steps: string[] = [];
    let current = "";
    const room = (): number => longestTaskLine - lineMargin - current.length;
    const add = (command: string): void => {
        if (current !== "" && command.length + 4 > room()) {
            steps.push(current);
            current = "";
        }
        current += current === "" ? command : ` && ${command}`;
    };
    for (const folder of folders(files)) add(`mkdir -p ${folder} && chmod 755 ${folder}`);
    for (const { path, bytes, executable } of files) {
        const target = `ctx/${path}`;
        if (bytes.length === 0) add(`true > ${target}`);
        const text = bytes.toString("base64");
        for (let done = 0; done < text.length;) {
            const around = `echo  | base64 -d >> ${target}`.length + 4;
            const fits = room() - around;
            const whole = Math.min(
                text.length - done,
                (fits < smallestPiece ? longestTaskLine - lineMargin - around : fits) & ~3,
            );
            add(`echo ${text.slice(done, done + whole)} | base64 -d ${done === 0 ? ">" : ">>"} ${target}`);
            done += whole;
        }
        add(`chmod ${executable ? "755" : "644"} ${target}`);
    }
    steps.push(current);
    return steps;
}

/** All folders of the context, each after the one it lies in. */
function folders(files: readonly ContextFile[]): string[] {
    const found = new Set(["ctx"]);
    for (const { path } of files) {
        const segments = path.split("/").slice(0, -1);
        segments.forEach((_, index) => found.add(`ctx/${segments.slice(0, index + 1).join("/")}`));
    }
    return [...found].sort();
}
