import { expect } from "vitest";
import { ValidationError } from "../../components/problems";

/** A subject of checks that no component stands for. */
export const theTest = { subject: "the test", under: "" };

/** The ValidationError that a call must throw. */
export function failureOf(run: () => unknown): ValidationError {
    try {
        run();
    } catch (error) {
        if (error instanceof ValidationError) return error;
        throw error;
    }
    throw new Error("accepted");
}

/**
 * Whether an Output ends in a ValidationError, with a problem at `path` where one is given. Each of its promises is
 * awaited, or the rejection would fail the run.
 */
export async function expectRejected(late: unknown, path?: string): Promise<ValidationError> {
    const output = late as {
        promise: () => Promise<unknown>;
        allResources: () => Promise<unknown>;
        isKnown: Promise<boolean>;
        isSecret: Promise<boolean>;
    };
    const all = [output.promise(), output.allResources(), output.isKnown, output.isSecret];
    const [value] = await Promise.allSettled(all);
    expect(value).toMatchObject({ status: "rejected", reason: expect.any(ValidationError) as unknown });
    const { reason } = value as { reason: ValidationError };
    if (path !== undefined) expect(reason.problems.map((problem) => problem.path)).toEqual([path]);
    return reason;
}
