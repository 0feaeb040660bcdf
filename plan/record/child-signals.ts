import type { ChildProcess } from "node:child_process";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** How long a program may take to end after a signal, in milliseconds. */
const GRACE_MS = 2000;

const running = new Map<ChildProcess, number>();
/** The signal that this process received, and ends by once all of `running` have ended. */
let received: NodeJS.Signals | undefined;

/**
 * A signal that ends this process ends the child, too: the child receives it, and is killed if it is still there
 * after the grace period. This process ends by that signal afterwards. A second signal kills the child at once.
 */
export function passSignals(child: ChildProcess, graceMs = GRACE_MS): void {
    if (running.size === 0) for (const signal of SIGNALS) process.on(signal, pass);
    running.set(child, graceMs);
    for (const event of ["exit", "error"])
        child.once(event, () => {
            release(child);
        });
    // It was started while this process ends.
    if (received !== undefined) child.kill("SIGKILL");
}

function pass(signal: NodeJS.Signals): void {
    const isSecond = received !== undefined;
    received ??= signal;
    for (const [child, graceMs] of running) {
        child.kill(isSecond ? "SIGKILL" : signal);
        const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
        child.once("exit", () => {
            clearTimeout(timer);
        });
    }
}

function release(child: ChildProcess): void {
    running.delete(child);
    if (running.size > 0) return;
    for (const signal of SIGNALS) process.removeListener(signal, pass);
    if (received === undefined) return;
    const signal = received;
    received = undefined;
    process.kill(process.pid, signal);
}
