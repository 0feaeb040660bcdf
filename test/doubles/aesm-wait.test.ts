import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import { aesmWaitCommand } from "../../components/sgx/aesm/probe";
import type { Aesm } from "./aesm";
import { silent, trickling } from "./peer";
import { place, run, slack } from "./run";

const here = place();

const wait = (deadlineSeconds: number, probeTimeoutSeconds = 1): string[] =>
    aesmWaitCommand({ deadlineSeconds, intervalSeconds: 1, probeTimeoutSeconds, socketPath: here.socketPath });
const frozen = "AESM is frozen, or starting again: it answers nothing within 1 s";

test("the wait for AESM ends when AESM becomes healthy, and shows each state on the way once", async () => {
    let aesm: Promise<Aesm> | undefined;
    const steps: Record<string, (aesm: Aesm) => unknown> = {
        "error 30": async (one) => {
            await one.becomes("healthy");
            await one.hangs();
        },
        "busy with a quote": (one) => one.process.kill("SIGUSR2"),
    };
    const { code, output } = await run(wait(60), (soFar) => {
        if (soFar.includes("no socket")) {
            aesm ??= here.aesm().then(async (one) => {
                await one.becomes("no-enclave");
                return one;
            });
        }
        for (const [seen, step] of Object.entries(steps)) {
            if (!soFar.includes(seen)) continue;
            void aesm?.then(step);
            steps[seen] = () => undefined;
        }
    });
    expect(code).toBe(0);
    expect(output.trimEnd().split("\n")).toEqual([
        `no socket at ${here.socketPath}: AESM is not running here`,
        expect.stringContaining("error 30"),
        expect.stringContaining("busy with a quote"),
        "AESM is healthy",
    ]);
});

test("it gives up at its deadline with the last state", async () => {
    await here.peer(silent);
    const { code, output, milliseconds } = await run(wait(3));
    expect({ code, output }).toEqual({ code: 1, output: `${frozen}\ngave up after 3 s: ${frozen}\n` });
    expect(milliseconds).toBeLessThan(3000 + slack);
});

test("it gives up at its deadline even amid an unanswered question", async () => {
    await here.peer(silent);
    const { code, output, milliseconds } = await run(wait(1, 60));
    expect({ code, output }).toEqual({ code: 1, output: "gave up after 1 s: no answer yet\n" });
    expect(milliseconds).toBeLessThan(1000 + slack);
});

test("it does not spend its deadline on one answer that trickles in", async () => {
    await here.peer(trickling(20));
    const { code, output } = await run(wait(4));
    expect({ code, output }).toEqual({ code: 1, output: `${frozen}\ngave up after 4 s: ${frozen}\n` });
});

test("it ends on SIGTERM", async () => {
    const [command = "", ...args] = wait(60, 30);
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "ignore"] });
    const code = new Promise((resolve) => child.on("close", resolve));
    await new Promise((resolve) => child.stdout.once("data", resolve));
    child.kill("SIGTERM");
    expect(await code).toBe(143);
});
