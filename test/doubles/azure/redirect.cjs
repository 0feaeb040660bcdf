/*
 * Connects the names of Azure's services to the doubles of this folder, in a process that requires this file: programs
 * under test keep the real names, and everything that they check of them. The variable AZURE_DOUBLES holds ports by
 * name; a test's own process sets them in `ports`. Nothing else is changed, TLS and its certificates included.
 */
const net = require("node:net");
const tls = require("node:tls");

const ports = new Map(Object.entries(JSON.parse(process.env.AZURE_DOUBLES ?? "{}")));
const trusted = { ca: undefined };

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...given) {
    const [options, listener] = Array.isArray(given[0]) ? given[0] : given;
    const port = ports.get(options?.host);
    if (port === undefined && /\.azure\.net$/.test(options?.host)) return notFound(this, options.host);
    if (port === undefined) return connect.apply(this, given);
    return connect.call(this, { ...options, host: "127.0.0.1", port }, listener);
};

/** What a name that nobody has leads to, without asking a name server. */
function notFound(socket, host) {
    const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: "ENOTFOUND" });
    process.nextTick(() => socket.destroy(error));
    return socket;
}

// In a process of its own, NODE_EXTRA_CA_CERTS does this.
const createSecureContext = tls.createSecureContext;
tls.createSecureContext = (options) =>
    createSecureContext(
        trusted.ca !== undefined && ports.has(options?.host) ? { ca: trusted.ca, ...options } : options,
    );

module.exports = { ports, trusted };
