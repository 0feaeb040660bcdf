// Passes connections on: relay.mjs TARGET LISTEN..., each HOST:PORT or the path of a Unix socket. A Unix socket reaches
// through network namespaces: that is how the tests get at an API server in one.
import { createConnection, createServer } from "node:net";

const [target, ...listen] = process.argv.slice(2).map((text) => {
    const [, host, port] = /^([^/]*):(\d+)$/.exec(text) ?? [];
    return host === undefined ? { path: text } : { host, port: Number(port) };
});

for (const where of listen) {
    createServer((incoming) => {
        const outgoing = createConnection(target);
        for (const [from, to] of [
            [incoming, outgoing],
            [outgoing, incoming],
        ]) {
            from.pipe(to);
            from.on("error", () => to.destroy()).on("close", () => to.destroy());
        }
    }).listen(where);
}
