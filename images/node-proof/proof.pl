#!/usr/bin/perl
# Has the sample's judge run on this node again and again:
#
#   proof.pl run   INTERVAL METRICS_FILE SOCKET JUDGE...   waits until a proof is due, runs the judge once, and ends
#   proof.pl ready INTERVAL METRICS_FILE                   exit 0: the last proof succeeded, and is not too old
#
# A proof is due at once when there has been none since the machine started, and when AESM's socket is another one: the
# quote helper was updated, or started again. Otherwise INTERVAL seconds after the last one, up to a tenth later, so that
# not all nodes ask at the same time; after a failure earlier. Times are those of a clock that no change of the time
# moves. The program ends after each proof, so the judge's verdict is the termination message of the last run; what the
# next run has to know is in the file that Prometheus gets, and in METRICS_FILE.state. Needs perl-base only.
use strict;
use warnings;
use POSIX ();

my ($command, $every, $file, $socket, @judge) = @ARGV;
die "usage: proof.pl run|ready INTERVAL METRICS_FILE [SOCKET JUDGE...]\n"
    unless defined $file && $every =~ /^[1-9][0-9]*$/ && ($command eq 'ready' || $command eq 'run' && @judge);
my ($last, $of, $failures) = slurp("$file.state") =~ /^([0-9]+) (\S+) ([0-9]+)$/m;
exit ready() if $command eq 'ready';

my $child;
$SIG{TERM} = $SIG{INT} = sub { kill 'TERM', $child if $child; exit 143 };
pause() until is_due();
exit prove();

sub pause { select undef, undef, undef, 1; return }

# A node that asks for a proof earlier than the others asks earlier each time.
sub jitter { my ($sum, $host) = (0, (POSIX::uname())[1]); $sum = ($sum * 31 + ord) % 1000 for split //, $host; return $sum / 10_000 }

sub is_due {
    my $now = identity();
    return 0 if $now eq 'none' && !defined $last;
    return 1 if !defined $last || $now ne 'none' && $now ne $of;
    my $wait = $failures ? 30 * 2**($failures > 6 ? 6 : $failures - 1) : $every * (1 + jitter());
    return uptime() - $last >= ($wait < $every ? $wait : $every * (1 + jitter()));
}

# Which socket is there: AESM, or the proxy in front of it, makes another one whenever it starts.
sub identity { my @stat = stat $socket; return @stat ? "$stat[0]:$stat[1]:$stat[10]" : 'none' }

sub prove {
    my ($began, $asked) = (uptime(), identity());
    $child = fork;
    die "fork: $!\n" unless defined $child;
    if (!$child) { exec { $judge[0] } @judge or POSIX::_exit(127) }
    waitpid $child, 0;
    my $code = $? & 127 ? 128 + ($? & 127) : $? >> 8;
    undef $child;
    my ($mode) = slurp(message_file()) =~ /"mode":"([a-z-]{1,20})"/;
    replace($file, metrics($code == 0 ? 1 : 0, defined $mode ? $mode : 'unknown', uptime() - $began));
    # What another AESM could not do does not make the first attempt at this one wait.
    my $before = defined $of && $of eq $asked ? $failures : 0;
    replace("$file.state", join(' ', int uptime(), $asked, $code == 0 ? 0 : $before + 1) . "\n");
    return $code;
}

# Where the judge leaves its verdict.
sub message_file { for (@judge) { return $1 if /^--termination-message=(.+)/ } return '/dev/termination-log' }

sub metrics {
    my ($success, $mode, $seconds) = @_;
    my ($before) = slurp($file) =~ /^sgx_proof_last_success_timestamp_seconds ([0-9]+)$/m;
    my @gauges = (
        ['sgx_proof_success', 'Whether the last proof on this node succeeded.', '', $success],
        ['sgx_proof_mode', 'Where the last proof found that its quotes were made.', qq({mode="$mode"}), 1],
        ['sgx_proof_seconds', 'Seconds that the last proof took.', '', sprintf '%.2f', $seconds],
        ['sgx_proof_last_run_timestamp_seconds', 'When the last proof ended.', '', time],
        ['sgx_proof_last_success_timestamp_seconds', 'When a proof last succeeded; 0: not since the machine or this pod started.', '', $success ? time : $before || 0],
        ['sgx_proof_interval_seconds', 'Seconds after which the next proof is due.', '', $every],
    );
    return join '', map { "# HELP $_->[0] $_->[1]\n# TYPE $_->[0] gauge\n$_->[0]$_->[2] $_->[3]\n" } @gauges;
}

sub ready {
    my ($success) = slurp($file) =~ /^sgx_proof_success ([01])$/m;
    my ($mode) = slurp($file) =~ /^sgx_proof_mode\{mode="([a-z-]+)"\}/m;
    if (!defined $last) { print "no proof yet\n"; return 1 }
    my $age = int(uptime() - $last);
    if (!$success) { print "the last proof failed, $age s ago: mode $mode\n"; return 1 }
    if ($age > 2 * $every) { print "the last proof is $age s old\n"; return 1 }
    print "proven $age s ago: $mode\n";
    return 0;
}

# Under another name first: a reader finds the old text or the new one.
sub replace {
    my ($path, $text) = @_;
    open my $to, '>', "$path.new" or die "cannot write $path: $!\n";
    print {$to} $text;
    close $to and rename "$path.new", $path or die "cannot write $path: $!\n";
    return;
}

sub slurp { open my $from, '<', $_[0] or return ''; local $/; my $text = <$from>; return defined $text ? $text : '' }
sub uptime { return slurp('/proc/uptime') =~ /^([0-9.]+)/ ? $1 : 0 }
