import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { enclaveLines, hostUnits, sampleOrder } from "./recorded";

/*
 * The good run, printed as the real program prints it: the host's lines through C's stdio, which writes into a pipe or
 * a file when 4,096 bytes are there, and the enclaves' lines straight to the descriptor. So each number of bytes before
 * the first line gives another layout, 4,096 in all, and in some of them an enclave's line lands in the middle of a
 * line that the judge looks for.
 */
export const flush = 4096;
const marker = "\n==== end of layout ====\n";

/** Perl: goes on with stdio's own buffers, which PERLIO=stdio gives to Perl's STDOUT, whatever `$|` was. */
const withStdio = `if (($ENV{PERLIO} || "") ne "stdio") { $ENV{PERLIO} = "stdio"; exec $^X, $0, @ARGV }\n$| = 0;\n`;

/** Perl: defines show($bytes), which prints that many bytes and then the run. */
function definesShow(order: readonly number[]): string {
    let next = 0;
    const parts = hostUnits.flatMap((host, index) => {
        const enclaves = enclaveLines.slice(next, (next += order[index]!));
        return [`h${host}`, ...enclaves.map((line) => `e${line}`)];
    });
    const packed = parts.map((part) => `"${Buffer.from(part, "latin1").toString("hex")}"`).join(",");
    return `my @parts = map { pack "H*", $_ } ${packed};
sub show {
    my ($bytes) = @_;
    print "x" x ($bytes - 1), "\\n" if $bytes;
    for (@parts) { if (/^h/) { print substr $_, 1 } else { syswrite STDOUT, substr $_, 1 } }
}
`;
}

/** Perl of a stand-in: prints the run after that many bytes. */
export const printsLayout = (bytes: number): string =>
    `${withStdio}${definesShow(sampleOrder)}show(${String(bytes)});\n`;

export interface Faulty {
    bytes: number;
    /** Names of the checks of the log that failed. */
    checks: string[];
    missing: number;
}

/**
 * Prints the layouts one after the other, under stdbuf or not, and gives those that do not pass the judge's checks of
 * the log.
 */
export function faultyLayouts(
    folder: string,
    options: { stdbuf: boolean; order?: readonly number[]; bytes?: readonly number[] },
): { judged: number; faulty: Faulty[] } {
    const { order = sampleOrder, bytes = Array.from({ length: flush }, (_, index) => index) } = options;
    const program = path.join(folder, "layouts.pl");
    const output = path.join(folder, "layouts.txt");
    // Flushed after each, so that the next one begins with an empty buffer as a program does.
    const script = `${withStdio}${definesShow(order)}require IO::Handle;
for my $bytes (${bytes.join(",")}) { show($bytes); STDOUT->flush; syswrite STDOUT, "${marker.replaceAll("\n", "\\n")}" }\n`;
    fs.writeFileSync(program, script);
    const command = options.stdbuf ? ["stdbuf", "-oL", "--", "/usr/bin/perl", program] : ["/usr/bin/perl", program];
    const file = fs.openSync(output, "w");
    const printed = spawnSync(command[0]!, command.slice(1), { stdio: ["ignore", file, "inherit"] });
    fs.closeSync(file);
    if (printed.status !== 0) throw new Error(`the layouts were not printed: ${String(printed.error)}`);
    const judge = `
        local $/ = "${marker.replaceAll("\n", "\\n")}";
        while (my $text = <STDIN>) {
            chomp $text;
            my @logs = (Log->new(Judge::texts()), Log->new(Judge::texts()));
            $logs[0]->add($text);
            my @checks = (Judge::last_line($logs[0]), Judge::required_lines(1, @logs), Judge::forbidden_lines(@logs));
            print join(" ", map { $_->{name} } grep { !$_->{ok} } @checks), "|", scalar(grep { !defined Judge::seen($_, @logs) } @Judge::REQUIRED), "\\n";
        }`;
    const images = path.resolve(__dirname, "..", "..", "..", "images", "attestation-sample");
    const run = spawnSync("/usr/bin/perl", [`-I${images}`, "-MLog", "-MJudge", "-e", judge], {
        encoding: "utf8",
        stdio: [fs.openSync(output, "r"), "pipe", "inherit"],
        maxBuffer: 1 << 24,
    });
    const results = run.stdout.trimEnd().split("\n");
    const faulty = results.flatMap((line, index) => {
        const [names = "", missing = ""] = line.split("|");
        return names === "" ? [] : [{ bytes: bytes[index]!, checks: names.split(" "), missing: Number(missing) }];
    });
    return { judged: results.length, faulty };
}
