package ProofClock;

# A double of the clock, of AESM's socket and of the machine's restart for images/node-proof/proof.pl: waiting costs no
# time. Loaded by "perl -MProofClock proof.pl ...":
#
#   PROOF_UPTIME   seconds since the machine started
#   PROOF_UNTIL    the uptime at which the history ends: exit 99
#   PROOF_SOCKETS  UPTIME=IDENTITY,... : which socket is there from then on, or none
#   PROOF_WALL     UPTIME=SECONDS,...  : the time of day at uptime 0, from then on
#
# Prints the uptime at the end. The judge finds the uptime in PROOF_NOW.
use strict;
use warnings;

my $uptime = $ENV{PROOF_UPTIME};

sub latest {
    my ($found) = grep { (split /=/)[0] <= $uptime } reverse split /,/, $_[0];
    return (split /=/, $found)[1];
}

BEGIN {
    no warnings 'once';
    *CORE::GLOBAL::time = sub () { return int($uptime + latest($ENV{PROOF_WALL})) };
}

CHECK {
    no warnings 'redefine';
    my $prove = \&main::prove;
    *main::uptime = sub { return $uptime };
    *main::identity = sub { return latest($ENV{PROOF_SOCKETS}) };
    *main::pause = sub { $uptime += 20; exit 99 if $uptime >= $ENV{PROOF_UNTIL}; return };
    *main::prove = sub {
        $ENV{PROOF_NOW} = $uptime;
        my $code = $prove->();
        $uptime += 10;
        return $code;
    };
}

END { print "$uptime\n" }

1;
