#!/usr/bin/perl
# A stand-in for Open Enclave's attestation sample in test images. It has no enclave and makes no quote. What it shares with the
# real one: it maps the client library, asks AESM over its socket in the real order, once for each of two enclaves, prints the
# real lines, and fails as the real one does when AESM does not answer or answers an error.
use strict;
use warnings;
use lib '/opt/stand-in';
use Aesm;
require DynaLoader;

$| = 1;
DynaLoader::dl_load_file('/usr/lib/libsgx_quote_ex.so.1', 0) or die DynaLoader::dl_error() . "\n";
# As long as a run takes at least, so that who watches the process sees the library.
select undef, undef, undef, 1;
if (!eval { Aesm::get_quote() for 1, 2; 1 }) {
    print STDERR "stand-in: $@";
    show('unavailable');
    exit 1;
}
show('honest');

sub show {
    my ($name) = @_;
    open my $file, '<', "/opt/stand-in/$name.txt" or die "$name: $!\n";
    print while <$file>;
    return;
}
