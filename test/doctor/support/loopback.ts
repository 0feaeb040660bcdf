import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** The address of a server that listens on loopback. */
export function addressOf(server: Server): string {
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Starts to listen on a free port of loopback. */
export function listen(server: Server): Promise<void> {
    return new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
}

/** Stops it, and ends the connections that clients keep open. */
export function close(server: Server): Promise<void> {
    return new Promise((resolve) => {
        server.close(() => {
            resolve();
        });
        server.closeAllConnections();
    });
}
