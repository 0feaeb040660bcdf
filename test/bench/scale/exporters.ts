import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { aesmProbeCommand, AesmQuestion } from "../../../components/sgx";
import { Aesm } from "../../doubles/aesm";
import { Client } from "../../doubles/protocol";
import { Proxy } from "../../doubles/proxy";
import { run } from "../../doubles/run";
import { Script } from "../../doubles/script";
import { waitFor } from "../../e2e/support/wait";
import { freePort } from "../../support/free-port";
import { seriesOf } from "../../support/metrics";

/**
 * Names and labels of the series that the pods of this package on one node serve, after so many quotes. The programs
 * are those of the pods; AESM is a double, and so is the judge of the proof.
 */
export async function seriesOfNode(quotes: number): Promise<string[]> {
    const folder = mkdtempSync(join(tmpdir(), "scale-"));
    const running: Script[] = [];
    const started = <T extends Script>(script: T): T => {
        running.push(script);
        return script;
    };
    try {
        const proxy = started(Proxy.launch(folder));
        started(await Aesm.start(proxy.aesmSocket));
        await proxy.serving();
        for (let made = 0; made < quotes; made++) await new Client(proxy.publicSocket).quote();
        const counted = `sgx_quotes_total{code="0"} ${quotes}\n`;
        await waitFor("the quotes to be counted", () => readFileSync(proxy.quotes, "utf8").includes(counted));
        const answers = join(folder, "answers.prom");
        await run(
            aesmProbeCommand({
                timeoutSeconds: 10,
                question: AesmQuestion.ready,
                socketPath: proxy.publicSocket,
                waitingFile: join(folder, "waiting"),
                metricsFile: answers,
            }),
        );
        const proof = join(folder, "proof.prom");
        await prove(folder, proxy.publicSocket, proof);
        const served = [await serve(started, [answers, proxy.quotes]), await serve(started, [proof])];
        return served.flatMap((text) => Object.keys(seriesOf(text))).sort();
    } finally {
        await Promise.all(running.map((script) => script.end()));
        rmSync(folder, { recursive: true, force: true });
    }
}

/** One proof, by a judge that says what the real one says of a quote made out-of-process. */
async function prove(folder: string, socket: string, file: string): Promise<void> {
    const [judge, message] = [join(folder, "judge"), join(folder, "message")];
    const verdict = JSON.stringify({ verdict: "out-of-process", mode: "out-of-process", checks: [] });
    writeFileSync(judge, `#!/bin/sh\nprintf '%s' '${verdict}' >${message}\n`);
    chmodSync(judge, 0o755);
    const script = resolve("images/node-proof/proof.pl");
    await run(["perl", script, "run", "3600", file, socket, judge, "prove", `--termination-message=${message}`]);
}

/** What the server of metrics answers for files. */
async function serve(started: (script: Script) => Script, files: readonly string[]): Promise<string> {
    const port = await freePort();
    const script = resolve("images/quote-helper/metrics.pl");
    started(new Script(spawn("perl", ["-w", script, String(port), ...files], { env: {} })));
    return waitFor("the metrics to be served", async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text());
}
