import { Writable } from "node:stream";
import type { Exec, KubeConfig, V1Status } from "@kubernetes/client-node";
import { aesmProbeCommand } from "../../components/sgx/index.js";
import { messageOf } from "../../terminal/errors.js";
import type { Pod } from "../model/objects.js";
import { aesmOf, roleOf } from "../model/roles.js";
import { NOT_RUN, type AesmAnswer } from "../model/snapshot.js";
import { mask, start } from "./mask.js";

/** What is used of a WebSocket. */
interface Socket {
    close: () => void;
    onclose: unknown;
}

/** Longest run of the probe. */
const probeSeconds = 5;
/** Longest wait for it, the way to the node included. */
const waitSeconds = 12;
const mostBytes = 4096;
/** Pods that are asked at a time. */
const atATime = 8;

/** Asks AESM whether it can quote, in each quote helper that runs. */
export async function askAesm(config: KubeConfig, pods: readonly Pod[]): Promise<AesmAnswer[]> {
    const { Exec } = await import("@kubernetes/client-node");
    const exec = new Exec(config);
    const waiting = pods.flatMap((pod) => {
        const container = roleOf(pod.metadata, pod.spec) === "helper" ? runningAesm(pod) : undefined;
        return container === undefined ? [] : [{ pod, container }];
    });
    const answers: AesmAnswer[] = [];
    const worker = async () => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
            const { namespace = "", name } = next.pod.metadata;
            const said = await probe(exec, next.pod, next.container);
            answers.push({ pod: `${namespace}/${name}`, said: start(mask(said)) });
        }
    };
    await Promise.all(Array.from({ length: atATime }, worker));
    return answers;
}

/** The container that has AESM, if it runs. */
function runningAesm({ spec, status }: Pod): string | undefined {
    const name = aesmOf(spec);
    const found = status.containerStatuses?.find((each) => each.name === name);
    return found?.state?.running === undefined ? undefined : name;
}

/** What the probe prints; where it cannot be run, why. */
async function probe(exec: Exec, { metadata }: Pod, container: string): Promise<string> {
    const command = aesmProbeCommand({ timeoutSeconds: probeSeconds });
    const [out, errors] = [new Heard(), new Heard()];
    const { namespace = "", name } = metadata;
    let timer: NodeJS.Timeout | undefined;
    let close: () => void = () => undefined;
    try {
        const ended = new Promise<string>((resolve, reject) => {
            timer = setTimeout(() => {
                resolve(`no answer within ${waitSeconds} s`);
            }, waitSeconds * 1000);
            const onStatus = ({ message = "" }: V1Status) => {
                resolve(message);
            };
            exec.exec(namespace, name, container, command, out, errors, null, false, onStatus).then((connection) => {
                const socket = connection as unknown as Socket;
                close = () => {
                    socket.close();
                };
                socket.onclose = () => {
                    resolve("the connection was closed");
                };
            }, reject);
        });
        const status = await ended;
        const [said] = out.lines;
        return said ?? `${NOT_RUN}${[...errors.lines.slice(0, 1), status].join(", ")}`;
    } catch (error) {
        return `${NOT_RUN}${messageOf((error as { error?: unknown }).error ?? error)}`;
    } finally {
        clearTimeout(timer);
        close();
    }
}

/** The start of what a command prints. */
class Heard extends Writable {
    private text = "";

    get lines(): string[] {
        return this.text.split("\n").filter((line) => line !== "");
    }

    override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
        this.text = (this.text + chunk.toString("utf8")).slice(0, mostBytes);
        done();
    }
}
