package Message;

# What AESM would read in a message. AESM takes whatever its parser could read before an error
# (core/ipc/ProtobufSerializer.cpp:60), so this has to see at least as much as that parser: what is cut off counts as
# far as it goes, and what is unknown is passed over. A message that AESM's parser might read in another way is refused.
use strict;
use warnings;

use constant {
    FIELDS => 64,            # fields of a message, at both levels together; a request has fewer than 10
    TAG    => 0xffff_ffff,   # AESM's parser keeps 32 bits of a tag, whatever is sent
    QUOTE  => 17,            # getQuoteEx, whose field 4 is the size of the buffer for the quote
    SIZE   => 4,
    ERROR  => 1,             # of every answer
};
# Requests that AESM knows, by field number.
my %KNOWN = map { $_ => 1 } 15, 16, 17, 19, 21, 22;

# understand($bytes) gives the kinds of requests in a message (a hash with their field numbers as keys) and the largest
# buffer for a quote in it, or nothing when the message is refused.
sub understand {
    my ($bytes) = @_;
    my (%kinds, $left);
    my $buffer = 0;
    $left = FIELDS;
    my $fine = fields(\$bytes, 0, length $bytes, \$left, sub {
        my ($field, undef, $from, $to) = @_;
        return 1 unless defined $from && $KNOWN{$field};
        $kinds{$field} = 1;
        return fields(\$bytes, $from, $to, \$left, sub {
            my ($inner, $value) = @_;
            $buffer = $value if $field == QUOTE && $inner == SIZE && defined $value && $value > $buffer;
            return 1;
        });
    });
    return $fine ? (\%kinds, $buffer) : ();
}

# outcome($bytes) gives the number of AESM's error in an answer to getQuoteEx, 0 for a quote, or undef when the answer is
# another one.
sub outcome {
    my ($bytes) = @_;
    my $left = FIELDS;
    my $error;
    fields(\$bytes, 0, length $bytes, \$left, sub {
        my ($field, undef, $from, $to) = @_;
        return 1 unless defined $from && $field == QUOTE;
        return fields(\$bytes, $from, $to, \$left, sub {
            my ($inner, $value) = @_;
            $error = $value if $inner == ERROR && defined $value;
            return 1;
        });
    });
    return $error;
}

# fields($bytes, $at, $end, $left, $each) calls $each for every field between two places, with its number and its value,
# or its number, undef, and the places between which it has bytes. False says that the message is refused.
sub fields {
    my ($bytes, $at, $end, $left, $each) = @_;
    while ($at < $end) {
        return 0 if --$$left < 0;
        (my $tag, $at) = varint($bytes, $at, $end);
        return 1 unless defined $tag;
        return 0 if $tag > TAG;
        my ($field, $type) = ($tag >> 3, $tag & 7);
        return 1 if $field == 0 || $type > 5;
        if ($type == 1) { $at += 8 }
        elsif ($type == 5) { $at += 4 }
        elsif ($type == 0) {
            (my $value, $at) = varint($bytes, $at, $end);
            return 1 unless defined $value;
            $each->($field, $value) or return 0;
        }
        elsif ($type == 2) {
            (my $size, $at) = varint($bytes, $at, $end);
            my $to = defined $size && $size <= $end - $at ? $at + $size : $end;
            $each->($field, undef, $at, $to) or return 0;
            $at = $to;
        }
    }
    return 1;
}

# The number at a place, and the place behind it; undef when there is none.
sub varint {
    my ($bytes, $at, $end) = @_;
    my ($number, $shift) = (0, 0);
    while ($at < $end && $shift < 70) {
        my $byte = ord substr $$bytes, $at++, 1;
        $number |= ($byte & 127) << $shift if $shift < 64;
        return ($number, $at) if $byte < 128;
        $shift += 7;
    }
    return (undef, $end);
}

1;
