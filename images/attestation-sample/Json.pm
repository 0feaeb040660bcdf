package Json;

# JSON for the judge: perl-base, all that an Ubuntu base image has, brings no JSON module.
use strict;
use warnings;

use constant MAX_DEPTH => 32;

# An object whose members keep their order.
sub object { my @members = @_; return bless \@members, 'Json::Object' }
sub number { my ($value) = @_; return bless \$value, 'Json::Number' }
sub boolean { return $_[0] ? \1 : \0 }

# Output is ASCII: a program may print any byte, the termination message must be text.
sub text {
    my ($value) = @_;
    my %short = ("\n" => '\n', "\r" => '\r', "\t" => '\t', '"' => '\"', '\\' => '\\\\');
    $value =~ s/([^\x20-\x21\x23-\x5b\x5d-\x7e])/$short{$1} || sprintf '\u%04x', ord($1) & 0xffff/ge;
    return qq("$value");
}

sub encode {
    my ($value) = @_;
    return 'null' unless defined $value;
    my $kind = ref $value;
    return text($value) if $kind eq '';
    return 0 + $$value if $kind eq 'Json::Number';
    return $$value ? 'true' : 'false' if $kind eq 'SCALAR';
    return '[' . join(',', map { encode($_) } @$value) . ']' if $kind eq 'ARRAY';
    my @members = $kind eq 'Json::Object' ? @$value : map { $_ => $value->{$_} } sort keys %$value;
    my @parts;
    while (my ($key, $member) = splice @members, 0, 2) {
        push @parts, text($key) . ':' . encode($member);
    }
    return '{' . join(',', @parts) . '}';
}

# Objects become hashes, numbers and strings plain scalars, booleans 1 and 0, null undef. Dies on anything that is not
# JSON.
sub decode {
    my ($source) = @_;
    die "nothing to read\n" unless defined $source;
    pos($source) = 0;
    my $value = value(\$source, 0);
    $source =~ /\G\s*\z/gc or die "text after the JSON value\n";
    return $value;
}

sub value {
    my ($source, $depth) = @_;
    die "nested too deeply\n" if $depth > MAX_DEPTH;
    $$source =~ /\G\s+/gc;
    return list($source, $depth) if $$source =~ /\G\[/gc;
    return members($source, $depth) if $$source =~ /\G\{/gc;
    return string($source) if $$source =~ /\G(?=")/gc;
    return 1 if $$source =~ /\Gtrue\b/gc;
    return 0 if $$source =~ /\Gfalse\b/gc;
    return undef if $$source =~ /\Gnull\b/gc; ## no critic: undef is a value here, also in list context
    return $1 if $$source =~ /\G(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)/gc;
    die "no JSON value\n";
}

sub list {
    my ($source, $depth) = @_;
    my @items;
    return \@items if $$source =~ /\G\s*\]/gc;
    while (1) {
        push @items, scalar value($source, $depth + 1);
        return \@items if $$source =~ /\G\s*\]/gc;
        $$source =~ /\G\s*,/gc or die "no comma in a list\n";
    }
}

sub members {
    my ($source, $depth) = @_;
    my %members;
    return \%members if $$source =~ /\G\s*\}/gc;
    while (1) {
        $$source =~ /\G\s+/gc;
        my $key = string($source);
        $$source =~ /\G\s*:/gc or die "no colon after a name\n";
        die "a name twice\n" if exists $members{$key};
        $members{$key} = value($source, $depth + 1);
        return \%members if $$source =~ /\G\s*\}/gc;
        $$source =~ /\G\s*,/gc or die "no comma in an object\n";
    }
}

sub string {
    my ($source) = @_;
    $$source =~ /\G"((?:[^"\\\x00-\x1f]|\\(?:["\\\/bfnrt]|u[0-9a-fA-F]{4}))*+)"/gc or die "no string\n";
    my $text = $1;
    my %long = (b => "\b", f => "\f", n => "\n", r => "\r", t => "\t");
    $text =~ s{\\(?:u(....)|(.))}{defined $1 ? chr hex $1 : exists $long{$2} ? $long{$2} : $2}ge;
    return $text;
}

1;
