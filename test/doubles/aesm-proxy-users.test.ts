import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Peer } from "./peer";
import { ask, request } from "./protocol";
import { Proxy } from "./proxy";
import { recorded } from "./recordings";

/* How the socket proxy of the quote helper shares AESM between users of the node. */
const probe = recorded("healthy", "probe", "request");
const healthy = recorded("healthy", "probe");
/** The proxy's own question whether AESM is there. */
const alive = Buffer.from("09000000b20106088002489875", "hex");

describe.skipIf(process.getuid?.() !== 0)("between two users, the proxy", () => {
    let folder: string;
    let proxy: Proxy;
    let peer: Peer;
    const held: Socket[] = [];
    let crowd: ChildProcess;
    /** A question that differs from the other user's by its timeout. */
    const mine = request("getSupportedAttKeyIDNum", { timeout: 1 });

    /**
     * Has another user open connections with whole messages; comes back when the proxy has taken what it takes of them.
     */
    async function otherUserAsks(count: number): Promise<void> {
        const refused = Math.max(0, count - 256);
        const own = await proxy.descriptorsAtRest();
        const connects =
            'for (1 .. $ARGV[2]) { socket my $s, PF_UNIX, SOCK_STREAM, 0; connect $s, pack_sockaddr_un($ARGV[0]); syswrite $s, pack "H*", $ARGV[1]; push @s, $s } ';
        const seesRefused =
            "while ($ended < $ARGV[3]) { $ended = 0; for (@s) { vec(my $r = '', fileno $_, 1) = 1; $ended += select $r, undef, undef, 0 } } ";
        const script = `$SIG{PIPE} = "IGNORE"; $| = 1; ${connects}${seesRefused}print 1; sleep 60`;
        const nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"];
        const args = [proxy.publicSocket, probe.toString("hex"), String(count), String(refused)];
        crowd = spawn("setpriv", [...nobody, "perl", "-MSocket", "-e", script, ...args]);
        await new Promise((done) => crowd.stdout?.once("data", done));
        await expect.poll(() => [held.length, proxy.descriptors() - own]).toEqual([8, count - refused + 8]);
    }

    /** A question of this user is answered long before those of the other one that came first. */
    async function comesSoon(): Promise<void> {
        const answer = ask(proxy.publicSocket, mine);
        // The first few places may become free before the question has arrived.
        for (let count = 0; count < 20 && !peer.messages.at(-1)?.equals(mine); count += 1) {
            held[count]!.end();
            await expect.poll(() => held.length).toBe(9 + count);
        }
        expect(peer.messages.at(-1)).toEqual(mine);
        held.at(-1)!.end(healthy);
        expect(await answer).toEqual(healthy);
    }

    beforeEach(async () => {
        folder = mkdtempSync(join(tmpdir(), "proxy-"));
        chmodSync(folder, 0o755);
        proxy = Proxy.launch(folder);
        peer = await Peer.start(proxy.aesmSocket, (connection, message) => {
            // The proxy's own question, whether AESM is there, is answered as AESM does.
            if (message.equals(alive)) connection.end("x");
            else held.push(connection);
        });
        await proxy.serving();
        await ask(proxy.publicSocket, Buffer.alloc(4));
    });
    afterEach(async () => {
        crowd.kill("SIGKILL");
        held.length = 0;
        await Promise.all([proxy.end(), peer.stop()]);
        rmSync(folder, { recursive: true, force: true });
    });

    test("asks for the one of whom AESM has least", async () => {
        await otherUserAsks(100);
        await comesSoon();
    });

    test("hangs up on the one with too many connections, and goes on for the other", async () => {
        await otherUserAsks(300);
        await comesSoon();
        // 256 are kept; of the others it says what became of them.
        crowd.kill("SIGKILL");
        for (const connection of held) connection.destroy();
        await proxy.end("SIGTERM");
        expect(proxy.log).toContain("refused 44 times: too many connections, user 65534");
    });
});
