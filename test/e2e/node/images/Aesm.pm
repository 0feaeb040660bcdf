package Aesm;

# AESM's protocol as far as its client library speaks it: one request a connection, answered by an error number and what
# was asked for.
use strict;
use warnings;
use Socket;

our $SOCKET = '/var/run/aesmd/aesm.socket';

# ask($field, $body) gives the answer, without its length; dies where AESM does not answer, or answers with an error.
sub ask {
    my ($field, $body) = @_;
    socket my $aesm, PF_UNIX, SOCK_STREAM, 0 or die "socket: $!\n";
    connect $aesm, pack_sockaddr_un($SOCKET) or die "Failed to connect to socket $SOCKET: $!\n";
    my $message = varint($field << 3 | 2) . varint(length $body) . $body;
    syswrite $aesm, pack('V', length $message) . $message;
    my $answer = '';
    while (sysread $aesm, $answer, 65_536, length $answer) {
        last if length $answer >= 4 && length $answer >= 4 + unpack 'V', $answer;
    }
    # Length, key of the field (two bytes above 15), size, and then "errorCode", field 1.
    my ($error) = substr($answer, 4) =~ /\A[\x80-\xff]*[\x00-\x7f][\x80-\xff]*[\x00-\x7f]\x08(.)/s or die "no answer to request $field\n";
    die 'AESM answered error ', ord $error, " to request $field\n" if ord $error;
    return substr $answer, 4;
}

# Asks for a quote as Open Enclave does, in its order (host/sgx/sgxquote.c): number of keys, keys, twice to initialize,
# size, quote.
sub get_quote {
    ask(21, number(9, 15_000));
    my $key = bytes(1, substr ask(22, number(1, 256)), -256);
    ask(15, $key . number(3, 0));
    ask(15, $key . number(3, 1) . number(4, 32));
    ask(16, $key);
    my $answer = ask(17, bytes(1, "\0" x 432) . bytes(2, substr $key, -256) . number(4, 4600));
    die "the quote is too short\n" if length $answer < 4600;
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
