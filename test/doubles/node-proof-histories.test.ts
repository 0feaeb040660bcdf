import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { afterAll, expect, test } from "vitest";
import { fc } from "../support/fast-check";
import { seriesOf } from "../support/metrics";

/*
 * What the loop of the proof promises, over random lives of a node: AESM comes, goes and is updated, cannot quote for a
 * while, the machine restarts, somebody sets the clock. Only time, socket and judge are doubles (ProofClock.pm).
 */
const folder = mkdtempSync(join(tmpdir(), "histories-"));
afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
});
const file = join(folder, "proof.prom");

// It fails while AESM cannot quote: at the times from:to in FAILING.
const judge = join(folder, "judge");
writeFileSync(
    judge,
    `#!/usr/bin/perl
my $bad = grep { my ($from, $to) = split /:/; $ENV{PROOF_NOW} >= $from && $ENV{PROOF_NOW} < $to } split /,/, $ENV{FAILING};
exit($bad ? 1 : 0);
`,
);
chmodSync(judge, 0o755);

/** From the start of the machine to its end. */
interface Life {
    seconds: number;
    /** AESM's socket from a time on; undefined: there is none. */
    sockets: { at: number; identity: string | undefined }[];
    /** When AESM cannot quote. */
    failing: { from: number; to: number }[];
    /** Time of day at the machine's start, as the clock has it from a time on. */
    wall: { at: number; start: number }[];
}

interface Proof {
    at: number;
    ok: boolean;
}

/** The proofs of one life, as the kubelet starts one run after the other. */
function live({ seconds, sockets, failing, wall }: Life, interval: number): Proof[] {
    // The metrics are in memory.
    for (const each of [file, `${file}.state`]) rmSync(each, { force: true });
    const proofs: Proof[] = [];
    for (let uptime = 30; ;) {
        const { status, stdout, stderr } = spawnSync(
            "perl",
            [`-I${resolve("test/doubles")}`, "-MProofClock", resolve("images/node-proof/proof.pl"), "run"].concat([
                String(interval),
                file,
                "socket",
                judge,
            ]),
            {
                encoding: "utf8",
                env: {
                    PROOF_UPTIME: String(uptime),
                    PROOF_UNTIL: String(seconds),
                    PROOF_SOCKETS: sockets.map(({ at, identity }) => `${at}=${identity ?? "none"}`).join(","),
                    PROOF_WALL: wall.map(({ at, start }) => `${at}=${start}`).join(","),
                    FAILING: failing.map(({ from, to }) => `${from}:${to}`).join(","),
                },
            },
        );
        if (status === 99) return proofs;
        expect(stderr).toBe("");
        uptime = Number(stdout);
        proofs.push({ at: uptime, ok: status === 0 });
        const told = seriesOf(readFileSync(file, "utf8"));
        expect(told["sgx_proof_success"]).toBe(status === 0 ? 1 : 0);
    }
}

/** The longest pause between two tries after failures: 32 minutes. */
const backOff = 30 * 2 ** 6;
/** A look every 20 s, and the proof itself. */
const slack = 40;

const hour = 3600;
const spans = (most: number) =>
    fc
        .array(fc.record({ from: fc.nat(most), length: fc.nat(4 * hour) }), { maxLength: 4 })
        .map((all) =>
            all.map(({ from, length }) => ({ from, to: from + length })).sort((one, other) => one.from - other.from),
        );
const life: fc.Arbitrary<Life> = fc.integer({ min: hour, max: 24 * hour }).chain((seconds) =>
    fc.record({
        seconds: fc.constant(seconds),
        sockets: fc
            .array(fc.record({ at: fc.nat(seconds), there: fc.boolean() }), { maxLength: 6 })
            .map((changes) => [
                { at: 0, identity: changes.length % 2 === 0 ? "first" : undefined },
                ...changes
                    .sort((one, other) => one.at - other.at)
                    .map(({ at, there }, index) => ({ at, identity: there ? `socket-${index}` : undefined })),
            ]),
        failing: spans(seconds),
        wall: fc
            .array(fc.record({ at: fc.nat(seconds), start: fc.integer({ min: 1e9, max: 2e9 }) }), { maxLength: 3 })
            .map((jumps) => [{ at: 0, start: 1.7e9 }, ...jumps.sort((one, other) => one.at - other.at)]),
    }),
);

test("no node is without a proof for longer than the interval and a bound, unless AESM is not there or a proof has failed", () => {
    fc.assert(
        fc.property(life, fc.integer({ min: 1, max: 8 }), (one, hours) => {
            const interval = hours * hour;
            const proofs = live(one, interval);
            const isThere = (at: number) => one.sockets.filter((each) => each.at <= at).at(-1)?.identity !== undefined;
            const isFailing = (at: number) => one.failing.some(({ from, to }) => at >= from && at < to);
            const longest = 1.1 * interval + slack;
            let since = 0;
            for (let now = 60; now < one.seconds - slack; now += 60) {
                const done = proofs.filter(({ at }) => at <= now);
                const last = done.filter(({ ok }) => ok).at(-1)?.at ?? 0;
                // Since when AESM has been there and could quote.
                if (!isThere(now) || isFailing(now) || isFailing(now - 60)) since = now;
                const fine = now - Math.max(last, since);
                expect(fine, `at ${now}: the last proof was at ${last}`).toBeLessThan(
                    (since > last ? Math.min(backOff, longest) : longest) + slack,
                );
                // A new socket is proven at once, though the last proof is young.
                const changed = one.sockets.filter(({ at }) => at <= now && at > 60).at(-1);
                if (changed?.identity !== undefined && now - Math.max(changed.at, since) > backOff + slack)
                    expect(last, `at ${now}: the socket is of ${changed.at}`).toBeGreaterThanOrEqual(changed.at);
                // Nothing is asked all the time.
                expect(done.filter(({ at }) => at > now - hour).length).toBeLessThan(20);
            }
        }),
        { numRuns: 15, endOnFailure: true },
    );
});
