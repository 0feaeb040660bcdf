import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { certificate, certificateAuthority, type Certificate } from "../../e2e/support/certificates";
import { Service, type Handler } from "./service";

const redirect = join(__dirname, "redirect.cjs");
const { ports, trusted } = createRequire(__filename)(redirect) as {
    ports: Map<string, number>;
    trusted: { ca: string | undefined };
};

/**
 * A network in which the names of Azure's services lead to doubles on 127.0.0.1, with certificates of an authority of
 * its own: in this process at once, in others with the variables of `env`.
 */
export class AzureNetwork {
    readonly folder = mkdtempSync(join(tmpdir(), "confidential-aks-azure-"));
    /** Certificate of the authority, for NODE_EXTRA_CA_CERTS. */
    readonly caFile: string;
    private readonly ca: Certificate;
    private readonly services: { name: string; service: Service }[] = [];

    constructor() {
        this.ca = certificateAuthority(this.folder);
        this.caFile = this.ca.cert;
        trusted.ca = readFileSync(this.caFile, "utf8");
    }

    /** Variables of a process whose connections to the doubles started so far lead to them. */
    get env(): Record<string, string> {
        const own = Object.fromEntries(this.services.map(({ name }) => [name, ports.get(name)]));
        return {
            NODE_EXTRA_CA_CERTS: this.caFile,
            NODE_OPTIONS: `--require=${redirect}`,
            AZURE_DOUBLES: JSON.stringify(own),
        };
    }

    /** Starts a service under the name that Azure has for it. */
    async serve(name: string, handle: Handler): Promise<Service> {
        if (ports.has(name)) throw new Error(`${name} is there already`);
        const files = certificate(this.folder, this.ca, name, `/CN=${name}`, [`DNS:${name}`]);
        const server = createServer({ cert: readFileSync(files.cert), key: readFileSync(files.key) });
        // Of two in one process that is busy for seconds, one would close a connection that the other is about to use.
        server.keepAliveTimeout = 0;
        const service = new Service(server, handle);
        await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
        ports.set(name, (server.address() as AddressInfo).port);
        this.services.push({ name, service });
        return service;
    }

    async close(): Promise<void> {
        for (const { name, service } of this.services) {
            ports.delete(name);
            await service.close();
        }
        rmSync(this.folder, { recursive: true, force: true });
    }
}
