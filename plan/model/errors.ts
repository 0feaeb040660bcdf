import type { PlanProblem } from "./problem.js";

/** Exit code of the command line: 1 a configuration or program error, 2 wrong usage. */
export type PlanExitCode = 1 | 2;

/** An error with a message for the reader of the terminal: shown without a stack. */
export class PlanError extends Error {
    /** What the process exits with. */
    readonly exitCode: PlanExitCode;
    /** What is wrong with the program's arguments; empty if it failed for another reason. */
    readonly problems: readonly PlanProblem[];

    constructor(message: string, exitCode: PlanExitCode = 1, problems: readonly PlanProblem[] = []) {
        super(message);
        this.name = "PlanError";
        this.exitCode = exitCode;
        this.problems = problems;
    }
}

/** Wrong usage of the command line (exit code 2). */
export class UsageError extends PlanError {
    constructor(message: string) {
        super(message, 2);
        this.name = "UsageError";
    }
}

/** Text of anything that can be thrown. */
export function messageOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}
