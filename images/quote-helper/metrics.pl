#!/usr/bin/perl
# Serves files to Prometheus:
#
#   metrics.pl PORT [--package LABEL=PACKAGE]... [--label LABEL=VALUE]... FILE...
#
# The answer to GET /metrics is what is in the files at that moment, in the order of the arguments. The programs that
# know something write it there, under another name first; so a scrape asks nobody anything, and delays nobody. A file
# that is not there yet is left out. Before them comes sgx_build_info: its labels are the versions of Debian packages of
# this image, and those that are given.
#
# GET /healthz says that this program runs. GET /readyz says that AESM has made a quote for a pod of this node as well:
# one of the files has the time of it, or somebody has put a file "skip" beside it. Needs perl-base only.
use strict;
use warnings;
use Errno qw(EAGAIN EINTR ECONNABORTED);
use File::Basename qw(dirname);
use Getopt::Long qw(GetOptions :config no_auto_abbrev no_ignore_case);
use POSIX ();
use Socket qw(:DEFAULT SOCK_NONBLOCK IPPROTO_IPV6 IPV6_V6ONLY IN6ADDR_ANY pack_sockaddr_in6 MSG_DONTWAIT MSG_NOSIGNAL);

use constant {
    CLIENTS  => 64,       # connections at once
    PATIENCE => 5,        # seconds of a connection
    REQUEST  => 8192,     # bytes of the longest request
    FILE     => 65_536,   # bytes that are read of a file
};

my ($port, %package, %label, @files);
GetOptions('package=s' => \%package, 'label=s' => \%label, '<>' => sub { push @files, "$_[0]" });
$port = shift @files;
die "usage: metrics.pl PORT [--package LABEL=PACKAGE]... [--label LABEL=VALUE]... FILE...\n"
    unless @files && $port =~ /^[0-9]{1,5}$/ && $port < 65_536;
my $builds = builds();
$SIG{PIPE} = 'IGNORE';
$SIG{TERM} = $SIG{INT} = sub { exit 0 };

my $listener = listener();
my (%client, $full_until);
my $count = 0;

while (1) {
    my ($reading, $writing) = ('', '');
    vec($reading, fileno $listener, 1) = 1 unless $full_until && now() < $full_until;
    for (values %client) {
        if ($_->{out} eq '') { vec($reading, fileno $_->{socket}, 1) = 1 }
        else { vec($writing, fileno $_->{socket}, 1) = 1 }
    }
    my $ready = select $reading, $writing, undef, %client || $full_until ? 0.5 : undef;
    die "select: $!\n" if $ready < 0 && !$!{EINTR};
    for my $one (values %client) { drop($one) if now() - $one->{since} > PATIENCE }
    next if $ready <= 0;
    for my $one (grep { vec $writing, fileno $_->{socket}, 1 } values %client) { answer($one) }
    for my $one (grep { vec $reading, fileno $_->{socket}, 1 } values %client) { hear($one) }
    if (vec $reading, fileno $listener, 1) { for (1 .. CLIENTS) { take() or last } }
}

# For IPv6 and IPv4, or for IPv4 alone where the machine has no IPv6.
sub listener {
    for my $six (1, 0) {
        socket my $socket, $six ? PF_INET6 : PF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0 or next;
        setsockopt $socket, SOL_SOCKET, SO_REUSEADDR, 1;
        setsockopt $socket, IPPROTO_IPV6, IPV6_V6ONLY, 0 if $six;
        bind $socket, $six ? pack_sockaddr_in6($port, IN6ADDR_ANY) : pack_sockaddr_in($port, INADDR_ANY) or next;
        return $socket if listen $socket, CLIENTS;
    }
    die "cannot listen on port $port: $!\n";
}

# A new client always finds a place: the oldest gives way. One that only holds its connection open would otherwise keep
# Prometheus out.
sub take {
    my $socket;
    if (!accept $socket, $listener) {
        $full_until = now() + 0.25 unless $!{EAGAIN} || $!{EINTR} || $!{ECONNABORTED};
        return 0;
    }
    $full_until = undef;
    if (keys %client >= CLIENTS) {
        my ($oldest) = sort { $a->{id} <=> $b->{id} } values %client;
        drop($oldest);
    }
    $count++;
    $client{$count} = { id => $count, socket => $socket, since => now(), in => '', out => '' };
    hear($client{$count});
    return 1;
}

sub drop { my ($one) = @_; delete $client{ $one->{id} }; return }

sub hear {
    my ($one) = @_;
    my $got = recv $one->{socket}, my $bytes, REQUEST, MSG_DONTWAIT;
    if (!defined $got) { drop($one) unless $!{EAGAIN} || $!{EINTR}; return }
    if ($bytes eq '') { drop($one); return }
    $one->{in} .= $bytes;
    if ($one->{in} =~ /\r?\n\r?\n/) { $one->{out} = reply($one->{in}); answer($one) }
    elsif (length $one->{in} > REQUEST) { drop($one) }
    return;
}

sub answer {
    my ($one) = @_;
    my $sent = send $one->{socket}, $one->{out}, MSG_DONTWAIT | MSG_NOSIGNAL;
    if (defined $sent) { substr $one->{out}, 0, $sent, '' }
    elsif (!$!{EAGAIN} && !$!{EINTR}) { $one->{out} = '' }
    drop($one) if $one->{out} eq '';
    return;
}

sub reply {
    my ($request) = @_;
    my ($method, $path) = $request =~ m{^([A-Z]+) ([^ ?\r\n]+)} or return response('400 Bad Request', "bad request\n");
    return response('405 Method Not Allowed', "GET only\n") if $method ne 'GET';
    return response('200 OK', "ok\n") if $path eq '/healthz';
    return proven() if $path eq '/readyz';
    return response('404 Not Found', "/metrics, /healthz and /readyz are here\n") if $path ne '/metrics';
    return response('200 OK', join '', $builds, map { slurp($_) } @files);
}

sub proven {
    for my $file (@files) {
        return response('200 OK', "a quote was made\n") if slurp($file) =~ /^sgx_quote_last_success_timestamp_seconds [1-9]/m;
        return response('200 OK', "not waited for\n") if -e dirname($file) . '/skip';
    }
    return response('503 Service Unavailable', "no pod of this node has got a quote yet\n");
}

sub response {
    my ($status, $text) = @_;
    my %header = ('Content-Type' => 'text/plain; version=0.0.4; charset=utf-8', 'Content-Length' => length $text, Connection => 'close');
    return join "\r\n", "HTTP/1.1 $status", (map { "$_: $header{$_}" } sort keys %header), '', $text;
}

sub slurp {
    open my $file, '<:raw', $_[0] or return '';
    my $got = sysread $file, my $text, FILE;
    return $got ? $text : '';
}

# What this image was built from; a package that is not installed has no version.
sub builds {
    my %version;
    if (%package && open my $file, '<', '/var/lib/dpkg/status') {
        my $name = '';
        while (<$file>) {
            $name = $1 if /^Package: (\S+)/;
            $version{$name} = $1 if /^Version: (\S+)/;
        }
    }
    my %all = (%label, map { $_ => $version{ $package{$_} } } keys %package);
    my $labels = join ',', map { defined $all{$_} ? qq($_="$all{$_}") : () } sort keys %all;
    return "# HELP sgx_build_info Versions of what makes the quotes.\n# TYPE sgx_build_info gauge\nsgx_build_info{$labels} 1\n";
}

# Seconds on a clock that no change of the time moves.
sub now { return (POSIX::times())[0] / POSIX::sysconf(POSIX::_SC_CLK_TCK()) }
