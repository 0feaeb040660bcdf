package Program;

# Runs the judged program: output passed on as it comes, never held; watched while it runs; ended at a deadline with
# everything it started.
use strict;
use warnings;
use Errno qw(EACCES EINTR EAGAIN ENOENT);
use Fcntl qw(F_SETFD FD_CLOEXEC);
use POSIX qw(WNOHANG WIFSIGNALED WTERMSIG WEXITSTATUS);
use Watch;

use constant {
    CHUNK        => 65_536,
    PERIOD       => 0.02,    # seconds between two looks at the process
    AFTER_EXIT   => 2,       # seconds a process left behind may hold the output open
    LEFT         => 1 << 20, # bytes that both pipes hold at most, and more
};

# run(argv => [...], environment => {...}, deadline => seconds, stdout => Log, stderr => Log, watch => Watch) gives a
# hash: pid, exit, signal, error (it did not start), timed_out, stopped (signal sent to us), line_buffered (whether its
# output is)
sub run {
    my (%job) = @_;
    local $SIG{PIPE} = 'IGNORE';
    my %result = (exit => undef, signal => undef, error => undef, timed_out => 0, stopped => undef);
    local $SIG{TERM} = sub { $result{stopped} = 'TERM' };
    local $SIG{INT} = sub { $result{stopped} = 'INT' };
    my $start = now();
    my $stdbuf = stdbuf();
    my ($pid, $out, $err, $started) = start($job{argv}, $job{environment} || {}, $stdbuf);
    @result{qw(pid line_buffered)} = ($pid, defined $stdbuf ? 1 : 0);
    my %open = (fileno($out) => [$out, $job{stdout}], fileno($err) => [$err, $job{stderr}]);
    my ($status, $exited, $looked) = (undef, undef, 0);
    my $pause = PERIOD;
    while (%open || !defined $status) {
        if (now() - $looked >= $pause) {
            my $before = now();
            $job{watch}->sample($pid) unless defined $status;
            $looked = now();
            # On a machine with thousands of processes a look takes longer: never spend most of the time looking.
            $pause = 4 * ($looked - $before) > PERIOD ? 4 * ($looked - $before) : PERIOD;
        }
        forward(\%open, $pause);
        if (!defined $status) {
            $status = reap($pid);
            $exited = now() if defined $status;
        }
        if (!defined $status && !$result{timed_out} && (defined $result{stopped} || now() - $start > $job{deadline})) {
            $result{timed_out} = 1 unless defined $result{stopped};
            end($pid);
        }
        last if defined $exited && %open && now() - $exited > AFTER_EXIT;
    }
    # Nothing of the program may be left to write into the verdict.
    end($pid);
    reap(-1);
    # What it wrote is still to be read where the judge got no processor for so long.
    for (my $left = LEFT; %open && $left > 0;) {
        my $read = forward(\%open, 0) or last;
        $left -= $read;
    }
    $result{error} = do { local $/ = undef; <$started> };
    $result{error} = undef unless defined $result{error} && $result{error} ne '';
    if (WIFSIGNALED($status)) { $result{signal} = WTERMSIG($status) }
    else { $result{exit} = WEXITSTATUS($status) }
    return \%result;
}

# The program that makes another one write line by line. Open Enclave's host code and the sample print through stdio,
# which writes into a pipe 4,096 bytes at a time, and an enclave's output does not go through it: it lands in the middle
# of a line of the host (seen with v0.19.15; syscall/consolefs.c:357,557 there).
sub stdbuf { return found('stdbuf') }

sub found {
    my ($name) = @_;
    return (grep { -x && !-d } map { "$_/$name" } split /:/, defined $ENV{PATH} ? $ENV{PATH} : '/usr/bin:/bin')[0];
}

# Why the program cannot be executed; undef when nothing speaks against it. With stdbuf in front no other message says so.
sub unusable {
    my ($program) = @_;
    my $file = $program =~ m{/} ? $program : found($program);
    local $! = ENOENT;
    return "$!" unless defined $file && POSIX::access($file, POSIX::X_OK());
    $! = EACCES;
    return -d $file ? "$!" : undef; ## no critic: undef says "nothing"
}

sub start {
    my ($argv, $environment, $stdbuf) = @_;
    pipe my $out, my $to_out or die "pipe: $!\n";
    pipe my $err, my $to_err or die "pipe: $!\n";
    # Closed by a successful exec; what comes through it is the reason why there was none.
    pipe my $started, my $to_started or die "pipe: $!\n";
    my $pid = fork;
    die "fork: $!\n" unless defined $pid;
    if ($pid == 0) {
        POSIX::setsid();
        $SIG{$_} = 'DEFAULT' for qw(PIPE TERM INT);
        POSIX::dup2(POSIX::open('/dev/null', POSIX::O_RDONLY()), 0);
        POSIX::dup2(fileno $to_out, 1);
        POSIX::dup2(fileno $to_err, 2);
        fcntl $to_started, F_SETFD, FD_CLOEXEC;
        close $_ for $out, $err, $started, $to_out, $to_err;
        my $problem = unusable($argv->[0]);
        if (!defined $problem) {
            @ENV{ keys %$environment } = values %$environment;
            my @command = defined $stdbuf ? ($stdbuf, '-oL', '--', @$argv) : @$argv;
            { no warnings 'exec'; exec { $command[0] } @command }
            $problem = "$!";
        }
        syswrite $to_started, $problem;
        POSIX::_exit(127);
    }
    close $_ for $to_out, $to_err, $to_started;
    return ($pid, $out, $err, $started);
}

# Passes on what has arrived, waiting for it no longer than the given time. Gives how much there was, also where it
# ended.
sub forward {
    my ($open, $seconds) = @_;
    my $read = 0;
    my $wanted = '';
    vec($wanted, $_, 1) = 1 for keys %$open;
    my $ready = select my $readable = $wanted, undef, undef, $seconds;
    return $read if $ready <= 0;
    for my $descriptor (grep { vec $readable, $_, 1 } keys %$open) {
        my ($stream, $log) = @{ $open->{$descriptor} };
        my $got = sysread $stream, my $chunk, CHUNK;
        next if !defined $got && ($! == EINTR || $! == EAGAIN);
        $read += $got || 1;
        if (!$got) { delete $open->{$descriptor}; next }
        $log->add($chunk);
        print_all($chunk);
    }
    return $read;
}

our $ends_with_newline = 1;

# Output that has no reader any more must not stop the judgement.
sub print_all {
    my ($text) = @_;
    my $done = 0;
    while ($done < length $text) {
        my $wrote = syswrite STDOUT, $text, length($text) - $done, $done;
        if (!defined $wrote) { next if $! == EINTR; last }
        $done += $wrote;
    }
    $ends_with_newline = substr($text, -1) eq "\n" if length $text;
    return;
}

# Collects processes that have ended; gives the status of the one asked for. As process 1 others come to us too.
sub reap {
    my ($pid) = @_;
    my $status;
    while ((my $ended = waitpid -1, WNOHANG) > 0) {
        $status = $? if $ended == $pid;
    }
    return $status;
}

sub end {
    my ($pid) = @_;
    # Twice: a process may start another one between the look and the kill.
    for (1, 2) {
        kill 'KILL', -$pid;
        kill 'KILL', grep { $_ != $$ } Watch::family($pid);
    }
    return;
}

# Seconds on a clock that no change of the time moves; perl-base has no Time::HiRes.
sub now { return (POSIX::times())[0] / POSIX::sysconf(POSIX::_SC_CLK_TCK()) }

1;
