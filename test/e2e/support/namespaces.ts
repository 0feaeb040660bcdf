import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { createConnection, createServer, type AddressInfo, type Server } from "node:net";
import { basename, join } from "node:path";
import { Daemon, onlyChild } from "./daemon";
import { systemCommand } from "./tools";
import { waitFor } from "./wait";

/** Address of the node inside; TEST-NET-1, which exists nowhere. */
export const nodeAddress = "192.0.2.1";
/** Address under which pods find the API server. */
const serviceAddress = "10.96.0.1";

/**
 * What the first process in the namespaces does: everything that a node writes to becomes memory that goes away with
 * them, /dev is a private one with SGX's two devices (in truth those of null and zero, which is enough for who only
 * looks at them).
 */
const setUp = `set -e
ip link set lo up
ip address add ${nodeAddress}/24 dev lo
ip address add ${serviceAddress}/32 dev lo
for folder in /var/lib /var/log /run /opt; do mount -t tmpfs -o mode=755 tmpfs $folder; done
mkdir -p /var/lib/kubelet /var/lib/cni /var/lib/containerd /var/log/pods
mkdir /run/dev
mount -t tmpfs -o mode=755 tmpfs /run/dev
for device in null zero full random urandom tty kmsg; do touch /run/dev/$device; mount --bind /dev/$device /run/dev/$device; done
mkdir /run/dev/pts /run/dev/shm /run/dev/mqueue
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts /run/dev/pts
ln -s pts/ptmx /run/dev/ptmx
ln -s /proc/self/fd /run/dev/fd
mount -t tmpfs tmpfs /run/dev/shm
mknod -m 0666 /run/dev/sgx_enclave c 1 3
mknod -m 0600 /run/dev/sgx_provision c 1 5
mount --rbind /run/dev /dev
mount --make-rshared /
touch "$1"
set +e # a power cut ends its sleep as well
while :; do sleep 3600; done
`;

/**
 * Mount, network and process namespaces of one node. They end when the test process does, whatever way it goes: their
 * first process is killed then, and with it all others, the mounts, the devices, the network.
 */
export class Namespaces {
    private readonly servers: Server[] = [];
    private readonly relays: Daemon[] = [];

    private constructor(
        private readonly holder: Daemon,
        private readonly folder: string,
        /** Process id of the first process in there, as seen from outside. */
        private readonly first: number,
    ) {}

    static async start(folder: string): Promise<Namespaces> {
        const [script, ready] = [join(folder, "set-up.sh"), join(folder, "namespaces-ready")];
        writeFileSync(script, setUp);
        const flags = [
            "--mount",
            "--net",
            "--pid",
            "--fork",
            "--mount-proc",
            "--kill-child",
            "--propagation",
            "private",
        ];
        const command = [...flags, "/bin/sh", script, ready];
        const holder = Daemon.start("namespaces", systemCommand("unshare"), command, { folder });
        await waitFor("the namespaces of a node", () => existsSync(ready) || !holder.running, {
            seconds: 20,
            every: 50,
            explain: () => holder.describe(),
        });
        if (!holder.running) throw new Error(`no namespaces for a node\n${holder.describe()}`);
        return new Namespaces(holder, folder, onlyChild(holder.pid));
    }

    /** To be put in front of a command that shall run in there: as a process of the node. */
    get enter(): [string, ...string[]] {
        return [systemCommand("nsenter"), "-t", String(this.first), "-m", "-n", "-p", "--"];
    }

    /** To be put in front of a command that shall run outside, but on the node's network. */
    get enterNetwork(): string[] {
        return [systemCommand("nsenter"), "-t", String(this.first), "-n", "--"];
    }

    /** Runs a shell command on the node and gives back what it printed. */
    run(script: string): string {
        const [command, ...args] = [...this.enter, "/bin/sh", "-c", script];
        return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    }

    /**
     * Passes connections to a port inside on, from a port of this process's loopback and from where pods expect the API
     * server.
     */
    async reach(port: number): Promise<number> {
        const socket = join(this.folder, `port-${port}.sock`);
        const script = join(__dirname, "relay.mjs");
        const args = [script, `127.0.0.1:${port}`, socket, `${serviceAddress}:443`];
        const relay = Daemon.start("relay", process.execPath, args, { folder: this.folder, enter: this.enterNetwork });
        await waitFor("the relay", () => existsSync(socket) || !relay.running, {
            every: 20,
            explain: () => relay.describe(),
        });
        const server = createServer((incoming) => {
            const outgoing = createConnection(socket);
            incoming.pipe(outgoing).pipe(incoming);
            incoming.on("error", () => outgoing.destroy()).on("close", () => outgoing.destroy());
            outgoing.on("error", () => incoming.destroy()).on("close", () => incoming.destroy());
        });
        this.servers.push(server);
        await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
        this.relays.push(relay);
        return (server.address() as AddressInfo).port;
    }

    /**
     * Kills every process of the node but the first, as a power cut does, and empties what is memory on a real node,
     * too.
     */
    powerCut(): void {
        // -1 is every process of the namespace but the first and this shell itself; mounts go from the innermost
        // outwards.
        const script = `kill -KILL -1; sleep 0.5
            grep -oE '^[^ ]+ (/run|/var/lib/kubelet|/var/lib/containerd)/[^ ]+' /proc/mounts | cut -d' ' -f2 | grep -v '^/run/dev' | sort -r | while read -r mount; do umount -l "$mount"; done
            find /run -mindepth 1 -maxdepth 1 ! -name dev -exec rm -rf {} +
            find /sys/fs/cgroup -depth -type d -path '*/${basename(this.folder)}/*' -exec rmdir {} +`;
        const [command, ...args] = [...this.enter, "/bin/sh", "-c", script];
        spawnSync(command, args, { stdio: "ignore" });
    }

    describe(): string {
        return this.holder.describe();
    }

    async stop(): Promise<void> {
        for (const server of this.servers) server.close();
        for (const relay of this.relays) await relay.stop(0);
        await this.holder.stop(0);
    }
}
