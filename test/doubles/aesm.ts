import { spawn, type ChildProcess } from "node:child_process";
import { resolve } from "node:path";
import { ask } from "./protocol";
import { recorded, type State } from "./recordings";
import { Script } from "./script";

/** How to start the double of AESM; its file says what each setting does. */
export interface AesmSettings {
    loadingSeconds?: number;
    /** Bytes after which it dies. */
    memory?: number;
    /** Device files it has to open; default: two that every machine has. */
    devices?: string;
}

/** A running double of AESM (aesm_service.pl). */
export class Aesm extends Script {
    private constructor(
        readonly socketPath: string,
        process: ChildProcess,
    ) {
        super(process);
    }

    /** Starts it without waiting for its socket. */
    static launch(socketPath: string, settings: AesmSettings = {}): Aesm {
        const { loadingSeconds = 0, memory = 256 * 2 ** 20, devices = "/dev/null:/dev/zero" } = settings;
        const environment = {
            PATH: process.env["PATH"],
            AESM_DOUBLE_SOCKET: socketPath,
            AESM_DOUBLE_DEVICES: devices,
            AESM_DOUBLE_LOADING_SECONDS: String(loadingSeconds),
            AESM_DOUBLE_MEMORY: String(memory),
        };
        return new Aesm(socketPath, spawn("perl", [resolve("test/doubles/aesm_service.pl")], { env: environment }));
    }

    /** Starts it; resolves when clients can connect. */
    static async start(socketPath: string, settings: AesmSettings = {}): Promise<Aesm> {
        const aesm = Aesm.launch(socketPath, settings);
        await aesm.says("The server sock is");
        return aesm;
    }

    /** Waits until it has printed a text; throws when it ends without. */
    says(text: string): Promise<void> {
        return this.until(() => this.log.includes(text));
    }

    /** Switches its state, and waits until it answers as in that state. */
    async becomes(state: State): Promise<void> {
        this.process.kill(state === "healthy" ? "SIGUSR2" : "SIGUSR1");
        const expected = recorded(state, "probe");
        while (!(await ask(this.socketPath, recorded(state, "probe", "request"))).equals(expected));
    }

    /** Makes it hang in a quote, as with a collateral service that does not answer. */
    async hangs(): Promise<void> {
        this.process.kill("SIGHUP");
        // A signal is handled at the latest when the next request comes; the client that asks for the quote never gets
        // it.
        void ask(this.socketPath, recorded("healthy", "getQuoteEx report432 key buf100", "request")).catch(
            () => undefined,
        );
        await ask(this.socketPath, recorded("healthy", "getSupportedAttKeyIDs buf 256", "request"));
    }
}
