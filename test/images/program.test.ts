import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { failures, Pod } from "./stand-ins/pod";

const judgeFolder = path.resolve(__dirname, "..", "..", "images", "attestation-sample");
let pod: Pod;
beforeEach(() => {
    pod = new Pod();
});
afterEach(() => {
    pod.remove();
});

describe("a program that cannot be executed", () => {
    it.each<[string, () => void, string]>([
        [
            "without the mode",
            () => {
                fs.chmodSync(pod.program, 0o644);
            },
            "Permission denied",
        ],
        [
            "when it is missing",
            () => {
                fs.rmSync(pod.program);
            },
            "No such file or directory",
        ],
        [
            "when it is a directory",
            () => {
                fs.rmSync(pod.program);
                fs.mkdirSync(pod.program);
            },
            "Permission denied",
        ],
    ])("is said not to have started %s, with stdbuf and without", async (_, change, reason) => {
        await pod.run("control");
        await pod.aesm();
        change();
        for (const found of [pod.env["PATH"], pod.shared]) {
            pod.env["PATH"] = found;
            const judged = await pod.run("prove");
            expect(judged.code).toBe(1);
            expect(failures(judged)).toContain("exit-code");
            expect(judged.stdout).toContain(`did not start: ${reason}`);
        }
    });
});

describe("a judge that gets no processor", () => {
    it("reads what the program wrote at its end, however late it is", () => {
        // The clock leaps at every look, and the judge goes on only when the program has ended.
        const script = `
            package Slow; sub new { bless { text => "" } } sub samples { 0 } sub sample { }
            sub add {
                my ($self, $chunk) = @_;
                $self->{text} .= $chunk;
                return if our $waited++;
                my ($child) = split " ", Watch::slurp("/proc/$$/task/$$/children");
                select undef, undef, undef, 0.01 until Watch::slurp("/proc/$child/stat") =~ /[)] Z /;
            }
            package main;
            my $time = 0;
            { no warnings; *Program::now = sub { $time += 3 } }
            my ($out, $err) = (Slow->new, Slow->new);
            Program::run(argv => ["/bin/sh", "-c", "echo first; sleep 0.1; echo last; echo last >&2"], deadline => 1e9,
                stdout => $out, stderr => $err, watch => Slow->new);
            print STDERR "$out->{text}$err->{text}";`;
        const run = spawnSync("perl", [`-I${judgeFolder}`, "-MProgram", "-MWatch", "-e", script], { encoding: "utf8" });
        expect(run.stderr).toBe("first\nlast\nlast\n");
    });
});

describe("the environment of a process", () => {
    const environmentOf = (body: string): string => {
        const run = spawnSync("perl", [`-I${judgeFolder}`, "-MWatch", "-e", body], { encoding: "utf8", env: {} });
        return run.stdout;
    };

    it("is empty only when the kernel has put it in place", () => {
        expect(environmentOf(`print defined Watch::settled_environment($$) ? "known" : "unknown"`)).toBe("known");
    });

    it("is not known of a process that is executing a program, however long that takes", () => {
        // As the kernel shows it then: arguments and maps, but nothing of the environment, and no place of code or
        // stack.
        const middle = `{ no warnings; my $slurp = \\&Watch::slurp; *Watch::slurp = sub {
                return $_[0] =~ /environ/ ? "" : $_[0] =~ /cmdline/ ? "x\\0" : $_[0] =~ /stat$/ ? "1 (x) " . join(" ", "R", (0) x 49) : $slurp->(@_);
            } }`;
        expect(environmentOf(`${middle} print defined Watch::settled_environment($$) ? "known" : "unknown"`)).toBe(
            "unknown",
        );
    });
});
