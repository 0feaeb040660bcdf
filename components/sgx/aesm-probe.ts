import { AESM_ALIVE_REQUEST, AESM_PROBE_REQUEST, AESM_SOCKET, aesmErrors } from "./aesm";
import { throwIfAny, type Problem } from "./problems";

/** What a probe asks of AESM. */
export const AesmQuestion = {
    /** Whether it can quote now. Fails also while AESM is busy with a quote for longer than the probe waits. */
    ready: "ready",
    /** Whether it answers at all. Passes while AESM is busy with a quote, up to `stuckSeconds`. */
    alive: "alive",
} as const;
export type AesmQuestion = (typeof AesmQuestion)[keyof typeof AesmQuestion];

/** Options of `aesmProbeCommand`. */
export interface AesmProbeOptions {
    /** Longest run in whole seconds, 1 to 3600. AESM makes one quote after the other, so give it 5 or more. */
    timeoutSeconds: number;
    /** What to ask. Default `ready`. */
    question?: AesmQuestion;
    /** The socket. Default `/var/run/aesmd/aesm.socket`. */
    socketPath?: string;
    /** File in the container that holds `aesmProbeScript`. Default: the command carries the script itself. */
    scriptFile?: string;
    /**
     * File in which `ready` notes since when AESM has not answered, and which it removes when AESM does; `alive` reads it.
     * Default: nothing is noted, and `alive` passes however long a quote takes.
     */
    waitingFile?: string;
    /** Seconds in one quote after which `alive` fails, 1 to 86400; needs `waitingFile`. Default: never. */
    stuckSeconds?: number;
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
 * Command of an exec probe that asks AESM, over its own protocol, whether it can quote (`ready`) or answers at all (`alive`). It
 * prints one line (healthy, without a key, busy or stuck, frozen, no socket, refused, queue full, error by name, malformed
 * answer), exits 0 only when the answer is yes, and ends at its timeout whatever the other side does. Needs perl-base only,
 * which every Debian and Ubuntu image has. Throws ValidationError for values out of range.
 */
export function aesmProbeCommand(options: AesmProbeOptions): string[] {
    const { timeoutSeconds, question = AesmQuestion.ready, socketPath = AESM_SOCKET } = options;
    const { scriptFile, waitingFile, stuckSeconds } = options;
    throwIfAny("the AESM probe", [
        ...checkSeconds("timeoutSeconds", timeoutSeconds, 3600),
        ...checkPath("socketPath", socketPath),
        ...(waitingFile === undefined ? [] : checkPath("waitingFile", waitingFile)),
        ...(stuckSeconds === undefined ? [] : checkStuck(options)),
    ]);
    const script = scriptFile === undefined ? ["-e", aesmProbeScript] : [scriptFile];
    const notes = waitingFile === undefined ? [] : [waitingFile];
    const limit = stuckSeconds === undefined ? [] : [String(stuckSeconds)];
    return ["perl", ...script, socketPath, String(timeoutSeconds), question, ...notes, ...limit];
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
        ...checkPath("socketPath", socketPath),
    ]);
    const numbers = [probeTimeoutSeconds, deadlineSeconds, intervalSeconds].map(String);
    return ["perl", "-e", waitScript, socketPath, ...numbers];
}

/** A problem unless the value is a whole number of seconds, 1 to `most`. */
export function checkSeconds(path: string, value: unknown, most: number): Problem[] {
    if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most) return [];
    return [{ path, value, expected: `whole seconds, 1 to ${most}`, remedy: "correct the number" }];
}

/** The limit belongs to the question that it limits, and to the file that it is counted from. */
function checkStuck({ question, waitingFile, stuckSeconds }: AesmProbeOptions): Problem[] {
    const problems = checkSeconds("stuckSeconds", stuckSeconds, 86_400);
    if (question === AesmQuestion.alive && waitingFile !== undefined) return problems;
    const expected = 'nothing, unless question is "alive" and waitingFile is given';
    return [...problems, { path: "stuckSeconds", value: stuckSeconds, expected, remedy: "leave it out, or give both" }];
}

/** 107 bytes is what Linux allows a socket (unix(7)); the letters keep it clear of `$(VAR)`, which Kubernetes expands in commands. */
function checkPath(path: string, value: unknown): Problem[] {
    if (typeof value === "string" && /^\/[\w./-]{1,106}$/.test(value)) return [];
    return [
        {
            path,
            value,
            expected: "an absolute path of letters, digits and ._-/, at most 107 characters",
            remedy: "correct the path",
        },
    ];
}

const hex = (bytes: readonly number[]): string => bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
const errors = Object.entries(aesmErrors).map(([number, name]) => `  ${number} => "${name}",`);

/**
 * The questions and the judgement. Perl of perl-base, no module beyond Socket and Errno, no clock: 4-argument select counts
 * what is left of the time, and a socket that does not block cannot hang in connect. Kubernetes expands "$" before "(": none here.
 */
const askScript = `use strict;
use Errno;
use Socket qw(:DEFAULT SOCK_NONBLOCK);
my %name = (
${errors.join("\n")}
);
my ($path, $timeout, @more) = @ARGV;
my ($left, $late);

# Asks for the number of attestation keys, for which AESM has to be done with quotes; when that takes long, for their identities
# as well, which AESM answers meanwhile.
sub ask {
  ($left, $late) = ($timeout, "AESM is frozen, or starting again: it answers nothing within $timeout s");
  my $number = question("${hex(AESM_PROBE_REQUEST)}", 170);
  return $number if !ref $number;
  my $state = answer($timeout / 2, $number);
  return $state if defined $state;
  my $alive = alive();
  return $state if $alive eq "AESM is alive" && defined($state = answer(0, $number));
  return $alive eq "AESM is alive" ? $late : $alive;
}

# Asks for the identities of the keys: any answer will do.
sub alive {
  my $ids = question("${hex(AESM_ALIVE_REQUEST)}", 178);
  return $ids if !ref $ids;
  my $state = answer(0, $ids);
  return defined $state ? $state : $late if !defined $state || $state !~ /^AESM (is|runs|answered)/;
  $late = "AESM is busy with a quote, or stuck in one: it has not answered for $timeout s";
  return "AESM is alive";
}

# A question that is asked: its socket, what has come of its answer, and the key of its field; or why it cannot be asked.
sub question {
  my ($request, $key) = @_;
  my $later = $late;
  socket my $aesm, PF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0 or return "no socket: $!";
  while (!connect $aesm, pack_sockaddr_un($path)) {
    return "no socket at $path: AESM is not running here" if $!{ENOENT};
    return "connection refused at $path: stale socket, AESM is gone" if $!{ECONNREFUSED};
    return "cannot connect to $path: $!" if !$!{EAGAIN};
    $late = "AESM is not accepting: its queue is full";
    return $late if $left < 0.05;
    select undef, undef, undef, 0.05;
    $left -= 0.05;
  }
  $late = $later;
  syswrite $aesm, pack "H*", $request;
  return { socket => $aesm, answer => "", want => 4, key => $key };
}

# Waits for an answer until no more than so much of the time is left; undef says that it has not come.
sub answer {
  my ($until, $question) = @_;
  while (1) {
    vec(my $ready = "", fileno $question->{socket}, 1) = 1;
    my ($count, $rest) = select $ready, undef, undef, $left > $until ? $left - $until : 0;
    $left = $until + $rest if $left > $until;
    return if $count < 1;
    my $state = hear($question);
    return $state if defined $state;
  }
}

# Reads on, and judges the answer when it is whole.
sub hear {
  my ($question) = @_;
  my $answer = $question->{answer};
  sysread $question->{socket}, $answer, $question->{want} - length $answer, length $answer
    or return "malformed answer: AESM hung up after " . length($answer) . " bytes";
  $question->{answer} = $answer;
  if (length $answer == 4) {
    my $size = unpack "V", $answer;
    return "malformed answer: length $size" if $size < 1 || $size > 4096;
    $question->{want} = 4 + $size;
  }
  return if length $answer < $question->{want} || length $answer == 4;
  my $field = eval { fields(fields(substr $answer, 4)->{$question->{key}}) };
  my $error = $field ? $field->{8} : undef;
  return "malformed answer: " . unpack "H*", substr $answer, 0, 64 if !defined $error;
  return "AESM answered error $error (" . ($name{$error} || "UNKNOWN") . ")" . ($error == 30 ? ": it runs but cannot quote. "
    . "Its quote-ex plugin is missing, or it was started without --supported_attestation_types=ECDSA and QE3 is not loaded" : "") if $error;
  return "AESM runs without an attestation key" if $question->{key} == 170 && !$field->{16};
  return "AESM is healthy";
}

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

/** The probe as a Perl program; its arguments are those of `aesmProbeCommand`. */
export const aesmProbeScript = `${askScript}
my ($question, $file, $limit) = @more;

# Seconds since the machine started: a clock that nobody sets.
sub uptime { open my $clock, "<", "/proc/uptime" or return 0; return <$clock> =~ /^([0-9]+)/ ? $1 : 0 }

# Seconds that AESM has been without an answer to "ready", as the file has it.
sub waited {
  open my $noted, "<", defined $file ? $file : return 0 or return 0;
  my $since = <$noted>;
  return defined $since && $since =~ /^[0-9]+$/ ? uptime() - $since : 0;
}

sub finish {
  my ($state) = @_;
  if ($question eq "alive") {
    my $waited = $state eq "AESM is alive" ? waited() : 0;
    done("AESM has been stuck in a quote for $waited s", 1) if $limit && $waited > $limit;
    done($waited ? "$state, and busy with a quote for $waited s" : $state, $state eq "AESM is alive" ? 0 : 1);
  }
  if (defined $file && $state eq "AESM is healthy") { unlink $file }
  elsif (defined $file && $state =~ /^AESM is busy/ && !-e $file && open my $note, ">", $file) { print $note uptime() }
  done($state, $state eq "AESM is healthy" ? 0 : 1);
}

$SIG{ALRM} = sub { finish($late) };
alarm $timeout;
($left, $late) = ($timeout, "AESM is frozen, or starting again: it answers nothing within $timeout s");
finish($question eq "alive" ? alive() : ask());
`;

const waitScript = `${askScript}
my ($deadline, $interval) = @more;
my $state = "no answer yet";
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
