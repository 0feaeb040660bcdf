import type * as inputs from "@pulumi/kubernetes/types/input";
import { AESM_SOCKET, aesmProbeCommand, AesmQuestion, type AesmProbeOptions } from "../sgx";
import { aesmWaitingFile, heartbeatFile, probeFile } from "./paths";

type Probes = Pick<inputs.core.v1.Container, "startupProbe" | "readinessProbe" | "livenessProbe">;

/**
 * Seconds in one quote after which AESM is restarted. Azure's quote provider library, when the packets to its collateral service are
 * dropped, gives up its first address after 655 s (measured: 5 tries of 131 s) and has a second one; this is later than twice that. When the
 * other side accepts and says nothing, it had not given up after 700 s, and nothing in it does, so something has to end it.
 */
const stuckSeconds = 1800;

/**
 * Seconds that AESM has to end in: on SIGTERM it finishes the quote that it is making. Intel's client waits 15 s for one, so nobody
 * wants it any more after that. What is ended by SIGKILL leaves a stale socket, which its successor replaces.
 */
export const terminationSeconds = 20;

/**
 * The probes of AESM, which ask it over its own socket, behind the proxy.
 *
 * Start-up and readiness ask whether it can quote, and that question waits behind a quote in progress. Liveness asks what AESM
 * answers on another thread: an AESM that is busy, because a collateral service does not answer, is not restarted, since the next
 * quote would only hang again; one that answers nothing is, after about 100 s; one that is stuck in a single quote is, after half an
 * hour. Questions that time out stay queued in AESM, with 4 descriptors each of the 1,024 that it can have: readiness asks
 * 140 times until a stuck AESM is ended.
 */
export function aesmProbes(): Probes {
    const ask = (timeoutSeconds: number, more: Partial<AesmProbeOptions> = {}) => ({
        command: aesmProbeCommand({
            timeoutSeconds,
            scriptFile: probeFile,
            socketPath: AESM_SOCKET,
            waitingFile: aesmWaitingFile,
            ...more,
        }),
    });
    return {
        startupProbe: { exec: ask(5), periodSeconds: 5, timeoutSeconds: 7, failureThreshold: 36 },
        readinessProbe: { exec: ask(8), periodSeconds: 15, timeoutSeconds: 10, failureThreshold: 3 },
        livenessProbe: {
            exec: ask(8, { question: AesmQuestion.alive, stuckSeconds }),
            periodSeconds: 20,
            timeoutSeconds: 10,
            failureThreshold: 5,
        },
    };
}

/**
 * The probes of the proxy. It is ready when AESM answers through it; it is alive when it has written its heartbeat within the last 30 s,
 * whatever AESM does, so that AESM's failures never restart the proxy as well.
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
