package Log;

# Looks for fixed texts in one stream of a program's output, and for the program's last line, in bounded memory,
# whatever the size of a line or a chunk. stdout and stderr are two of these: text of one must not hide a line of the
# other by landing in its middle.
use strict;
use warnings;

use constant {
    EXCERPT   => 160,     # bytes of a line kept as evidence
    LAST_LINE => 4096,    # bytes kept of a line: one that is longer is none of those that matter
    MESSAGE   => 2047,    # bytes of a record after its header: Open Enclave cuts off the rest, and with it the end
};

# A record of Open Enclave's log: HEADER, a message that may have line breaks, TRAILER. The library writes some when the
# program has already printed its last line. Read in Open Enclave v0.19.15: the header in host/traceh.c (lines 25, 33
# and 268), the trailer and the length in include/openenclave/internal/trace.h (lines 17 and 65), the cut in
# host/traceh.c:339.
my $HEADER = qr/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d{4}\.\d{6}Z \[\([HE]\)(?:NONE|FATAL|ERROR|WARN|INFO|VERBOSE)\] tid\(0x[0-9a-f]+\) \| /;
my $TRAILER = qr/ \[[^\[\]\n]+:[^:\[\]\n]+:\d+\]\n/;

# new(Log => @texts)
sub new {
    my ($class, @texts) = @_;
    my $longest = 0;
    for (@texts) { $longest = length if length > $longest }
    return bless { texts => \@texts, keep => $longest - 1, tail => '', found => {}, count => {}, open => '', last => '', bytes => 0 }, $class;
}

sub add {
    my ($self, $chunk) = @_;
    $self->{bytes} += length $chunk;
    my $known = length $self->{tail};
    my $window = $self->{tail} . $chunk;
    for my $text (@{ $self->{texts} }) {
        my $at = -1;
        while (($at = index $window, $text, $at + 1) >= 0) {
            # What lies in the tail altogether was counted with the chunk before.
            next if $at + length($text) <= $known;
            $self->{count}{$text}++;
            $self->{found}{$text} = excerpt($window, $at) unless exists $self->{found}{$text};
        }
    }
    $self->{tail} = $self->{keep} > 0 ? substr($window, -min($self->{keep}, length $window)) : '';
    $self->lines($chunk);
    return;
}

# Keeps the program's last line that has something in it. What is not decided yet stays in `open`: a line without its
# end, or a record without its trailer.
sub lines {
    my ($self, $chunk) = @_;
    my $text = $self->{open} . $chunk;
    my $done = 0;
    while ($text =~ /^$HEADER/mg) {
        my ($start, $end) = ($-[0], record_end($text, $+[0]));
        if (!defined $end) {
            $self->program(substr $text, $done, $start - $done);
            $self->{open} = substr $text, $start;
            return;
        }
        # A record that is none is the program's text.
        next if !$end;
        $self->program(substr $text, $done, $start - $done);
        pos($text) = $done = $end;
    }
    my $break = rindex($text, "\n") + 1;
    $self->program(substr $text, $done, $break - $done) if $break > $done;
    $self->{open} = shortened(substr $text, $break);
    return;
}

# record_end($text, $message): where the record ends whose message begins at that place; undef when that is not known
# yet. 0 says that this is not a record: its end does not come in time, or another record begins first. So a record
# without an end hides nothing.
sub record_end {
    my (undef, $message) = @_;
    my $window = substr $_[0], $message, MESSAGE;
    my $end = $window =~ /$TRAILER/ ? $+[0] : undef;
    return 0 if substr($window, 0, defined $end ? $end : MESSAGE) =~ /\n$HEADER/;
    return $message + $end if defined $end;
    return length $window < MESSAGE ? undef : 0;
}

# Takes lines of the program.
sub program {
    my ($self, $lines) = @_;
    # Greedy from the start, so that megabytes of empty lines cost one pass: up to the last visible character.
    return unless $lines =~ /\A.*\S/s;
    my $visible = substr $lines, 0, $+[0];
    $self->{last} = shortened(substr $visible, rindex($visible, "\n") + 1);
    return;
}

# Cut in the middle: a shortened line must not look like one of the expected lines.
sub shortened {
    my ($line) = @_;
    return length $line > LAST_LINE + 3 ? substr($line, 0, LAST_LINE) . '...' : $line;
}

# A last line without a newline counts, and so does a record that has not ended.
sub last_line {
    my ($self) = @_;
    my $line = $self->{open} =~ /\A.*\S/s ? $self->{open} : $self->{last};
    $line =~ s/\s+\z//;
    return substr $line, rindex($line, "\n") + 1;
}

sub found { my ($self) = @_; return $self->{found} }
sub count { my ($self, $text) = @_; return $self->{count}{$text} || 0 }
sub bytes { my ($self) = @_; return $self->{bytes} }

# The part of the line around a hit, bounded.
sub excerpt {
    my ($window, $at) = @_;
    my $start = rindex(substr($window, 0, $at), "\n") + 1;
    $start = $at - 60 if $at - $start > 60;
    my $line = substr $window, $start, EXCERPT;
    $line =~ s/[\r\n].*//s;
    return $line;
}

sub min { return $_[0] < $_[1] ? $_[0] : $_[1] }

1;
