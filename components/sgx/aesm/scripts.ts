import { AESM_ALIVE_REQUEST, AESM_PROBE_REQUEST, aesmErrors } from "./aesm";

/*
 * Programs for the Perl of perl-base, without a module beyond Socket and Errno, and without a clock, which somebody may
 * set. Kubernetes expands "$" before "(" in commands: none here.
 */

const hex = (bytes: readonly number[]): string => bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
const errors = Object.entries(aesmErrors).map(([number, name]) => `  ${number} => "${name}",`);

/**
 * The probe; its arguments are those of `aesmProbeCommand`. 4-argument select counts what is left of the time, and a
 * socket that does not block cannot hang in connect.
 */
export const aesmProbeScript = `use strict;
use Errno;
use Socket qw(:DEFAULT SOCK_NONBLOCK);
my %name = (
${errors.join("\n")}
);
my ($path, $timeout, $question, $file, $progress, $limit, $metrics) = @ARGV;
my ($left, $late, $keys, $began);

# Asks for the number of attestation keys, for which AESM has to be done with quotes; when that takes long, for their
# identities as well, which AESM answers meanwhile.
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
  $late = "AESM is busy with a quote, or stuck in one: it has not answered for at least $timeout s";
  return "AESM is alive";
}

# A question that is asked: its socket, what has come of its answer, and the key of its field; or why it cannot be
# asked.
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
  $keys = $field->{16} || 0 if $field && $question->{key} == 170;
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

# The first line of a file.
sub line { open my $from, "<", $_[0] or return ""; my $line = <$from>; return defined $line ? $line : "" }

# Seconds since the machine started: a clock that no change of the time moves.
sub clock { return line("/proc/uptime") =~ /^([0-9.]+)/ ? $1 : 0 }
sub uptime { return line("/proc/uptime") =~ /^([0-9]+)/ ? $1 : 0 }

# Since when AESM has not answered "ready", and when it was last asked that, both as uptime.
sub noted { return defined $file && line($file) =~ /^([0-9]+) ([0-9]+)$/ ? ($1, $2) : () }

# When AESM last finished something, as far as anybody has noted it.
sub finished { return defined $progress && line($progress) =~ /^([0-9]+)$/ ? $1 : 0 }

# Another question would only wait behind the one that AESM has not answered.
sub too_early {
  my ($since, $asked) = noted();
  return defined $asked && uptime() - $asked < 60 && finished() < $asked;
}

# Under another name first: a probe may be ended at any time.
sub note {
  my ($since) = noted();
  my $now = uptime();
  open my $to, ">", "$file.new" or return;
  print $to defined $since ? $since : $now - $timeout, " $now";
  close $to and rename "$file.new", $file;
}

# Seconds since AESM last finished something, when it is behind.
sub waited {
  my ($since) = noted();
  return 0 if !defined $since;
  my $last = finished();
  my $waited = uptime() - ($last > $since ? $last : $since);
  return $waited > 0 ? $waited : 0;
}

# What Prometheus reads of an answer. A code below zero says why there is none: -1 not in time, -2 nobody there, -3 not
# understood.
sub measure {
  my ($state, $seconds) = @_;
  my %old = map { /^(sgx_aesm_[a-z_]+) ([0-9.]+)$/ ? ($1, $2) : () } lines($metrics);
  my $healthy = $state eq "AESM is healthy" ? 1 : 0;
  my $code = $state =~ /^AESM answered error ([0-9]+)/ ? $1 : $state =~ /^AESM (is healthy|runs)/ ? 0
    : $state =~ /^malformed/ ? -3 : $state =~ /^AESM/ ? -1 : -2;
  my $last = "sgx_aesm_last_healthy_timestamp_seconds";
  my @gauges = (
    ["sgx_aesm_up", "Whether AESM answered anything when it was last asked.", $code >= 0 || $state =~ /^AESM is busy/ ? 1 : 0],
    ["sgx_aesm_healthy", "Whether AESM could quote when it was last asked.", $healthy],
    ["sgx_aesm_error_code", "What AESM last answered: 0, or the number of its error; -1 nothing in time, -2 nobody there, -3 not understood.", $code],
    ["sgx_aesm_attestation_keys", "Attestation keys that AESM last said to have.", defined $keys ? $keys : $old{sgx_aesm_attestation_keys} || 0],
    ["sgx_aesm_answer_seconds", "Seconds that the last answer took, or that there has been none.", $seconds],
    ["sgx_aesm_last_asked_timestamp_seconds", "When AESM was last asked.", time],
    [$last, "When AESM last said that it can quote; 0: not since this pod started.", $healthy ? time : $old{$last} || 0],
  );
  open my $to, ">", "$metrics.new" or return;
  print $to "# HELP $_->[0] $_->[1]\\n# TYPE $_->[0] gauge\\n$_->[0] $_->[2]\\n" for @gauges;
  close $to and rename "$metrics.new", $metrics;
}

sub lines { open my $from, "<", $_[0] or return; return <$from> }

sub finish {
  my ($state, $asked) = @_;
  if ($question eq "alive") {
    my $waited = $state eq "AESM is alive" ? waited() : 0;
    done("AESM has been stuck in a quote for $waited s", 1) if $limit && $waited > $limit;
    done($waited ? "$state, and busy with a quote for $waited s" : $state, $state eq "AESM is alive" ? 0 : 1);
  }
  my $seconds = sprintf "%.2f", clock() - $began;
  if (defined $file && $state eq "AESM is healthy") { unlink $file }
  elsif (defined $file && $state =~ /^AESM is busy/) {
    note() if $asked;
    my ($since) = noted();
    my $waited = defined $since ? uptime() - $since : 0;
    $seconds = $waited if $waited > $seconds;
    # In doublings: of more than ten different messages a pod the kubelet keeps only the last.
    my $least = $timeout;
    $least *= 2 while 2 * $least <= $waited;
    $state =~ s/[0-9]+ s$/$least s/;
  }
  measure($state, $seconds) if defined $metrics;
  done($state, $state eq "AESM is healthy" ? 0 : 1);
}

($left, $late) = ($timeout, "AESM is frozen, or starting again: it answers nothing within $timeout s");
$began = clock();
my $asks = $question eq "ready" && !too_early();
$SIG{ALRM} = sub { finish($late, $asks) };
alarm $timeout;
my $state = $asks ? ask() : alive();
finish($state eq "AESM is alive" && $question eq "ready" ? $late : $state, $asks);
`;

/**
 * The wait as a Perl program; its arguments are those of `aesmWaitCommand`. It asks the first question only, and is
 * short: it is in the specification of each pod that waits, which the whole control plane reads with every change.
 */
export const aesmWaitScript = `use strict;
use Errno;
use Socket;
my ($path, $timeout, $deadline, $interval) = @ARGV;
my ($state, $shown) = ("no answer yet", "");

sub ask {
  socket my $aesm, PF_UNIX, SOCK_STREAM, 0 or return "no socket: $!";
  setsockopt $aesm, SOL_SOCKET, $_, pack "l!2", $timeout, 0 for SO_SNDTIMEO, SO_RCVTIMEO;
  connect $aesm, pack_sockaddr_un($path)
    or return $!{ENOENT} ? "no socket at $path: AESM is not running here"
      : $!{ECONNREFUSED} ? "connection refused at $path: stale socket, AESM is gone"
      : $!{EAGAIN} ? "AESM is not accepting: its queue is full" : "cannot connect to $path: $!";
  syswrite $aesm, pack "H*", "${hex(AESM_PROBE_REQUEST)}";
  my ($size, $answer) = ("", "");
  defined recv $aesm, $size, 4, MSG_WAITALL or return $!{EAGAIN}
    ? "AESM does not answer within $timeout s: it is busy with a quote, frozen, or starting" : "malformed answer: AESM hung up";
  recv $aesm, $answer, unpack("v", "$size\\0\\0"), MSG_WAITALL;
  my ($error, $keys) = $answer =~ /^\\xaa\\x01.\\x08([\\0-\\x7f])((?:\\x10.+)?)\\z/s
    or return "malformed answer: " . (unpack("H32", $size . $answer) || "AESM hung up");
  return "AESM answered error 30 (SERVICE_UNAVAILABLE): it runs but cannot quote" if ord $error == 30;
  return "AESM answered error " . ord $error if ord $error;
  return $keys =~ /^\\x10[^\\0]/ ? "AESM is healthy" : "AESM runs without an attestation key";
}

sub done { print "$_[0]\\n"; exit $_[1] }

$| = 1;
$SIG{PIPE} = "IGNORE";
$SIG{TERM} = sub { exit 143 };
$SIG{ALRM} = sub { done("gave up after $deadline s: $state", 1) };
alarm $deadline;
while (($state = ask()) ne "AESM is healthy") {
  print "$state\\n" if $state ne $shown;
  $shown = $state;
  sleep $interval;
}
done($state, 0);
`;
