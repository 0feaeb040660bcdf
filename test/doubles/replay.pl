#!/usr/bin/perl
# Replays one recorded conversation with AESM: replay.pl SOCKET, what to do on standard input, a line each ("send HEX",
# "zeros COUNT", "pause SECONDS", "shut" for no more to send). Prints the answer as hex, a space, and how the connection
# ended: "eof", or "err:" and the reason. In Perl, since Node does not tell a connection that was reset from one that
# was closed once data has come.
use strict;
use warnings;
use Socket;

$SIG{PIPE} = 'IGNORE';
socket my $aesm, PF_UNIX, SOCK_STREAM, 0 or die "socket: $!\n";
connect $aesm, pack_sockaddr_un($ARGV[0]) or die "connect: $!\n";
while (<STDIN>) {
    chomp;
    my ($what, $value) = split / /;
    if ($what eq 'send') { write_all(pack 'H*', $value) }
    elsif ($what eq 'zeros') { write_all("\0" x $value) }
    elsif ($what eq 'pause') { select undef, undef, undef, $value }
    else { shutdown $aesm, 1 }
}
my ($answer, $end) = ('', 'eof');
while (1) {
    my $got = sysread $aesm, $answer, 65_536, length $answer;
    $end = "err:$!" unless defined $got;
    last unless $got;
}
print unpack('H*', $answer), " $end\n";

# The other side may hang up in the middle; what comes back shows it.
sub write_all {
    my ($bytes) = @_;
    while ($bytes ne '') {
        my $wrote = syswrite $aesm, $bytes;
        return unless $wrote;
        substr $bytes, 0, $wrote, '';
    }
    return;
}
