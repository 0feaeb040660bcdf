package Verdict;

# The judgement as one line of JSON: complete as the last line of the log, and cut to what Kubernetes keeps of a
# termination message, least important parts first.
use strict;
use warnings;
use Json;

use constant {
    MESSAGE => 4096,     # bytes the kubelet keeps
    LINE    => 15_000,   # container runtimes split lines at 16 KiB
};

# render({verdict, mode, evidence => [...], checks => [...], versions => {...}}, $limit)
sub render {
    my ($verdict, $limit) = @_;
    my @evidence = @{ $verdict->{evidence} };
    my $line = line($verdict, \@evidence, sub { $_[0]{detail} });
    while (length $line > $limit && @evidence) {
        pop @evidence;
        $line = line($verdict, \@evidence, sub { $_[0]{detail} });
    }
    # Then the details: first of what passed, then of what failed, shorter and shorter.
    for my $keep (400, 200, 100, 40, 0) {
        last if length $line <= $limit;
        $line = line($verdict, [], sub { $_[0]{ok} ? '' : substr $_[0]{detail}, 0, $keep });
    }
    $line = line({ %$verdict, versions => {} }, [], sub { '' }) if length $line > $limit;
    return $line;
}

sub line {
    my ($verdict, $evidence, $detail) = @_;
    return Json::encode(Json::object(
        verdict => $verdict->{verdict},
        mode => $verdict->{mode},
        checks => [ map { Json::object(name => $_->{name}, ok => Json::boolean($_->{ok}), detail => $detail->($_)) } @{ $verdict->{checks} } ],
        evidence => $evidence,
        versions => $verdict->{versions},
    ));
}

# In place: Kubernetes mounts the file, so it cannot be replaced.
sub write_message {
    my ($path, $text) = @_;
    open my $file, '>', $path or return warn "cannot write $path: $!\n";
    print {$file} $text;
    close $file or warn "cannot write $path: $!\n";
    return;
}

1;
