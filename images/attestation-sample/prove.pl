#!/usr/bin/perl
# Judges Open Enclave's attestation sample: were its quotes made out-of-process, by AESM, and nowhere else?
#
#   prove.pl control [options] [-- program arguments...]   with an empty socket directory: the program must fail
#   prove.pl prove   [options] [-- program arguments...]   with AESM's socket directory: judges, and prints the verdict
#
# Exit code of prove: 0 every check passed, 1 not proven, 2 wrong use. Of control: 0 its result is written (prove judges
# it), 1 it could not be written, 2 wrong use. Options and what a pod must provide: images/README.md.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use Getopt::Long qw(:config require_order no_auto_abbrev no_ignore_case);
use lib dirname(abs_path(__FILE__));
use Json;
use Judge;
use Log;
use Program;
use Trace;
use Verdict;
use Watch;

my $home = '/opt/attestation';
my @sample = ("$home/host/attestation_host", 'sgxremote', "$home/enclave_a/enclave_a.signed", "$home/enclave_b/enclave_b.signed");

my $command = shift @ARGV;
my %option = (
    'control-file' => '/tmp/attestation/control.json',
    'control-max-age' => 3600,
    'deadline' => 300,
    'root' => '',
    'run-id' => undef,
    'socket-dir' => '/var/run/aesmd',
    'termination-message' => '/dev/termination-log',
    'versions' => "$home/versions.json",
);
my $understood = GetOptions(\%option,
    'control-file=s', 'control-max-age=i', 'deadline=i', 'root=s', 'run-id=s', 'socket-dir=s', 'termination-message=s', 'versions=s');
if (!$understood || !defined $command || $command !~ /^(?:control|prove)$/ || $option{deadline} < 1 || $option{'control-max-age'} < 1) {
    print STDERR "usage: prove.pl control|prove [--deadline SECONDS] [--run-id TEXT] [--socket-dir DIR] [--control-file FILE]\n",
        "    [--control-max-age SECONDS] [--termination-message FILE] [--versions FILE] [--root DIR] [-- PROGRAM ARGUMENTS...]\n";
    exit 2;
}
$option{root} =~ s{/+\z}{};
my @program = @ARGV ? @ARGV : @sample;
exit($command eq 'control' ? control() : prove());

# What ties a control to the run it belongs to: the same pod (or what the caller says), machine start, and program.
sub identity {
    my @stat = stat $program[0];
    my $boot = Watch::slurp('/proc/sys/kernel/random/boot_id');
    my $host = Watch::slurp('/proc/sys/kernel/hostname');
    s/\s+\z// for grep { defined } $boot, $host;
    return (
        runId => defined $option{'run-id'} ? $option{'run-id'} : defined $host ? $host : '',
        bootId => defined $boot ? $boot : '',
        program => \@program,
        programFile => @stat ? "$stat[7] bytes of $stat[9]" : 'missing',
    );
}

sub run_program {
    my ($numbers) = @_;
    my @logs = (Log->new(Judge::texts()), Log->new(Judge::texts()));
    my $watch = Watch->new(provision => $numbers);
    my $shared = dirname($option{'control-file'});
    mkdir $shared, 0700;
    my $trace = Trace->new(abs_path($shared) || $shared);
    my $run = eval {
        Program::run(argv => \@program, environment => { $trace->variables }, deadline => $option{deadline},
            stdout => $logs[0], stderr => $logs[1], watch => $watch);
    };
    $run = { exit => undef, signal => undef, error => Judge::one_line($@), timed_out => 0, stopped => undef } unless $run;
    # stdbuf starts first in the program's process, and has the same loader.
    $trace->finish($run->{pid} || 0, $run->{line_buffered} ? 1 : 0);
    return ($run, $watch, $trace, @logs);
}

sub control {
    my $numbers = Judge::provision_numbers($option{root});
    my @devices = Judge::provision_devices($option{root}, $numbers);
    my $entries = Judge::entries($option{'socket-dir'});
    # An earlier result must not pass for this one, whatever happens below.
    unlink $option{'control-file'};
    my ($run, $watch, $trace, @logs) = run_program($numbers);
    my %facts = (
        kind => 'attestation-control',
        format => 1,
        identity(),
        socketDirectory => $option{'socket-dir'},
        socketDirectoryEntries => $entries,
        variable => exists $ENV{SGX_AESM_ADDR} ? 1 : 0,
        (map { $_ => $run->{$_} } qw(exit signal error stopped)),
        timedOut => $run->{timed_out},
        reason => Judge::seen($Judge::UNAVAILABLE, @logs),
        succeeded => $logs[0]->last_line eq $Judge::SUCCESS ? 1 : 0,
        gotQuote => [ grep { defined } Judge::seen($Judge::GOT_QUOTE, @logs) ],
        # A failed run is what the control is for: its own last line is no evidence against it.
        forbidden => [ grep { $_ ne 'Host:  failed' } Judge::forbidden_found(@logs) ],
        inProcess => [ sort keys %{ { %{ $watch->{in_process} }, %{ $trace->{in_process} } } } ],
        openProvision => [ sort keys %{ $watch->{open_provision} } ],
        provisionDevices => \@devices,
        closedDevice => Judge::closed_device($option{root}),
        finishedAt => time,
    );
    my @problems = Judge::outcome_problems(\%facts);
    my %typed = (
        (map { $_ => Json::boolean($facts{$_}) } qw(variable timedOut succeeded)),
        (map { $_ => defined $facts{$_} ? Json::number($facts{$_}) : undef } qw(format socketDirectoryEntries exit signal finishedAt)),
    );
    my $result = Json::encode({ %facts, %typed, asExpected => Json::boolean(!@problems), problems => \@problems });
    Program::print_all("\n") unless $Program::ends_with_newline;
    Program::print_all(qq(control: the program ) . Judge::ended($run) . (@problems ? ', not as expected' : ', as expected') . "\n$result\n");
    Verdict::write_message($option{'termination-message'}, substr $result, 0, Verdict::MESSAGE);
    return write_control($result) ? 0 : 1;
}

sub write_control {
    my ($result) = @_;
    my $path = $option{'control-file'};
    mkdir dirname($path), 0700;
    # Whatever the program left at this name goes away first; O_EXCL would follow no link either.
    if (unlink($path) || !lstat $path) {
        if (sysopen my $file, $path, Fcntl::O_CREAT() | Fcntl::O_EXCL() | Fcntl::O_WRONLY(), 0600) {
            print {$file} $result;
            return 1 if close $file;
        }
    }
    print STDERR "control: cannot write $path: $!\n";
    return 0;
}

sub prove {
    # Everything the program could change is looked at before it runs.
    my ($control, $unreadable) = Judge::read_control($option{'control-file'});
    my $numbers = Judge::provision_numbers($option{root});
    my @checks = (
        Judge::environment(),
        Judge::image($option{root}),
        Judge::socket_directory($option{'socket-dir'}),
        Judge::provision($option{root}, $numbers),
    );
    my @wrong = defined $unreadable
        ? $unreadable
        : (Judge::identity_problems($control, identity(), time => time, maxAge => $option{'control-max-age'}), Judge::outcome_problems($control));
    push @checks, Judge::verdict_of('negative-control', qq(without AESM the program failed with "$Judge::UNAVAILABLE"), @wrong);

    my ($run, $watch, $trace, @logs) = run_program($numbers);
    push @checks, Judge::exit_code($run), Judge::last_line($logs[0]), Judge::required_lines($run->{line_buffered}, @logs),
        Judge::forbidden_lines(@logs), Judge::libraries($watch, $trace), Judge::watched($watch);

    my $control_succeeded = !defined $unreadable && Judge::succeeded($control);
    my ($mode, @evidence) = mode($watch, $trace, $control_succeeded, @logs);
    my %verdict = (
        verdict => (grep { !$_->{ok} } @checks) || $mode ne 'out-of-process' ? 'failed' : 'out-of-process',
        mode => $mode,
        checks => \@checks,
        evidence => \@evidence,
        versions => versions(),
    );
    Verdict::write_message($option{'termination-message'}, Verdict::render(\%verdict, Verdict::MESSAGE));
    Program::print_all("\n") unless $Program::ends_with_newline;
    Program::print_all(Verdict::render(\%verdict, Verdict::LINE) . "\n");
    return $verdict{verdict} eq 'out-of-process' ? 0 : 1;
}

# Where the quotes were made, as far as anything shows it, and what shows it.
sub mode {
    my ($watch, $trace, $control_succeeded, @logs) = @_;
    my @inside = ((map { Judge::seen($_, @logs) } @Judge::IN_PROCESS), Judge::library_evidence('in_process', $watch, $trace),
        (map { "open $_" } sort keys %{ $watch->{open_provision} }), $control_succeeded ? 'the control succeeded without AESM' : ());
    @inside = grep { defined } @inside;
    my $quote = Judge::seen($Judge::GOT_QUOTE, @logs);
    my @outside = grep { defined } map { Judge::seen($_, @logs) } @Judge::REQUIRED;
    my @client = Judge::library_evidence('client', $watch, $trace);
    my $outside = defined $quote && @client;
    my $mode = @inside ? ($outside ? 'mixed' : 'in-process') : $outside ? 'out-of-process' : 'unknown';
    return ($mode, (map { "against: $_" } @inside), (map { "for: $_" } @outside, @client));
}

# What the image was built from, and where the proof looked when that was not the container itself.
sub versions {
    my $versions = eval { Json::decode(Watch::slurp($option{versions})) };
    $versions = {} unless ref $versions eq 'HASH';
    my %flat = map { substr($_, 0, 40) => substr($versions->{$_}, 0, 100) }
        grep { defined $versions->{$_} && !ref $versions->{$_} } (sort keys %$versions)[0 .. Judge::least(scalar(keys %$versions), 12) - 1];
    $flat{root} = $option{root} if $option{root} ne '';
    return \%flat;
}
