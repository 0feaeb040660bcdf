import type * as inputs from "@pulumi/kubernetes/types/input";
import { AESM_SOCKET, aesmProbeCommand, AesmQuestion, type AesmProbeOptions } from "../sgx";
import { aesmWaitingFile, answeredNote, answersFile, heartbeatFile, notesFolder, probeFile } from "./paths";
import type { QuoteHelperSpec } from "./spec";

type Probes = Pick<inputs.core.v1.Container, "startupProbe" | "readinessProbe" | "livenessProbe">;

/**
 * Seconds in one quote after which AESM is restarted. When the packets to its collateral service are dropped, Azure's
 * quote provider library gives up its first address after 655 s (measured: 5 tries of 131 s), and has a second one;
 * this is more than twice that. When the other side accepts and says nothing, the library had not given up after 700 s,
 * and nothing in it makes it, so something has to end it.
 */
const stuckSeconds = 1800;

/**
 * Seconds that AESM has to end in: on SIGTERM it finishes the quote that it is making. Intel's client waits 15 s for a
 * quote, so no client takes it after that. SIGKILL leaves a stale socket, which the next AESM replaces.
 */
export const terminationSeconds = 20;

/**
 * The probes of AESM, which ask it over its own socket, behind the proxy.
 *
 * Start-up and readiness ask whether it can quote. That question waits behind a quote in progress. Liveness asks what
 * AESM answers on another thread. So an AESM that is busy because a collateral service does not answer is not
 * restarted: the next quote would only hang again. An AESM that answers nothing is restarted after about 100 s, and one
 * that has finished nothing for half an hour as well: the proxy notes when it finished something. (Without the proxy
 * only answers to readiness count, so an AESM that is behind all the time is taken for one that is stuck.)
 *
 * Questions that time out stay in AESM's queue, with 4 descriptors each of the 1,024 that it can have. The proxy lets 8
 * quotes wait, which is 10,480 s when each of them hangs for 1,310 s; so a waiting readiness probe asks once a minute,
 * which makes 175 questions.
 */
export function aesmProbes({ socketProxy, metrics }: Pick<QuoteHelperSpec, "socketProxy" | "metrics">): Probes {
    const files = {
        waitingFile: aesmWaitingFile,
        ...(socketProxy ? { progressFile: `${notesFolder.ofAesm}/${answeredNote}` } : {}),
    };
    const ask = (timeoutSeconds: number, more: Partial<AesmProbeOptions> = {}) => ({
        command: aesmProbeCommand({
            timeoutSeconds,
            scriptFile: probeFile,
            socketPath: AESM_SOCKET,
            ...files,
            ...more,
        }),
    });
    // Liveness asks another question: what it hears says nothing about quotes.
    const measured = metrics ? { metricsFile: answersFile } : {};
    return {
        startupProbe: { exec: ask(5, measured), periodSeconds: 5, timeoutSeconds: 7, failureThreshold: 36 },
        readinessProbe: { exec: ask(8, measured), periodSeconds: 15, timeoutSeconds: 10, failureThreshold: 3 },
        livenessProbe: {
            exec: ask(8, { question: AesmQuestion.alive, stuckSeconds }),
            periodSeconds: 20,
            timeoutSeconds: 10,
            failureThreshold: 5,
        },
    };
}

/**
 * The probes of the proxy. It is ready when AESM answers through it. It is alive when it has written its heartbeat
 * within the last 30 s, whatever AESM does, so that AESM's failures never restart the proxy as well.
 */
export function proxyProbes(): Probes {
    const through = aesmProbeCommand({
        timeoutSeconds: 8,
        scriptFile: probeFile,
        socketPath: AESM_SOCKET,
        question: AesmQuestion.alive,
    });
    const beats = ["perl", "-e", `exit(time - ((stat "${heartbeatFile}")[9] || 0) > 30)`];
    return {
        readinessProbe: { exec: { command: through }, periodSeconds: 15, timeoutSeconds: 10, failureThreshold: 3 },
        livenessProbe: { exec: { command: beats }, periodSeconds: 20, timeoutSeconds: 10, failureThreshold: 3 },
    };
}
