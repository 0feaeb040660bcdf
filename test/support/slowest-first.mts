import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * An order of test files: those that match the first pattern, then the second, and so on. A clean checkout has no times
 * of a run before: it goes by the size of files otherwise, and may start last what takes longest.
 */
export function slowestFirst(patterns: readonly RegExp[]): typeof BaseSequencer {
    const rank = ({ moduleId }: TestSpecification) => {
        const found = patterns.findIndex((pattern) => pattern.test(moduleId));
        return found < 0 ? patterns.length : found;
    };
    return class extends BaseSequencer {
        override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
            return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
        }
    };
}
