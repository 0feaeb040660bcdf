#!/usr/bin/perl
# A stand-in for Open Enclave's attestation sample in test images. It has no enclave and makes no quote. What it shares
# with the real one: it maps the client library, asks AESM over its socket in the real order, once for each of two
# enclaves, prints what was recorded from the real code, and fails as that does when AESM does not answer or answers an
# error. It waits for nothing: without enclaves the real code takes a few milliseconds as well.
use strict;
use warnings;
use lib '/opt/stand-in';
use Aesm;
require DynaLoader;

$| = 1;
DynaLoader::dl_load_file('/usr/lib/libsgx_quote_ex.so.1', 0) or die DynaLoader::dl_error() . "\n";
if (!eval { Aesm::get_quote() for 1, 2; 1 }) {
    print STDERR "stand-in: $@";
    show('unavailable-stderr', \*STDERR);
    show('unavailable', \*STDOUT);
    exit 1;
}
show('honest', \*STDOUT);

sub show {
    my ($name, $to) = @_;
    open my $file, '<', "/opt/stand-in/$name.txt" or die "$name: $!\n";
    print {$to} $_ while <$file>;
    return;
}
