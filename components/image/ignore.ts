import { posix } from "node:path";
import dockerignore from "@balena/dockerignore";
import { invalid, type Problem } from "../problems";

/** What a `.dockerignore` keeps out of a context. */
export interface Ignored {
    file(path: string): boolean;
    /** Whether nothing below the folder is read either. */
    folder(path: string): boolean;
}

/** Files that Docker sends whatever the rules say: it reads them before it applies the rules to COPY and ADD. */
const always = ["Dockerfile", ".dockerignore"];

/** Reads the text of a `.dockerignore` as the classic builder does, which knows no other name for that file. */
export function ignoredBy(text: string): { ignored: Ignored; problems: Problem[] } {
    const lines = text
        .replace(/^\uFEFF/, "")
        .split(/\r?\n/)
        .filter((line) => !line.startsWith("#") && line.trim() !== "")
        .map((line) => line.trim());
    const rules = dockerignore({ ignorecase: false }).add(lines);
    const brought = lines.filter((line) => line.startsWith("!")).map((line) => cleaned(line.slice(1)));
    try {
        // The rules become regular expressions with the first question.
        rules.ignores("Dockerfile");
    } catch {
        return { ignored: { file: () => false, folder: () => false }, problems: lines.flatMap(checkPattern) };
    }
    return {
        ignored: {
            file: (path) => !always.includes(path) && rules.ignores(path),
            // As Docker walks: into a folder that is kept out only where a rule names something in it to bring back.
            folder: (path) => rules.ignores(path) && !brought.some((rule) => `${rule}/`.startsWith(`${path}/`)),
        },
        problems: [],
    };
}

function cleaned(pattern: string): string {
    return posix.normalize(pattern.trim()).replace(/^\/(?=.)|(?<=.)\/$/g, "");
}

function checkPattern(pattern: string): Problem[] {
    try {
        dockerignore({ ignorecase: false }).add([pattern]).ignores("Dockerfile");
        return [];
    } catch {
        const expected = "a pattern that Docker can read (https://docs.docker.com/build/concepts/context/#syntax)";
        const remedy = "correct the line; \\ in front of a character takes it as it is";
        return [invalid("context/.dockerignore", pattern, expected, remedy)];
    }
}
