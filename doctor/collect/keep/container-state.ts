import { AESM_WAIT_CONTAINER } from "../../../components/sgx/aesm/aesm.js";
import { knownLines } from "../../model/known-lines.js";
import type { ContainerState } from "../../model/objects.js";
import { end, start, type Mask } from "../mask.js";
import { isRaw, number, object, or, reasonWord, text, type Keep, type Raw } from "./shape.js";
import { keepVerdict } from "./verdict.js";

/** The container whose state it is. */
export interface Speaker {
    container: string;
    /** Its pod is neither a device plugin's nor a quote helper's: what its program says may be anything. */
    isWorkload: boolean;
    /** Its pod has the labels of this package's sample, or of its proof on every node. */
    isProver: boolean;
    mask: Mask;
}

/** Of these ends and waits the container runtime says why: the program has not run. */
const notRun = ["StartError", "ContainerCannotRun"];
/** The message of this one has what the program of a hook printed. */
const ofHook = "PostStartHookError";

/** The state of a container. A state without anything in it is none. */
export function containerState(speaker: Speaker): Keep<ContainerState> {
    const keep = object<ContainerState>({
        waiting: (raw) => (isRaw(raw) ? waiting(speaker, raw) : undefined),
        running: object<NonNullable<ContainerState["running"]>>({ startedAt: text }),
        terminated: (raw) => (isRaw(raw) ? terminated(speaker, raw) : undefined),
    });
    return (raw) => (isRaw(raw) && Object.keys(raw).length > 0 ? keep(raw) : undefined);
}

function waiting({ isWorkload, mask }: Speaker, raw: Raw): NonNullable<ContainerState["waiting"]> {
    const reason = reasonWord(raw.reason);
    const message = isWorkload && reason === ofHook ? undefined : text(raw.message);
    return {
        ...(reason === undefined ? {} : { reason }),
        ...(message === undefined ? {} : { message: start(mask(message)) }),
    };
}

const endOf = object<NonNullable<ContainerState["terminated"]>>({
    exitCode: or(number, 0),
    reason: reasonWord,
    message: () => undefined,
    line: () => undefined,
    finishedAt: text,
});

/** What is kept of how a container ended, and of what its program said then. */
function terminated(speaker: Speaker, raw: Raw): ContainerState["terminated"] {
    const ended = endOf(raw) ?? { exitCode: 0 };
    const said = text(raw.message);
    if (said === undefined) return ended;
    const { container, isWorkload, isProver, mask } = speaker;
    if (!isWorkload || notRun.includes(ended.reason ?? "")) return { ...ended, message: end(mask(said)) };
    const verdict = isProver ? keepVerdict(said) : undefined;
    const message = verdict ?? (container === AESM_WAIT_CONTAINER ? lineOfWait(mask, said) : undefined);
    const line = knownLines.find(({ pattern }) => said.split("\n").some((each) => pattern.test(each)));
    return {
        ...ended,
        ...(message === undefined ? {} : { message }),
        ...(line === undefined ? {} : { line: line.id }),
    };
}

/** The line with which `wait-for-aesm` gives up (components/sgx/aesm/scripts.ts). */
function lineOfWait(mask: Mask, said: string): string | undefined {
    const [line] = /^gave up after \d+ s: .*$/m.exec(said) ?? [];
    return line === undefined ? undefined : end(mask(line));
}
