#!/usr/bin/perl
# A double of Intel's AESM for test images: its protocol on its socket, as test/doubles/aesm.ts has it, and no enclave behind it. In
# Perl, because a container image has nothing else. What it shares with the real one: it needs both SGX devices, loads its
# enclaves before there is a socket, removes a socket that is in its way, opens its own to everybody, works on one request at
# a time, removes its socket on SIGTERM and leaves it on SIGKILL. What only the double has: SIGUSR1 makes it answer error 30
# (AESM without its quoting enclaves), SIGUSR2 makes it healthy again, and AESM_DOUBLE_LOADING_SECONDS makes it slow to start.
use strict;
use warnings;
use Errno qw(EINTR);
use Socket;

my $path = $ENV{AESM_DOUBLE_SOCKET} || '/var/run/aesmd/aesm.socket';
my @devices = split /:/, defined $ENV{AESM_DOUBLE_DEVICES} ? $ENV{AESM_DOUBLE_DEVICES} : '/dev/sgx_enclave:/dev/sgx_provision';
my $error = 0;

$| = 1;
$SIG{USR1} = sub { $error = 30 };
$SIG{USR2} = sub { $error = 0 };
$SIG{PIPE} = 'IGNORE';
$SIG{TERM} = sub { unlink $path; print "aesm_service double: stopped\n"; exit 0 };

my @held = map {
    open my $device, '+<', $_ or do {
        print STDERR "aesm_service double: $_: $!\nECDSA attestation is required but the bundle is not installed.\nFail to start service.\n";
        exit 1;
    };
    $device;
} @devices;
for (1 .. $ENV{AESM_DOUBLE_LOADING_SECONDS} || 0) { select undef, undef, undef, 1 }

socket my $server, PF_UNIX, SOCK_STREAM, 0 or die "socket: $!\n";
unlink $path;
bind $server, pack_sockaddr_un($path) or die "bind $path: $!\n";
chmod 0777, $path or die "chmod $path: $!\n";
listen $server, 32 or die "listen: $!\n";
print "aesm_service double: The server sock is $path\n";

my %client;
while (1) {
    my $wanted = '';
    vec($wanted, fileno $_->{socket}, 1) = 1 for { socket => $server }, values %client;
    my $count = select my $ready = $wanted, undef, undef, undef;
    if ($count < 0) { next if $! == EINTR; die "select: $!\n" }
    if (vec $ready, fileno $server, 1) {
        accept my $connection, $server or next;
        $client{ fileno $connection } = { socket => $connection, received => '' };
    }
    for my $number (grep { vec $ready, $_, 1 } keys %client) {
        my $one = $client{$number};
        my $got = sysread $one->{socket}, $one->{received}, 65_536, length $one->{received};
        # A client that connects and says nothing is none of our business.
        if (!$got) { delete $client{$number}; next }
        next if length $one->{received} < 4;
        my $size = unpack 'V', $one->{received};
        next if length $one->{received} < 4 + $size;
        my $answer = eval { answer(substr $one->{received}, 4, $size) };
        syswrite $one->{socket}, pack('V', length $answer) . $answer if defined $answer;
        delete $client{$number};
    }
}

# Answers under the same field number as the request's: its error, and to number 21 how many attestation keys there are.
sub answer {
    my ($body) = @_;
    my $key = varint($body);
    my $field = $key >> 3;
    die unless ($key & 7) == 2 && grep { $field == $_ } 15, 16, 17, 19, 21, 22;
    my $size = varint($body);
    die unless $size == length $body;
    check($body);
    print "aesm_service double: made a quote\n" if $field == 17 && !$error;
    my $plain = "\x08" . chr($error) . ($field == 21 && !$error ? "\x10\x01" : '');
    return encode($key) . encode(length $plain) . $plain;
}

# The request's own fields, read and thrown away: a request that is broken gets no answer.
sub check {
    my ($body) = @_;
    while (length $body) {
        my $type = varint($body) & 7;
        my $skip = $type == 0 ? do { varint($body); 0 } : $type == 2 ? varint($body) : die;
        die if $skip > length $body;
        substr $body, 0, $skip, '';
    }
    return;
}

sub varint {
    $_[0] =~ s/^([\x80-\xff]{0,9}[\x00-\x7f])//s or die;
    my ($number, $shift) = (0, 0);
    for (unpack 'C*', $1) { $number |= ($_ & 127) << $shift; $shift += 7 }
    return $number;
}

sub encode {
    my ($number) = @_;
    my $bytes = '';
    while ($number > 127) { $bytes .= chr(128 | $number & 127); $number >>= 7 }
    return $bytes . chr $number;
}
