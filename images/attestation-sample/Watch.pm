package Watch;

# Looks at the running program from outside, through /proc, every now and then: which libraries it maps, which devices
# it holds open, and whether it still has the variable that switches out-of-process quoting on. A program's log can lie
# about all three. What happens between two looks is not seen; for libraries there is the loader's trace as well
# (Trace.pm).
use strict;
use warnings;

# QE, PCE, the ID enclave, their logic and loader, and AESM: what an out-of-process application never has.
# Not matched: libsgx_quote_ex (the client) and libsgx_qve, libsgx_dcap_quoteverify (verification).
our $IN_PROCESS = qr/^libsgx_(?:dcap_ql|qe[0-9._]|tdqe|pce|id_enclave)|aesm_service/;
our $CLIENT = qr/^libsgx_quote_ex\.so(?:\.[0-9.]+)?$/;
our $PROVISION = qr{/dev/(?:sgx_provision|sgx/provision)$};

# new(Watch => provision => { "major:minor" => 1 }); libraries are counted by the looks that found them
sub new {
    my ($class, %options) = @_;
    return bless {
        provision_numbers => $options{provision} || {},
        client => {}, in_process => {}, open_provision => {}, without_variable => {}, unreadable => {}, samples => 0,
    }, $class;
}

# One look at the process and everything it started.
sub sample {
    my ($self, $root) = @_;
    for my $pid (family($root)) {
        # The environment first: a process that still has maps afterwards was alive when it was read.
        my $environment = slurp("/proc/$pid/environ");
        my $maps = slurp("/proc/$pid/maps");
        if (!defined $maps || !defined $environment) {
            $self->{unreadable}{$pid} = 1 if $!{EACCES} || $!{EPERM};
            next;
        }
        next if $maps eq '';
        $self->{samples}++;
        $environment = settled_environment($pid) if $environment eq '';
        $self->{without_variable}{ name($pid) } = 1 if defined $environment && "\0$environment" !~ /\0SGX_AESM_ADDR=/;
        $self->maps($maps);
        $self->descriptors($pid);
    }
    return;
}

# The environment of a process that seemed to have none; undef says that nothing is known of this one. In the middle of
# an exec, which may take long on a busy machine, the kernel shows maps but no environment yet. It writes down where the
# code and the stack begin when the environment is in place, and every exec draws another place for the stack.
sub settled_environment {
    my ($pid) = @_;
    my $before = places($pid);
    my $environment = slurp("/proc/$pid/environ");
    return $environment if !defined $environment || $environment ne '';
    return $before ne '' && $before eq places($pid) ? '' : undef; ## no critic: undef says "not known"
}

# Where code and stack of a process begin, '' when there are none yet.
sub places {
    my ($pid) = @_;
    my $stat = slurp("/proc/$pid/stat");
    my @field = defined $stat && $stat =~ /^.*\) (.*)/s ? split / /, $1 : ();
    # Fields 26 and 28 of proc(5); the list begins with the third.
    return @field > 25 && $field[23] ne '0' && $field[25] ne '0' ? "$field[23] $field[25]" : '';
}

sub maps {
    my ($self, $maps) = @_;
    my %paths = map { $_ => 1 } $maps =~ m{^\S+ \S+ \S+ \S+ \S+ +(/.*)$}mg;
    for my $path (keys %paths) {
        my ($file) = $path =~ m{([^/]*?)(?: \(deleted\))?$};
        $self->{in_process}{$path}++ if $file =~ $IN_PROCESS;
        $self->{client}{$path}++ if $file =~ $CLIENT;
        $self->{open_provision}{$path} = 1 if $path =~ $PROVISION;
    }
    return;
}

sub descriptors {
    my ($self, $pid) = @_;
    opendir my $directory, "/proc/$pid/fd" or return;
    for my $descriptor (grep { /^\d+$/ } readdir $directory) {
        my $target = readlink "/proc/$pid/fd/$descriptor";
        next unless defined $target && $target =~ m{^/};
        my $device = $target =~ $PROVISION ? 1 : 0;
        # The device under another name has the same number.
        if (!$device && %{ $self->{provision_numbers} }) {
            my @stat = stat "/proc/$pid/fd/$descriptor";
            $device = @stat && $self->{provision_numbers}{ number($stat[6]) };
        }
        $self->{open_provision}{$target} = 1 if $device;
    }
    closedir $directory;
    return;
}

# The process, its descendants, and what is left of its session when a parent in between is gone.
sub family {
    my ($root) = @_;
    my (%parent, %session);
    opendir my $proc, '/proc' or return ($root);
    for my $pid (grep { /^\d+$/ } readdir $proc) {
        my $stat = slurp("/proc/$pid/stat");
        # The name in brackets may hold anything, also spaces and brackets: read on after the last bracket.
        next unless defined $stat && $stat =~ /^.*\) \S (\d+) \d+ (\d+) /s;
        ($parent{$pid}, $session{$pid}) = ($1, $2);
    }
    closedir $proc;
    my @family;
    for my $pid (keys %parent) {
        my ($up, $steps) = ($pid, 0);
        $up = $parent{$up} while defined $up && $up != $root && $up > 1 && $steps++ < 256;
        # As process 1 of a container, whatever was orphaned came to us.
        my $orphan = $$ == 1 && $pid != 1 && defined $up && $up == 1 && $session{$pid} != $session{$$};
        push @family, $pid if $session{$pid} == $root || (defined $up && $up == $root) || $orphan;
    }
    return @family;
}

sub number { my ($device) = @_; return (($device >> 8) & 0xfff) . ':' . (($device & 0xff) | (($device >> 12) & 0xfff00)) }

sub name {
    my ($pid) = @_;
    my $name = slurp("/proc/$pid/comm");
    return "process $pid" unless defined $name;
    chomp $name;
    return "$name ($pid)";
}

sub slurp {
    my ($path) = @_;
    open my $file, '<', $path or return undef; ## no critic: undef says "not readable"
    local $/ = undef;
    my $content = <$file>;
    # The kernel may refuse at the first read instead of at open.
    return undef if !defined $content && ($!{EACCES} || $!{EPERM}); ## no critic
    return defined $content ? $content : '';
}

1;
