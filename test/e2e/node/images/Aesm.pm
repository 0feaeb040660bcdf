package Aesm;

# AESM's protocol as far as its client library speaks it: one request a connection, answered by an error number.
use strict;
use warnings;
use Socket;

our $SOCKET = '/var/run/aesmd/aesm.socket';

# ask($field, $body) gives the error number of the answer (0 is none); dies where nobody answers.
sub ask {
    my ($field, $body) = @_;
    socket my $aesm, PF_UNIX, SOCK_STREAM, 0 or die "socket: $!\n";
    connect $aesm, pack_sockaddr_un($SOCKET) or die "Failed to connect to socket $SOCKET: $!\n";
    my $message = varint($field << 3 | 2) . varint(length $body) . $body;
    syswrite $aesm, pack('V', length $message) . $message;
    my $answer = '';
    while (sysread $aesm, $answer, 4096, length $answer) {
        last if length $answer >= 4 && length $answer >= 4 + unpack 'V', $answer;
    }
    # Length, key of the field and size (a number each, of one byte or more), and then "errorCode", field 1.
    return ord $1 if length $answer >= 4 && substr($answer, 4) =~ /\A(?:[\x80-\xff]*[\x00-\x7f]){2}\x08(.)/s;
    die "no answer to request $field\n";
}

# What Open Enclave asks for a quote, in its order (host/sgx/sgxquote.c): number of keys, keys, twice to initialize, size, quote.
sub get_quote {
    my $key = bytes(1, "\0" x 256);
    for my $request (
        [21, number(9, 15_000)],
        [22, number(1, 256)],
        [15, $key . number(3, 0)],
        [15, $key . number(3, 1) . number(4, 32)],
        [16, $key],
        [17, bytes(1, "\0" x 432) . bytes(2, "\0" x 256) . number(4, 4600)],
    ) {
        my $error = ask(@$request);
        die "AESM answered error $error to request $request->[0]\n" if $error;
    }
    return;
}

sub number { my ($field, $value) = @_; return varint($field << 3) . varint($value) }
sub bytes { my ($field, $value) = @_; return varint($field << 3 | 2) . varint(length $value) . $value }

sub varint {
    my ($number) = @_;
    my $bytes = '';
    while ($number > 127) { $bytes .= chr(128 | $number & 127); $number >>= 7 }
    return $bytes . chr $number;
}

1;
