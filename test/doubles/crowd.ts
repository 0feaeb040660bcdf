import { spawn, type ChildProcess } from "node:child_process";

/** Connects until the queue is full, says so, and stays. */
const script =
    "$| = 1; while (1) { socket my $s, PF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0; push @s, $s; connect $s, pack_sockaddr_un($ARGV[0]) or last } print 1; sleep 60";

/** Clients that fill the queue of connections in front of a socket, until their process is ended. */
export async function fillQueue(socketPath: string): Promise<ChildProcess> {
    const crowd = spawn("perl", ["-MSocket=:DEFAULT,SOCK_NONBLOCK", "-e", script, socketPath]);
    await new Promise((done) => crowd.stdout.once("data", done));
    return crowd;
}
