import { AESM_PROBE_REQUEST, AESM_SOCKET, aesmErrors } from "./aesm";
import { throwIfAny, type Problem } from "./problems";

/** Options of `aesmProbeCommand`. */
export interface AesmProbeOptions {
    /** Longest run in whole seconds, 1 to 3600. AESM answers one request after the other, so give it 5 or more. */
    timeoutSeconds: number;
    /** The socket. Default `/var/run/aesmd/aesm.socket`. */
    socketPath?: string;
    /** File in the container that holds `aesmProbeScript`. Default: the command carries the script itself. */
    scriptFile?: string;
}

/** Options of `aesmWaitCommand`. */
export interface AesmWaitOptions {
    /** Longest run in whole seconds, 1 to 86400. */
    deadlineSeconds: number;
    /** Pause between two tries in whole seconds, 1 to 3600. */
    intervalSeconds: number;
    /** Longest wait for one answer in whole seconds, 1 to 3600. Default 5. */
    probeTimeoutSeconds?: number;
    /** The socket. Default `/var/run/aesmd/aesm.socket`. */
    socketPath?: string;
}

/**
 * Command of an exec probe that asks AESM, over its own protocol, whether it can quote. It prints one line (healthy, no
 * socket, refused, not answering, error by name, malformed answer), exits 0 only when AESM is healthy, and ends at its timeout
 * whatever the other side does. Needs perl-base only, which every Debian and Ubuntu image has. Throws ValidationError for
 * values out of range.
 */
export function aesmProbeCommand(options: AesmProbeOptions): string[] {
    const { timeoutSeconds, socketPath = AESM_SOCKET } = options;
    throwIfAny("the AESM probe", [
        ...checkSeconds("timeoutSeconds", timeoutSeconds, 3600),
        ...checkSocketPath(socketPath),
    ]);
    const script = options.scriptFile === undefined ? ["-e", aesmProbeScript] : [options.scriptFile];
    return ["perl", ...script, socketPath, String(timeoutSeconds)];
}

/**
 * Command that waits until AESM is healthy, as the probe above has it: exit 0 then, exit 1 at the deadline. It prints a line
 * whenever what it sees changes, and the last one again when it gives up. Throws ValidationError for values out of range.
 */
export function aesmWaitCommand(options: AesmWaitOptions): string[] {
    const { deadlineSeconds, intervalSeconds, probeTimeoutSeconds = 5, socketPath = AESM_SOCKET } = options;
    throwIfAny("the wait for AESM", [
        ...checkSeconds("deadlineSeconds", deadlineSeconds, 86_400),
        ...checkSeconds("intervalSeconds", intervalSeconds, 3600),
        ...checkSeconds("probeTimeoutSeconds", probeTimeoutSeconds, 3600),
        ...checkSocketPath(socketPath),
    ]);
    const numbers = [probeTimeoutSeconds, deadlineSeconds, intervalSeconds].map(String);
    return ["perl", "-e", waitScript, socketPath, ...numbers];
}

/** A problem unless the value is a whole number of seconds, 1 to `most`. */
export function checkSeconds(path: string, value: unknown, most: number): Problem[] {
    if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most) return [];
    return [{ path, value, expected: `whole seconds, 1 to ${most}`, remedy: "correct the number" }];
}

/** 107 bytes is what Linux allows (unix(7)); the letters keep it clear of `$(VAR)`, which Kubernetes expands in commands. */
function checkSocketPath(value: unknown): Problem[] {
    if (typeof value === "string" && /^\/[\w./-]{1,106}$/.test(value)) return [];
    return [
        {
            path: "socketPath",
            value,
            expected: "an absolute path of letters, digits and ._-/, at most 107 characters",
            remedy: "correct the path",
        },
    ];
}

const request = AESM_PROBE_REQUEST.map((byte) => byte.toString(16).padStart(2, "0")).join("");
const errors = Object.entries(aesmErrors).map(([number, name]) => `  ${number} => "${name}",`);

/**
 * The question and the judgement. Perl of perl-base, no module beyond Socket and Errno, no clock: 4-argument select counts
 * what is left of the time, and a socket that does not block cannot hang in connect. Kubernetes expands "$" before "(": none here.
 */
const askScript = `use strict;
use Errno;
use Socket qw(:DEFAULT SOCK_NONBLOCK);
my %name = (
${errors.join("\n")}
);
my ($path, $timeout, $deadline, $interval) = @ARGV;
my $late = "AESM is not answering within $timeout s";

# Ask AESM for the number of its attestation keys; error 0 means that it can quote.
sub ask {
  my $left = $timeout;
  socket my $aesm, PF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0 or return "no socket: $!";
  if (!connect $aesm, pack_sockaddr_un($path)) {
    return "no socket at $path: AESM is not running here" if $!{ENOENT};
    return "connection refused at $path: stale socket, AESM is gone" if $!{ECONNREFUSED};
    return "AESM is not accepting: its queue is full" if $!{EAGAIN};
    return "cannot connect to $path: $!";
  }
  syswrite $aesm, pack "H*", "${request}";
  my ($answer, $want) = ("", 4);
  while (length $answer < $want) {
    vec(my $ready = "", fileno $aesm, 1) = 1;
    (my $count, $left) = select $ready, undef, undef, $left;
    return $late if $count < 1;
    sysread $aesm, $answer, $want - length $answer, length $answer
      or return "malformed answer: AESM hung up after " . length($answer) . " bytes";
    next if length $answer != 4;
    my $size = unpack "V", $answer;
    return "malformed answer: length $size" if $size < 1 || $size > 4096;
    $want = 4 + $size;
  }
  my $error = eval { error_code(substr $answer, 4) };
  return "malformed answer: " . unpack "H*", substr $answer, 0, 64 if !defined $error;
  return "AESM is healthy" if $error == 0;
  return "AESM answered error $error (" . ($name{$error} || "UNKNOWN") . ")"
    . ($error == 30 ? ": it runs but cannot quote, its ECDSA quoting enclaves are not loaded" : "");
}

# Protobuf: field 21 of the answer is a message (key 170), and its field 1 a number (key 8).
sub error_code { return fields(fields($_[0])->{170})->{8} }

sub fields {
  my ($bytes, %field) = @_;
  while (length $bytes) {
    my $key = varint($bytes);
    my $type = $key & 7;
    my $size = $type == 1 ? 8 : $type == 5 ? 4 : $type == 2 ? varint($bytes) : 0;
    die if $size > length $bytes || $key < 8 || $type =~ /[3467]/;
    $field{$key} = $type == 0 ? varint($bytes) : substr $bytes, 0, $size, "";
  }
  return \\%field;
}

sub varint {
  $_[0] =~ s/^([\\x80-\\xff]{0,9}[\\x00-\\x7f])// or die;
  my ($number, $shift) = (0, 0);
  for (unpack "C*", $1) {
    $number |= ($_ & 127) << $shift;
    $shift += 7;
  }
  return $number;
}

sub done { alarm 0; print "$_[0]\\n"; exit $_[1] }

$| = 1;
$SIG{PIPE} = "IGNORE";
$SIG{TERM} = sub { exit 143 };
`;

/** The probe as a Perl program; its arguments are the socket and the seconds. */
export const aesmProbeScript = `${askScript}$SIG{ALRM} = sub { done($late, 1) };
alarm $timeout;
my $state = ask();
done($state, $state eq "AESM is healthy" ? 0 : 1);
`;

const waitScript = `${askScript}my $state = "no answer yet";
my $shown = "";
$SIG{ALRM} = sub { done("gave up after $deadline s: $state", 1) };
alarm $deadline;
while (1) {
  $state = ask();
  done($state, 0) if $state eq "AESM is healthy";
  print "$state\\n" if $state ne $shown;
  $shown = $state;
  select undef, undef, undef, $interval;
}
`;
