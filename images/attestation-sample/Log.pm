package Log;

# Looks for fixed texts in one stream of a program's output, in bounded memory, whatever the size of a line or a chunk.
# stdout and stderr are two of these: text of one must not hide a line of the other by landing in its middle.
use strict;
use warnings;

use constant {
    EXCERPT   => 160,     # bytes of a line kept as evidence
    LAST_LINE => 4096,    # bytes kept of a line: one that is longer is none of those that matter
};

# new(Log => @texts)
sub new {
    my ($class, @texts) = @_;
    my $longest = 0;
    for (@texts) { $longest = length if length > $longest }
    return bless {
        texts => \@texts, keep => $longest - 1, tail => '', found => {}, count => {},
        line => '', last => '', bytes => 0,
    }, $class;
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

# Keeps the last line that has something in it; a last line without a newline counts.
sub lines {
    my ($self, $chunk) = @_;
    my $end = rindex $chunk, "\n";
    if ($end >= 0) {
        # Greedy from the start, so that megabytes of empty lines cost one pass: up to the last visible character.
        if (substr($chunk, 0, $end) =~ /\A.*\S/s) {
            my $visible = substr $chunk, 0, $+[0];
            my $break = rindex $visible, "\n";
            $self->{last} = $break >= 0 ? substr($visible, $break + 1) : $self->{line} . $visible;
        }
        elsif ($self->{line} =~ /\S/) {
            $self->{last} = $self->{line};
        }
        $self->{line} = '';
    }
    $self->{line} .= substr $chunk, $end + 1;
    for (qw(line last)) {
        # Cut in the middle: a shortened line must not look like one of the expected lines.
        $self->{$_} = substr($self->{$_}, 0, LAST_LINE) . '...' if length $self->{$_} > LAST_LINE + 3;
    }
    return;
}

sub last_line {
    my ($self) = @_;
    my $line = $self->{line} =~ /\S/ ? $self->{line} : $self->{last};
    $line =~ s/\s+\z//;
    return $line;
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
