/** A Go module with programs that the tests run. */
export interface ToolModule {
    readonly name: string;
    readonly tags: string;
    readonly ldflags: string;
    /** Files beside go.mod that go into it. */
    readonly sources?: readonly string[];
    /** Built by `npm run e2e:tools NAME`, and not by `npm run e2e:tools`. */
    readonly onlyByName?: boolean;
    /** Name of the program to the Go package of its main function. */
    readonly programs: Readonly<Record<string, string>>;
    /** Go packages that tests compile against: compiled before the tests run. */
    readonly libraries?: readonly string[];
}
export const modules: readonly ToolModule[];
export const debianCommands: Readonly<Record<string, string>>;
export const browserCommands: Readonly<Record<"chromium", string>>;
export function cacheFolder(environment?: NodeJS.ProcessEnv): string;
export function builtFolder(module: ToolModule): string;
export function baseFolder(): string;
export function podSecurityFolder(): string;
export function crdFolder(): string;
export function pythonFolder(): string;
export function findCommand(name: string): string | undefined;
