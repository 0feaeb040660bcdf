/** Exit code of a command that failed: 1 it could not do its work, 2 wrong usage. */
export type ErrorExitCode = 1 | 2;

/** An error with a message for the reader of the terminal: shown without a stack. */
export class CommandError extends Error {
    /** What the process exits with. */
    readonly exitCode: ErrorExitCode;

    constructor(message: string, exitCode: ErrorExitCode = 1) {
        super(message);
        this.name = "CommandError";
        this.exitCode = exitCode;
    }
}

/** Text of anything that can be thrown. */
export function messageOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}
