import { invalid, notAllowed, throwIfAny, when, type Problem } from "../../problems";
import { AESM_SOCKET } from "./aesm";
import { aesmProbeScript, aesmWaitScript } from "./scripts";

/** What a probe asks of AESM. */
export const AesmQuestion = {
    /** Whether it can quote now. Fails also while AESM is busy with a quote for longer than the probe waits. */
    ready: "ready",
    /** Whether it answers at all. Passes while AESM is busy with a quote, up to `stuckSeconds`. */
    alive: "alive",
} as const;
export type AesmQuestion = (typeof AesmQuestion)[keyof typeof AesmQuestion];

/** Options of `aesmProbeCommand`. */
export interface AesmProbeOptions {
    /** Longest run in whole seconds, 1 to 3600. AESM makes one quote after the other, so give it 5 or more. */
    timeoutSeconds: number;
    /** What to ask. Default `ready`. */
    question?: AesmQuestion;
    /** The socket. Default `/var/run/aesmd/aesm.socket`. */
    socketPath?: string;
    /** File in the container that holds `aesmProbeScript`. Default: the command carries the script itself. */
    scriptFile?: string;
    /**
     * File in which `ready` notes since when AESM has not answered, and which it removes when AESM does; `alive` reads
     * it. As long as it is there, `ready` asks AESM once a minute, since questions that time out stay in AESM's queue,
     * and whenever AESM has finished something. Default: nothing is noted, and `alive` passes however long a quote
     * takes.
     */
    waitingFile?: string;
    /**
     * File with the second of the machine's uptime at which AESM last finished something: what the quote helper's proxy
     * writes. Needs `waitingFile`. Default: only answers to `ready` count.
     */
    progressFile?: string;
    /**
     * File to which `ready` writes what Prometheus reads of the answer (the series `sgx_aesm_*`, in its text format).
     * Needs `waitingFile`. Default: nothing is written.
     */
    metricsFile?: string;
    /** Seconds without any answer after which `alive` fails, 1 to 86400; needs `waitingFile`. Default: never. */
    stuckSeconds?: number;
}

/** Options of `aesmWaitCommand`. */
export interface AesmWaitOptions {
    /** Longest run in whole seconds, 1 to 86400. */
    deadlineSeconds: number;
    /** Pause between two tries in whole seconds, 1 to 3600. */
    intervalSeconds: number;
    /**
     * Longest wait, in whole seconds, for AESM to take a question, and for each of the two parts of its answer; 1 to
     * 3600. Default 5.
     */
    probeTimeoutSeconds?: number;
    /** The socket. Default `/var/run/aesmd/aesm.socket`. */
    socketPath?: string;
}

/**
 * Command of an exec probe that asks AESM, over its own protocol, whether it can quote (`ready`) or answers at all
 * (`alive`). It prints one line (healthy, without a key, busy or stuck, frozen, no socket, refused, queue full, error
 * by name, malformed answer), exits 0 only when the answer is yes, and ends at its timeout whatever the other side
 * does. Needs perl-base only, which every Debian and Ubuntu image has. Throws ValidationError for values out of range.
 */
export function aesmProbeCommand(options: AesmProbeOptions): string[] {
    const { timeoutSeconds, question = AesmQuestion.ready, socketPath = AESM_SOCKET } = options;
    const { scriptFile, waitingFile, progressFile = "", stuckSeconds = 0, metricsFile } = options;
    throwIfAny("the AESM probe", [
        ...checkSeconds("timeoutSeconds", timeoutSeconds, 3600),
        ...checkPath("socketPath", socketPath),
        ...(waitingFile === undefined ? [] : checkPath("waitingFile", waitingFile)),
        ...(options.progressFile === undefined ? [] : checkPath("progressFile", progressFile)),
        ...(metricsFile === undefined ? [] : checkPath("metricsFile", metricsFile)),
        ...checkWaiting(options),
    ]);
    const script = scriptFile === undefined ? ["-e", aesmProbeScript] : [scriptFile];
    const notes = waitingFile === undefined ? [] : [waitingFile, progressFile, String(stuckSeconds)];
    const measured = metricsFile === undefined ? [] : [metricsFile];
    return ["perl", ...script, socketPath, String(timeoutSeconds), question, ...notes, ...measured];
}

/**
 * Command that waits until AESM is healthy, as the probe above has it: exit 0 then, exit 1 at the deadline. It prints a
 * line whenever what it sees changes (no socket, refused, queue full, no answer in time, error by number, without a
 * key, malformed answer), and the last one again when it gives up. It asks less than the probe, and is short, because
 * each pod that waits carries it. Throws ValidationError for values out of range.
 */
export function aesmWaitCommand(options: AesmWaitOptions): string[] {
    const { deadlineSeconds, intervalSeconds, probeTimeoutSeconds = 5, socketPath = AESM_SOCKET } = options;
    throwIfAny("the wait for AESM", [
        ...checkSeconds("deadlineSeconds", deadlineSeconds, 86_400),
        ...checkSeconds("intervalSeconds", intervalSeconds, 3600),
        ...checkSeconds("probeTimeoutSeconds", probeTimeoutSeconds, 3600),
        ...checkPath("socketPath", socketPath),
    ]);
    const numbers = [probeTimeoutSeconds, deadlineSeconds, intervalSeconds].map(String);
    return ["perl", "-e", aesmWaitScript, socketPath, ...numbers];
}

/** A problem unless the value is a whole number of seconds, 1 to `most`. */
export function checkSeconds(path: string, value: unknown, most: number): Problem[] {
    if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most) return [];
    return [invalid(path, value, `whole seconds, 1 to ${most}`, "correct the number")];
}

/** What is counted from the waiting file needs it, and a limit belongs to the question that it limits. */
function checkWaiting(options: AesmProbeOptions): Problem[] {
    const { question, waitingFile, progressFile, metricsFile, stuckSeconds } = options;
    const noWaiting = waitingFile === undefined;
    const isUnlimited = question !== AesmQuestion.alive || noWaiting;
    const limit = notAllowed(
        "stuckSeconds",
        stuckSeconds,
        'unless question is "alive" and waitingFile is set',
        "remove it, or set them",
    );
    const measured = notAllowed("metricsFile", metricsFile, "without waitingFile", "remove it, or set waitingFile");
    const progress = notAllowed("progressFile", progressFile, "without waitingFile", "remove it, or set waitingFile");
    return [
        ...when(stuckSeconds !== undefined, ...checkSeconds("stuckSeconds", stuckSeconds, 86_400)),
        ...when(stuckSeconds !== undefined && isUnlimited, limit),
        ...when(progressFile !== undefined && noWaiting, progress),
        ...when(metricsFile !== undefined && noWaiting, measured),
    ];
}

/**
 * 107 bytes is what Linux allows a socket (unix(7)); the letters keep it clear of `$(VAR)`, which Kubernetes expands in
 * commands.
 */
function checkPath(path: string, value: unknown): Problem[] {
    const isSocketPath = typeof value === "string" && /^\/[\w./-]{1,106}$/.test(value);
    const expected = "an absolute path of letters, digits and ._-/, at most 107 characters";
    return when(!isSocketPath, invalid(path, value, expected, "correct the path"));
}
