package Judge;

# What speaks for and against a quote made out-of-process. Quotes of both modes are identical, so nothing here looks at
# one: the evidence is the image, the pod, the running process, its log, and a run that must fail.
use strict;
use warnings;
use Errno ();
use Fcntl qw(O_CREAT O_EXCL O_WRONLY S_IMODE S_ISBLK S_ISCHR);
use Json;
use Watch;

# Lines of Open Enclave and of its attestation sample; a program that logs them at all needs OE_LOG_LEVEL=INFO.
our $SUCCESS = 'Host:  succeeded';
our $UNAVAILABLE = 'SGX AESM service unavailable';
our $GOT_QUOTE = 'quote_ex got quote for algorithm_id=2';
our @REQUIRED = (
    'DCAP not installed or set for out-of-process, try quote-ex',
    '_load_quote_ex_library_once() result=OE_OK',
    $GOT_QUOTE,
    'Host: Now both enclaves have attested each other.',
);
our @IN_PROCESS = (
    'DCAP installed and set for in-process',
    'Loading libsgx_dcap_ql.so',
    'Loaded libsgx_dcap_ql.so',
    '_sgx_qe_get_target_info failed with quote3_error_t',
);
our @FORBIDDEN = (@IN_PROCESS, 'Host: environment variable SGX_AESM_ADDR is not set', 'Host:  failed');

sub texts { return (@REQUIRED, @FORBIDDEN, $UNAVAILABLE) }

sub check {
    my ($name, $ok, $detail) = @_;
    $detail = substr($detail, 0, 397) . '...' if length $detail > 400;
    return { name => $name, ok => $ok ? 1 : 0, detail => $detail };
}

# ok when there is no problem
sub verdict_of { my ($name, $fine, @problems) = @_; return check($name, !@problems, @problems ? join('; ', @problems) : $fine) }

# --- structure -----------------------------------------------------------------------------------------------------

sub environment {
    return check('environment', exists $ENV{SGX_AESM_ADDR},
        exists $ENV{SGX_AESM_ADDR} ? 'SGX_AESM_ADDR is set' : 'SGX_AESM_ADDR is not set: Open Enclave quotes in-process');
}

# Files whose presence makes in-process quoting possible. What this user cannot read, the program cannot load.
sub in_process_files {
    my ($root) = @_;
    my @found;
    walk($root, { map { ("$root/$_" => 1) } qw(proc sys dev) }, sub {
        my ($path, $file) = @_;
        push @found, $path if $file =~ $Watch::IN_PROCESS;
    });
    return sort @found;
}

sub image {
    my ($root) = @_;
    my @found = in_process_files($root);
    return verdict_of('image', 'no libsgx_dcap_ql, QE, PCE or AESM in the image', map { "$_ is in the image" } @found[0 .. least($#found, 4)]);
}

# Numbers of the provisioning device, so that it is found under any name.
sub provision_numbers {
    my ($root) = @_;
    my $number = Watch::slurp("$root/sys/class/misc/sgx_provision/dev");
    return defined $number && $number =~ /^(\d+:\d+)/ ? { $1 => 1 } : {};
}

sub provision_devices {
    my ($root, $numbers) = @_;
    my @found;
    walk("$root/dev", {}, sub {
        my ($path, $file, @stat) = @_;
        my $device = S_ISCHR($stat[2]) || S_ISBLK($stat[2]);
        push @found, $path if $path =~ $Watch::PROVISION || ($device && $numbers->{ Watch::number($stat[6]) });
    });
    return sort @found;
}

sub provision {
    my ($root, $numbers) = @_;
    return verdict_of('provisioning-device', 'no provisioning device in the container',
        map { "$_ is present: enclaves of this pod may provision" } provision_devices($root, $numbers));
}

# Why this user cannot open the device of enclaves. Its mode is the node's, so the group to join is known on the node only.
sub closed_device {
    my ($root) = @_;
    my @stat = stat "$root/dev/sgx_enclave" or return undef; ## no critic: undef says "no reason"
    return undef if -r _ && -w _; ## no critic
    return sprintf '/dev/sgx_enclave is closed to user %d: it has mode %04o, user %d and group %d; set supplementalGroups: [%d] where that group may open it',
        $>, S_IMODE($stat[2]), $stat[4], $stat[5], $stat[5];
}

sub walk {
    my ($top, $skip, $visit) = @_;
    my @directories = ($top);
    while (defined(my $directory = pop @directories)) {
        opendir my $handle, $directory eq '' ? '/' : $directory or next;
        for my $file (grep { $_ ne '.' && $_ ne '..' } readdir $handle) {
            my $path = "$directory/$file";
            my @stat = lstat $path or next;
            $visit->($path, $file, @stat);
            push @directories, $path if -d _ && !$skip->{$path};
        }
        closedir $handle;
    }
    return;
}

sub entries {
    my ($directory) = @_;
    opendir my $handle, $directory or return undef; ## no critic: undef says "cannot be read"
    return scalar grep { $_ ne '.' && $_ ne '..' } readdir $handle;
}

sub socket_directory {
    my ($directory) = @_;
    my @problems;
    if (!-d $directory) { push @problems, "$directory is not a directory" }
    else {
        push @problems, "$directory/aesm.socket is not a socket" unless -S "$directory/aesm.socket";
        # Trying is the only answer that holds for every user, mode and mount. Who can write here can replace the
        # socket.
        my $probe = "$directory/.write-test-$$";
        if (sysopen my $file, $probe, O_CREAT | O_EXCL | O_WRONLY, 0600) {
            close $file;
            unlink $probe;
            push @problems, "$directory is writable: mount it read-only";
        }
        elsif ($!{EEXIST}) { push @problems, "$probe exists already" }
    }
    return verdict_of('socket-directory', "$directory has AESM's socket and cannot be written", @problems);
}

# --- the run -------------------------------------------------------------------------------------------------------

sub ended {
    my ($run) = @_;
    return "did not start: $run->{error}" if defined $run->{error};
    return "was stopped by SIG$run->{stopped}" if defined $run->{stopped};
    return "was still running after its deadline" if $run->{timed_out};
    return "was ended by signal $run->{signal}" if defined $run->{signal};
    return "ended with exit code $run->{exit}";
}

sub exit_code {
    my ($run) = @_;
    my $ok = defined $run->{exit} && $run->{exit} == 0 && !defined $run->{error} && !$run->{timed_out} && !defined $run->{stopped};
    return check('exit-code', $ok, 'the program ' . ended($run));
}

# Open Enclave's library logs when the program has said its last: records of its log are not the program's lines.
sub last_line {
    my ($log) = @_;
    my $line = $log->last_line;
    return check('last-line', $line eq $SUCCESS, "the program's last line on stdout: " . ($line eq '' ? '(none)' : substr $line, 0, 160));
}

sub seen { my ($text, @logs) = @_; return (grep { defined } map { $_->found->{$text} } @logs)[0] }

# Without line-buffering the enclaves' output may cut a line in two, and a line that was cut is a missing one.
sub required_lines {
    my ($line_buffered, @logs) = @_;
    my @missing = map { qq(missing "$_" (needs OE_LOG_LEVEL=INFO on stdout)) } grep { !defined seen($_, @logs) } @REQUIRED;
    my $note = $line_buffered ? '' : ' (output was not line-buffered: there is no stdbuf)';
    push @missing, "output was not line-buffered, so a line may have been cut in two: there is no stdbuf" if @missing && !$line_buffered;
    return verdict_of('required-lines', "every line of an out-of-process run was logged$note", @missing);
}

sub forbidden_found { my (@logs) = @_; return grep { defined seen($_, @logs) } @FORBIDDEN }

sub forbidden_lines {
    my (@logs) = @_;
    return verdict_of('forbidden-lines', 'no line of an in-process or failed run was logged', map { qq(logged "$_") } forbidden_found(@logs));
}

# What the two witnesses say of the libraries: the loader's trace and the looks, either of which may be without result.
sub libraries {
    my ($watch, $trace) = @_;
    my $traced = defined $trace->{problem} ? "no loader's trace ($trace->{problem})" : "loader's trace: loaded " . listed($trace->{client});
    my @problems;
    push @problems, "libsgx_quote_ex.so was never seen in the process ($traced; $watch->{samples} looks)"
        unless %{ $watch->{client} } || %{ $trace->{client} };
    push @problems, map { "$_ was loaded (loader's trace)" } sort keys %{ $trace->{in_process} };
    push @problems, map { "$_ was mapped (in $watch->{in_process}{$_} of $watch->{samples} looks)" } sort keys %{ $watch->{in_process} };
    push @problems, 'maps of a process could not be read' if %{ $watch->{unreadable} };
    return verdict_of('mapped-libraries', "$traced; $watch->{samples} looks: mapped " . listed($watch->{client}) . '; nothing in-process', @problems);
}

sub listed { my ($paths) = @_; return (sort keys %$paths)[0] || 'nothing' }

# The same as evidence, each with its witness.
sub library_evidence {
    my ($kind, $watch, $trace) = @_;
    return ((map { "loaded $_ (loader's trace)" } sort keys %{ $trace->{$kind} }),
        (map { "mapped $_ (in $watch->{$kind}{$_} of $watch->{samples} looks)" } sort keys %{ $watch->{$kind} }));
}

sub watched {
    my ($watch) = @_;
    my $looks = "$watch->{samples} looks";
    my @without = map { "$_ ran without SGX_AESM_ADDR" } sort keys %{ $watch->{without_variable} };
    # Known without a look: the program starts with the variables of this one.
    unshift @without, 'the program was started without SGX_AESM_ADDR' unless exists $ENV{SGX_AESM_ADDR};
    return (
        verdict_of('open-devices', "$looks: the provisioning device was not seen open", map { "$_ was open" } sort keys %{ $watch->{open_provision} }),
        verdict_of('process-environment', "the program was started with SGX_AESM_ADDR; $looks: no process was seen without it", @without),
    );
}

# --- the negative control --------------------------------------------------------------------------------------------

# Problems of a control's outcome, from what it recorded, never from what it concluded.
sub outcome_problems {
    my ($control) = @_;
    my %fact = %$control;
    my @problems;
    push @problems, $fact{closedDevice} if defined $fact{closedDevice} && !ref $fact{closedDevice};
    push @problems, "the socket directory was not empty" unless defined $fact{socketDirectoryEntries} && $fact{socketDirectoryEntries} eq '0';
    push @problems, 'the program did not start' if defined $fact{error};
    push @problems, 'the program did not end by itself' if $fact{timedOut} || defined $fact{stopped} || defined $fact{signal};
    push @problems, 'no exit code is recorded' unless defined $fact{exit} && $fact{exit} =~ /^\d+$/;
    push @problems, 'the program succeeded without AESM: its quote was made in-process' if succeeded(\%fact);
    push @problems, qq(it failed without saying "$UNAVAILABLE") unless defined $fact{reason} && index($fact{reason}, $UNAVAILABLE) >= 0;
    push @problems, 'SGX_AESM_ADDR was not set' unless $fact{variable};
    for my $evidence (qw(gotQuote forbidden inProcess openProvision provisionDevices)) {
        my $list = $fact{$evidence};
        push @problems, "$evidence: " . (ref $list eq 'ARRAY' ? join ', ', map { defined && !ref ? $_ : '?' } @$list : 'not recorded')
            unless ref $list eq 'ARRAY' && !@$list;
    }
    return @problems;
}

sub succeeded {
    my ($control) = @_;
    return $control->{succeeded} || (defined $control->{exit} && $control->{exit} eq '0') ? 1 : 0;
}

# Problems that make a recorded control one of another pod, program or time. %now: runId, bootId, program, file, time,
# maxAge
sub identity_problems {
    my ($control, %now) = @_;
    my @problems;
    push @problems, 'it is not a control result' unless ($control->{kind} || '') eq 'attestation-control' && ($control->{format} || '') eq '1';
    for my $name (qw(runId bootId programFile)) {
        push @problems, "its $name differs" unless defined $control->{$name} && !ref $control->{$name} && $control->{$name} eq $now{$name};
    }
    my $program = ref $control->{program} eq 'ARRAY' ? Json::encode($control->{program}) : '';
    push @problems, 'it ran another program' unless $program eq Json::encode($now{program});
    my $at = $control->{finishedAt};
    if (!defined $at || ref $at || $at !~ /^\d{1,12}$/) { push @problems, 'it has no time' }
    elsif ($at > $now{time} + 5) { push @problems, 'it is from the future' }
    elsif ($now{time} - $at > $now{maxAge}) { push @problems, "it is older than $now{maxAge} seconds" }
    return @problems;
}

# Read before the program runs, so that the program cannot write what it is judged by.
sub read_control {
    my ($path) = @_;
    return (undef, "$path is missing: did the control run?") unless lstat $path;
    return (undef, "$path is not a regular file of a sensible size") unless -f _ && -s _ <= 65_536;
    my $content = Watch::slurp($path);
    return (undef, "$path cannot be read: $!") unless defined $content;
    my $control = eval { Json::decode($content) };
    return (undef, "$path is not JSON: " . one_line($@)) if $@;
    return (undef, "$path is not a JSON object") unless ref $control eq 'HASH';
    return ($control, undef);
}

sub one_line { my ($text) = @_; $text =~ s/\s+/ /g; return $text }
sub least { return $_[0] < $_[1] ? $_[0] : $_[1] }

1;
