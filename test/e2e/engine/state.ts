import { readFileSync } from "node:fs";
import type { Properties } from "../doubles/values.js";
import { waitFor } from "../support/wait.js";

/** A resource in the engine's state. */
export interface StateResource {
    urn: string;
    type: string;
    id?: string;
    custom: boolean;
    inputs?: Properties;
    outputs?: Properties;
    protect?: boolean;
    delete?: boolean;
    initErrors?: string[];
}

export interface State {
    resources?: StateResource[];
    pending_operations?: { resource: StateResource; type: string }[];
}

/** The file that a backend of files keeps of a stack. */
interface Checkpoint {
    checkpoint: { latest?: State };
}

/** The state in a backend's file: what `pulumi stack export` gives, without a command. */
export function stateIn(file: string): Promise<State> {
    // The backend writes it in steps.
    return waitFor("a whole state", () => {
        const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as Checkpoint;
        return checkpoint.latest ?? {};
    });
}
