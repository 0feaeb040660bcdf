#!/usr/bin/perl
# A double of Intel's AESM (PSW 2.29) for tests: it speaks AESM's protocol on AESM's socket, and there is no enclave
# behind it. It agrees byte for byte with the recordings in test/fixtures/aesm-real, and freezes, dies and refuses as
# the real one was seen to do. In Perl, because a container image has nothing else. What is marked "read" was read in
# the source of tag sgx_2.29, not recorded.
#
# Only the double has these:
#   AESM_DOUBLE_SOCKET, AESM_DOUBLE_DEVICES (separated by colons), AESM_DOUBLE_LOADING_SECONDS
#   AESM_DOUBLE_MEMORY   bytes after which the kernel would end AESM; default 256Mi, the limit of the quote helper's pod
#   SIGUSR1  no quoting enclaves (state of error 30)    SIGUSR2  healthy, and a quote that hung is done
#   SIGHUP   quotes hang from now on, as with a collateral service whose packets are dropped
#   SIGURG   whatever waits its turn takes 3 to 4 s from now on, as on a host that has too much to do, until SIGUSR2
use strict;
use warnings;
use Errno qw(EINTR);
use Socket;

use constant {
    BEGIN_QUOTE => 15, SIZE => 16, QUOTE => 17, SELECT => 19, NUMBER => 21, IDS => 22,
    BACKLOG      => 32,      # core/UnixServerSocket.cpp:82
    CONNECTIONS  => 250,     # 4 descriptors each; select() takes 1,024
    QUOTE_SIZE   => 4600,
    SIZE_FIELD   => 4,       # buf_size of the requests that have one, 32 bits
    UNEXPECTED   => 1, PARAMETER => 3, UNAVAILABLE => 30, UNSUPPORTED_KEY => 38,
};
# The identity of the ECDSA attestation key, as recorded: 256 bytes of an sgx_att_key_id_ext_t.
my $KEY = pack 'H76 x16 C x99 C x101', '0000000020008c4f5775d796503e96137f77c68a829a0056ac8ded70140b081b094490c57bff', 1, 2;

my $path = $ENV{AESM_DOUBLE_SOCKET} || '/var/run/aesmd/aesm.socket';
my @devices = split /:/, defined $ENV{AESM_DOUBLE_DEVICES} ? $ENV{AESM_DOUBLE_DEVICES} : '/dev/sgx_enclave:/dev/sgx_provision';
my $memory = $ENV{AESM_DOUBLE_MEMORY} || 256 << 20;
my ($healthy, $hanging, $stopping, $slow, $server) = (1, 0, 0, 0);

$| = 1;
$SIG{USR1} = sub { $healthy = 0 };
$SIG{USR2} = sub { ($healthy, $hanging, $slow) = (1, 0, 0) };
$SIG{HUP} = sub { $hanging = 1 };
$SIG{URG} = sub { $slow = 4 };
$SIG{PIPE} = 'IGNORE';
# During start-up the signal is swallowed (core/main.cpp:59); later it waits for the quote that is being made.
$SIG{TERM} = sub { $stopping = 1 if $server };

my @held = map {
    open my $device, '+<', $_ or do {
        # The number is that of a missing enclave file; the one of a missing device was not recorded.
        print STDERR "aesm_service double: $_: $!\nFailed to load QE3: 0x200f\nFail to start service.\naesm_service: error: Fail to start service.\n";
        exit 1;
    };
    $device;
} @devices;
print "aesm_service double: loading\n";
my $loaded = time + ($ENV{AESM_DOUBLE_LOADING_SECONDS} || 0);
select undef, undef, undef, 0.2 while time < $loaded;
# With Azure's quote provider library at every start; harmless.
print STDERR "Failed to set logging callback for the quote provider library.\n";

socket $server, PF_UNIX, SOCK_STREAM, 0 or die "socket: $!\n";
unlink $path;
# The real one says no more and ends as if all were well.
bind $server, pack_sockaddr_un($path) or do { print STDERR "Failed to create socket\n"; exit 0 };
chmod 0777, $path;
listen $server, BACKLOG or die "listen: $!\n";
print "aesm_service double: The server sock is $path\n";

my (@idle, @quoting);    # connections that have said nothing yet; requests on the quoting thread, the first one in progress
while (!($stopping && !in_progress())) {
    quote();
    my $wanted = '';
    vec($wanted, fileno $_, 1) = 1 for $stopping ? () : ($server, @idle);
    # A signal that comes just before would not wake it.
    my $count = select my $ready = $wanted, undef, undef, in_progress() || $stopping ? 0.05 : 1;
    if ($count < 0) { next if $! == EINTR; die "select: $!\n" }
    if ($count && vec $ready, fileno $server, 1) {
        accept my $connection, $server or next;
        push @idle, $connection;
        aborts() if @idle + @quoting > CONNECTIONS;
        # Nothing of it can have been ready.
        vec($ready, fileno $connection, 1) = 0;
    }
    my @speaking = grep { $count && vec $ready, fileno $_, 1 } @idle;
    for my $connection (@speaking) {
        @idle = grep { $_ != $connection } @idle;
        take($connection, request($connection));
    }
}
unlink $path;
print "aesm_service double: stopped\n";

# The quoting thread has begun with a quote and does not come to its end, or with something that takes its time.
sub in_progress {
    my ($first) = @quoting or return 0;
    return 1 if $hanging && $first->{kind} == QUOTE;
    return 0 if !$slow;
    $first->{due} = time + $slow if !$first->{due};
    return time < $first->{due};
}

sub quote {
    while (@quoting && !in_progress()) {
        my $one = shift @quoting;
        respond($one->{connection}, $one->{kind}, answer($one->{kind}, $one->{field}));
    }
    return;
}

# One message, read on the thread that accepts, for as long as it takes: a client that sends half of one freezes
# AESM for all.
sub request {
    my ($connection) = @_;
    my $length = whole($connection, 4);
    return undef unless defined $length;
    return whole($connection, unpack 'V', $length);
}

sub whole {
    my ($connection, $size) = @_;
    # The real one allocates what is announced, before anything of it has come.
    dies_of_memory() if $size > $memory;
    my $bytes = '';
    while (length $bytes < $size) {
        my $got = sysread $connection, $bytes, $size - length $bytes, length $bytes;
        next if !defined $got && $! == EINTR;
        return undef unless $got;
    }
    return $bytes;
}

# Key identities are answered by another thread, so also while a quote hangs; all else waits its turn.
sub take {
    my ($connection, $body) = @_;
    my ($kind, $field) = defined $body ? understand($body) : ();
    if (!defined $kind) { print STDERR "Malformed request received (May be forged for attack)\n"; return }
    if ($kind == IDS) { respond($connection, $kind, answer($kind, $field)); return }
    push @quoting, { connection => $connection, kind => $kind, field => $field };
    quote();
    return;
}

sub respond {
    my ($connection, $kind, $answer) = @_;
    my $message = encode($kind << 3 | 2) . encode(length $answer) . $answer;
    syswrite $connection, pack('V', length $message) . $message;
    print "aesm_service double: made a quote\n" if $kind == QUOTE && $healthy && $answer =~ /\A\x08\x00/;
    return;
}

sub answer {
    my ($kind, $field) = @_;
    my $key = defined $field->{1} ? $field->{1} : '';
    if ($kind == NUMBER) { return $healthy ? error(0) . number(2, 1) : error(UNAVAILABLE) . number(2, 0) }
    if ($kind == IDS) {
        return error(UNEXPECTED) unless defined $field->{1};
        return $healthy && $field->{1} == length $KEY ? error(0) . bytes(2, $KEY) : error(PARAMETER);
    }
    if ($kind == SELECT) { return $healthy ? error(0) . bytes(2, $KEY) : error(UNSUPPORTED_KEY) }
    if ($kind == SIZE) {
        my $error = $key eq '' ? PARAMETER : $healthy ? 0 : UNSUPPORTED_KEY;
        return error($error) . number(2, $error ? 0 : QUOTE_SIZE);
    }
    if ($kind == BEGIN_QUOTE) {
        my $size = $field->{4} || 0;
        my $error = !defined $field->{3} ? UNEXPECTED : $key eq '' ? PARAMETER : $healthy ? 0 : UNSUPPORTED_KEY;
        return error($error) . number(3, $size) if $error;
        return $field->{3} ? error(0) . bytes(2, "\x11" x 512) . number(3, $size) . bytes(4, "\xab" x $size)
            : error(0) . bytes(2, "\0" x 512) . number(3, 32);
    }
    return error(UNEXPECTED) unless defined $field->{1} && defined $field->{4};
    # Read, core/AESMLogicWrapper.cpp, get_quote_ex: the quote's buffer is allocated before anything is checked.
    dies_of_memory() if $field->{4} > $memory;
    my $error = !defined $field->{2} || $field->{2} eq '' ? PARAMETER : $healthy ? 0 : UNSUPPORTED_KEY;
    return error($error) if $error;
    # Read, core/ipc/AEGetQuoteExResponse.cpp: a client that sends room for the quoting enclave's report gets it back.
    return error(0) . bytes(2, "\x5a" x $field->{4}) . (defined $field->{3} ? bytes(3, $field->{3}) : '');
}

# Kind of a request and its fields. Whatever of it can be read counts (core/ipc/ProtobufSerializer.cpp:60 ignores the
# result of the parser), and of several kinds the one with the lowest field number.
sub understand {
    my ($body) = @_;
    my @message = parse([unpack 'C*', $body], 0);
    my ($kind) = sort { $a <=> $b } grep { $_ == 15 || $_ == 16 || $_ == 17 || $_ == 19 || $_ == 21 || $_ == 22 } map { $_->[0] } @message;
    return () unless defined $kind;
    # A message that comes more than once is merged, as protobuf has it.
    my %field = map { @$_ } map { parse($_->[1], 1) } grep { $_->[0] == $kind } @message;
    return ($kind, \%field);
}

# Fields of a protobuf message, number and value, up to the first error. As in protobuf's C++ parser a tag has 5 bytes
# at most, of which 32 bits count (seen with the real AESM). Outside, only messages count, as lists of bytes, and one
# that is cut off counts as far as it goes; inside, numbers and texts, and one that is cut off does not count.
sub parse {
    my ($left, $inner) = @_;
    my @bytes = @$left;
    my (@field, @groups);
    while (@bytes) {
        my $tag = take_number(\@bytes, 5);
        last unless defined $tag;
        $tag %= 2**32;
        my ($number, $type) = (int($tag / 8), $tag % 8);
        last if !$number;
        if ($type == 0) {
            my $value = take_number(\@bytes, 10);
            last unless defined $value;
            push @field, [$number, $number == SIZE_FIELD ? $value % 2**32 : $value] if $inner && !@groups;
        }
        elsif ($type == 1) { splice @bytes, 0, 8 }
        elsif ($type == 5) { splice @bytes, 0, 4 }
        elsif ($type == 2) {
            my $size = take_number(\@bytes, 5);
            my $whole = defined $size && $size <= @bytes;
            last if $inner && !$whole;
            my @content = splice @bytes, 0, $whole ? $size : scalar @bytes;
            push @field, [$number, $inner ? pack 'C*', @content : \@content] if !@groups;
        }
        # AESM has no groups: what is in one is passed over.
        elsif ($type == 3) { push @groups, $number }
        elsif ($type == 4 && @groups && $groups[-1] == $number) { pop @groups }
        else { last }
    }
    return @field;
}

sub take_number {
    my ($bytes, $most) = @_;
    my ($number, $factor) = (0, 1);
    for (1 .. $most) {
        my $byte = shift @$bytes;
        return undef unless defined $byte;
        $number += ($byte % 128) * $factor;
        return $number if $byte < 128;
        $factor *= 128;
    }
    return undef;
}

sub error { return number(1, $_[0]) }
sub number { my ($field, $value) = @_; return encode($field << 3) . encode($value) }
sub bytes { my ($field, $value) = @_; return encode($field << 3 | 2) . encode(length $value) . $value }

sub encode {
    my ($number) = @_;
    my $bytes = '';
    while ($number > 127) { $bytes .= chr(128 | $number & 127); $number >>= 7 }
    return $bytes . chr $number;
}

# As the kernel ends it at its container's limit: exit code 137, and the socket stays.
sub dies_of_memory { kill 'KILL', $$; sleep 60 }

sub aborts {
    print STDERR "*** bit out of range 0 - FD_SETSIZE on fd_set ***: terminated\n";
    kill 'ABRT', $$;
    sleep 60;
}
