import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { passphrase, type Project } from "./project.js";
import type { World } from "./world.js";

/*
 * The search for secrets in clear: by value, also inside base64, in all that the commands print and in every file they
 * write (state and its history, logs of events, update plans, the stack's configuration).
 */

/**
 * A text as it is, and as base64 has it at each of the three offsets (without the characters that depend on the
 * neighbours).
 */
function spellings(secret: string): string[] {
    const encoded = [0, 1, 2].map((offset) => {
        const text = Buffer.from("x".repeat(offset) + secret).toString("base64");
        return text.slice(offset === 0 ? 0 : offset + 1, text.length - 4);
    });
    return [secret, ...encoded];
}

/** Names of the places with a secret in clear: one of the world's, the passphrase, or one of a test. */
export function leaks(world: World, own: string, places: Iterable<readonly [string, string]>): string[] {
    const needles = [...world.secrets, own, passphrase].flatMap(spellings);
    return [...places].filter(([, text]) => needles.some((needle) => text.includes(needle))).map(([place]) => place);
}

/** Every file of the project's folder; what is linked is not its own. */
export function* files(folder: string): Generator<readonly [string, string]> {
    for (const name of readdirSync(folder)) {
        const path = join(folder, name);
        const stat = lstatSync(path);
        if (stat.isDirectory()) yield* files(path);
        else if (stat.isFile()) yield [path, withoutDebugging(readFileSync(path, "latin1"))];
    }
}

/**
 * The engine's log of events without the SDK's debugging messages, which repeat all that the program and the engine say
 * to each other: Pulumi prints them with --debug only, and docs/operations.md warns of that.
 */
function withoutDebugging(text: string): string {
    return text
        .split("\n")
        .filter((line) => !line.includes('"diagnosticEvent":{"prefix":"debug: "'))
        .join("\n");
}

/** All that was printed, and all files. */
export function* everywhere(project: Project): Generator<readonly [string, string]> {
    for (const [index, text] of project.printed.entries()) yield [`printed (${index}): ${text.slice(0, 60)}`, text];
    yield* files(project.folder);
}
