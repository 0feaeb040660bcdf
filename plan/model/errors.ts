import { CommandError, type ErrorExitCode } from "../../terminal/errors.js";
import type { PlanProblem } from "./problem.js";

/** An error of a plan or a comparison; exit code 1 is a configuration or program error. */
export class PlanError extends CommandError {
    /** What is wrong with the program's arguments; empty if it failed for another reason. */
    readonly problems: readonly PlanProblem[];

    constructor(message: string, exitCode: ErrorExitCode = 1, problems: readonly PlanProblem[] = []) {
        super(message, exitCode);
        this.name = "PlanError";
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
