#!/usr/bin/perl
# Stands between the pods of a node and its AESM: 
#
#   aesm-proxy.pl PUBLIC_SOCKET AESM_SOCKET HEARTBEAT_FILE ANSWERED_FILE QUOTES_FILE
#
# AESM reads a message on the thread that accepts, without a time limit, and allocates whatever length is announced: one
# client can freeze it, have it killed or make it abort. So clients talk to this program, and AESM gets whole messages
# of sensible size, a few at a time. No byte of a message or an answer is changed. Needs perl-base only.
#
# The public socket exists as long as AESM takes messages. It goes when AESM is away for longer than a restart takes.
# The heartbeat file is written as long as this program runs; the other file says when AESM last finished something (in
# seconds since the machine started), so that an AESM with much to do does not look like one that is stuck. The last one
# has, for Prometheus, what became of the quotes that pods of this node asked for.
use strict;
use warnings;
use Cwd qw(abs_path);
use Errno qw(EINTR);
use File::Basename qw(dirname);
use POSIX ();
use Socket qw(:DEFAULT SOCK_NONBLOCK MSG_DONTWAIT MSG_NOSIGNAL SO_PEERCRED);
use lib dirname(abs_path(__FILE__));
use Message;

use constant {
    MESSAGE  => 65_536,     # bytes of the longest message; the longest of a real client has about 1,300
    BUFFER   => 65_536,     # bytes of the largest quote that a client may ask for: AESM allocates them at once
    ANSWER   => 131_072,    # bytes of the longest answer, which holds at most such a quote
    PATIENCE => 2,          # seconds for a whole message; clients send one at once
    READING  => 15,         # seconds for a client to take its answer
    CLIENTS  => 512,        # connections at once, with one message each: 32 MiB
    PER_USER => 256,        # connections at once of one user
    QUOTING  => 8,          # messages that AESM has at once: far from its 250 connections and its backlog of 32
    QUICK    => 4,          # questions for key identities, which AESM answers also while a quote hangs
    AWAY     => 5,          # seconds that clients wait for an AESM that is gone: it starts again in 2 or 3
    LEAVING  => 15,         # seconds to finish when this program has to end: no client of Intel's waits longer
    OUTCOMES => 32,         # errors of AESM that are counted apart
    REPORT   => 10,         # seconds between two reports of what was refused
};
my $KEY_IDS = 22;
my $QUOTE = 17;
my $ALIVE = pack 'H*', '09000000b20106088002489875';

my ($public, $aesm, $heartbeat, $answered, $quotes) = @ARGV;
my (%client, %connections, %question, @waiting, $listener, $own, $away, $leaving, %refused);
my ($count, $looked, $reported, $noted, $full_until) = (0, 0, 0, -1, 0);
# Quotes by the number of AESM's error, seconds of the last one, and when there was one.
my (%outcomes, $quote_seconds);
my $unwritten = 1;
my $quoted = slurp($quotes) =~ /^sgx_quote_last_success_timestamp_seconds ([0-9]+)$/m ? $1 : 0;

$| = 1;
$SIG{PIPE} = 'IGNORE';
$SIG{TERM} = $SIG{INT} = sub { $leaving ||= now() };

while (!$leaving || %client && now() - $leaving < LEAVING) {
    look_around() if now() - $looked >= 0.25;
    give();
    my ($reading, $writing) = ('', '');
    vec($reading, fileno $listener, 1) = 1 if $listener && may_accept();
    for (values %client) {
        vec($reading, fileno $_->{socket}, 1) = 1 if $_->{state} eq 'reading';
        vec($writing, fileno $_->{socket}, 1) = 1 if $_->{state} eq 'answering';
    }
    for (values %question) {
        vec($reading, fileno $_->{socket}, 1) = 1;
        vec($writing, fileno $_->{socket}, 1) = 1 if $_->{out} ne '';
    }
    my $ready = select $reading, $writing, undef, @waiting ? 0.05 : 0.25;
    die "select: $!\n" if $ready < 0 && !$!{EINTR};
    next if $ready <= 0;
    for my $one (grep { vec($reading, fileno $_->{socket}, 1) || vec $writing, fileno $_->{socket}, 1 } values %question) { converse($one) }
    for my $one (grep { vec $reading, fileno $_->{socket}, 1 } values %client) { hear($one) }
    for my $one (grep { vec $writing, fileno $_->{socket}, 1 } values %client) { answer($one) }
    if ($listener && vec $reading, fileno $listener, 1) { for (1 .. 64) { take() or last } }
}
close_public('told to end');
report();

# When whole messages take every place, or there are no descriptors left, new clients wait in the kernel's queue.
sub may_accept {
    return 0 if now() < $full_until;
    return keys %client < CLIENTS || grep { $_->{state} eq 'reading' } values %client;
}

sub take {
    my $socket;
    if (!accept $socket, $listener) {
        $full_until = now() + 0.25 unless $!{EAGAIN} || $!{EINTR} || $!{ECONNABORTED};
        return 0;
    }
    # Pods have process numbers of their own, so the kernel tells no more of a client than its user.
    my (undef, $user) = unpack 'lLL', getsockopt $socket, SOL_SOCKET, SO_PEERCRED;
    if (($connections{$user} || 0) >= PER_USER) {
        drop_oldest($user) or do { refuse('too many connections', $user); return 1 };
    }
    elsif (keys %client >= CLIENTS) {
        my ($most) = sort { $connections{$b} <=> $connections{$a} } keys %connections;
        drop_oldest($most) || drop_oldest() or do { refuse('too many connections', $user); return 1 };
    }
    $count++;
    $connections{$user}++;
    $client{$count} = { id => $count, socket => $socket, user => $user, since => now(), state => 'reading', in => '', out => '' };
    # A client sends its message at once, so that it is often there already, and counts as whole from the beginning.
    hear($client{$count});
    return 1;
}

# Makes room by hanging up on the oldest connection without a whole message.
sub drop_oldest {
    my ($user) = @_;
    my $oldest;
    for (values %client) {
        next if $_->{state} ne 'reading' || defined $user && $_->{user} != $user;
        $oldest = $_ if !$oldest || $_->{id} < $oldest->{id};
    }
    return 0 unless $oldest;
    refuse('too many connections without a message', $oldest->{user});
    drop($oldest);
    return 1;
}

sub drop {
    my ($one) = @_;
    delete $client{ $one->{id} } or return;
    delete $connections{ $one->{user} } unless --$connections{ $one->{user} };
    @waiting = grep { $_ != $one } @waiting if $one->{state} eq 'waiting';
    return;
}

# Reads what there is of one message, and not a byte more, as AESM does: what follows is not read by anybody.
sub hear {
    my ($one) = @_;
    while (1) {
        my $have = length $one->{in};
        my $size = $have < 4 ? 0 : unpack 'V', $one->{in};
        if ($have >= 4) {
            if ($size == 0) { drop($one); return }
            if ($size > MESSAGE) { refuse("a message of more than ${\MESSAGE} bytes", $one->{user}); drop($one); return }
            if ($have == 4 + $size) { whole($one); return }
        }
        my $got = recv $one->{socket}, my $bytes, $have < 4 ? 4 - $have : 4 + $size - $have, MSG_DONTWAIT;
        if (!defined $got) { drop($one) unless $!{EAGAIN} || $!{EINTR}; return }
        if ($bytes eq '') { drop($one); return }
        $one->{in} .= $bytes;
    }
}

sub whole {
    my ($one) = @_;
    my ($kinds, $buffer) = Message::understand(substr $one->{in}, 4);
    my $problem = !defined $kinds ? 'a message that AESM may misread' : !%$kinds ? 'a message without a request'
        : $buffer > BUFFER ? "a quote of more than ${\BUFFER} bytes" : undef;
    if (defined $problem) { refuse($problem, $one->{user}); drop($one); return }
    $one->{state} = 'waiting';
    $one->{quote} = $kinds->{$QUOTE};
    $one->{lane} = keys %$kinds == 1 && $kinds->{$KEY_IDS} ? 'quick' : 'quoting';
    push @waiting, $one;
    return;
}

sub answer { my ($one) = @_; write_out($one); drop($one) if $one->{out} eq ''; return }

# Sends what fits; the rest has no reader when the other side is gone.
sub write_out {
    my ($one) = @_;
    return if $one->{out} eq '';
    my $sent = send $one->{socket}, $one->{out}, MSG_DONTWAIT | MSG_NOSIGNAL;
    if (defined $sent) { substr $one->{out}, 0, $sent, '' }
    elsif (!$!{EAGAIN}) { $one->{out} = '' }
    return;
}

# Gives AESM what waits: of the user of whom it has least, and of that one's what came first.
sub give {
    for my $lane (['quick', QUICK], ['quoting', QUOTING]) {
        my ($name, $most) = @$lane;
        while (1) {
            my %of;
            $of{ defined $_->{user} ? $_->{user} : '' }++ for values %question;
            last if grep({ $_->{lane} eq $name } values %question) >= $most;
            my ($next) = sort { ($of{ $a->{user} } || 0) <=> ($of{ $b->{user} } || 0) || $a->{id} <=> $b->{id} } grep { $_->{lane} eq $name } @waiting;
            last unless $next;
            if (is_gone($next)) { drop($next); next }
            ask($name, $next->{in}, $next) or return;
            @waiting = grep { $_ != $next } @waiting;
        }
    }
    return;
}

# Whether a client has hung up: then nothing can be sent to it. One that only says no more still wants its answer.
sub is_gone { my ($one) = @_; return !defined send $one->{socket}, '', MSG_DONTWAIT | MSG_NOSIGNAL }

# Asks AESM on a connection of its own; says whether it took the message.
sub ask {
    my ($lane, $message, $one) = @_;
    socket my $socket, PF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0 or return 0;
    if (!connect $socket, pack_sockaddr_un($aesm)) {
        $away ||= now() unless $!{EAGAIN};
        return 0;
    }
    $away = undef;
    if ($one) { $one->{state} = 'asked'; $one->{in} = '' }
    $question{ fileno $socket } = { socket => $socket, since => now(), lane => $lane, out => $message, client => $one, user => $one ? $one->{user} : undef };
    converse($question{ fileno $socket });
    return 1;
}

# Sends what is left of a question and takes what has come of its answer; when AESM has hung up, the client gets all of
# it.
sub converse {
    my ($question) = @_;
    my $one = $question->{client};
    write_out($question);
    while (1) {
        my $got = recv $question->{socket}, my $bytes, MESSAGE, MSG_DONTWAIT;
        return if !defined $got && ($!{EAGAIN} || $!{EINTR});
        last if !defined $got || $bytes eq '';
        next unless $one;
        $one->{out} .= $bytes;
        # No request that was passed on has such an answer: AESM is not what it should be.
        if (length $one->{out} > ANSWER) { refuse('an answer of AESM that is too long', $one->{user}); $one->{out} = ''; last }
    }
    delete $question{ fileno $question->{socket} };
    note_progress() if $question->{lane} eq 'quoting';
    note_quote($one->{out}, now() - $question->{since}) if $one && $one->{quote};
    if ($one && $client{ $one->{id} }) { @$one{qw(state since)} = ('answering', now()); answer($one) }
    return;
}

# AESM has finished something that it does one after the other.
sub note_progress {
    my ($seconds) = map { int } split ' ', slurp('/proc/uptime');
    return if $seconds == $noted;
    $noted = $seconds;
    if (open my $file, '>', "$answered.new") { print {$file} $seconds; close $file and rename "$answered.new", $answered }
    return;
}

# AESM has answered a question for a quote, or hung up.
sub note_quote {
    my ($answer, $seconds) = @_;
    my $error = length $answer > 4 ? Message::outcome(substr $answer, 4) : undef;
    $outcomes{ !defined $error ? 'none' : exists $outcomes{$error} || keys %outcomes < OUTCOMES ? $error : 'other' }++;
    ($quote_seconds, $unwritten) = ($seconds, 1);
    $quoted = time if defined $error && $error == 0;
    return;
}

sub write_quotes {
    $unwritten = 0;
    open my $file, '>', "$quotes.new" or return;
    print {$file} "# HELP sgx_quotes_total Quotes that pods of this node asked AESM for, by its error: 0 for a quote, none without an answer.\n",
        "# TYPE sgx_quotes_total counter\n", map({ qq(sgx_quotes_total{code="$_"} $outcomes{$_}\n) } sort keys %outcomes),
        "# HELP sgx_quote_last_success_timestamp_seconds When AESM last made a quote for a pod of this node; 0: not since this pod started.\n",
        "# TYPE sgx_quote_last_success_timestamp_seconds gauge\nsgx_quote_last_success_timestamp_seconds $quoted\n";
    printf {$file} "# HELP sgx_quote_seconds Seconds that AESM took for the last quote.\n# TYPE sgx_quote_seconds gauge\nsgx_quote_seconds %.2f\n", $quote_seconds
        if defined $quote_seconds;
    close $file and rename "$quotes.new", $quotes;
    return;
}

sub slurp { open my $file, '<', $_[0] or return '0'; local $/; return scalar <$file> }

sub look_around {
    $looked = now();
    if (open my $file, '>', $heartbeat) { close $file }
    write_quotes() if $unwritten;
    for my $one (values %client) {
        if ($one->{state} eq 'reading') {
            next if $looked - $one->{since} < PATIENCE;
            refuse($one->{in} eq '' ? 'no message in time' : 'half a message in time', $one->{user});
            drop($one);
        }
        elsif ($one->{state} eq 'answering') { drop($one) if $looked - $one->{since} > READING }
        elsif (is_gone($one)) { drop($one) }
    }
    report() if $looked - $reported >= REPORT;
    $away ||= $looked unless -S $aesm;
    if ($leaving) {
        close_public('told to end');
        # AESM does not come back in this pod.
        drop_waiting() if $away;
        return;
    }
    # AESM is there when it takes a question; this one costs it nothing.
    ask('quick', $ALIVE) if ($away || !$listener) && -S $aesm && !grep { !$_->{client} } values %question;
    if ($away && $looked - $away > AWAY) {
        drop_waiting();
        close_public('AESM is away');
    }
    elsif (!$away && !$listener) { open_public() }
    elsif ($listener && !-e $public) { undef $listener }
    return;
}

sub drop_waiting { drop($_) for my @all = @waiting; return }

# Made under another name, so that no client meets a socket before the proxy listens there.
sub open_public {
    my $new = "$public.new";
    unlink $new;
    socket my $socket, PF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0 or die "socket: $!\n";
    bind $socket, pack_sockaddr_un($new) or die "cannot create $new: $!: is the directory root's, and writable?\n";
    chmod 0777, $new or die "chmod $new: $!\n";
    listen $socket, CLIENTS or die "listen: $!\n";
    rename $new, $public or die "rename $new: $!\n";
    ($listener, $own) = ($socket, identity());
    print "serving $public\n";
    return;
}

# Removes the socket when it is still this program's: another one may have taken its place.
sub close_public {
    my ($why) = @_;
    return unless $listener;
    unlink $public if identity() eq $own;
    undef $listener;
    print "not serving $public: $why\n";
    return;
}

sub identity { my @stat = lstat $public; return @stat ? "$stat[0]:$stat[1]" : '' }
sub refuse { my ($what, $user) = @_; $refused{"$what, user $user"}++; return }

sub report {
    ($reported, my %told) = (now(), %refused);
    %refused = ();
    print "refused $told{$_} times: $_\n" for sort keys %told;
    return;
}

# Seconds on a clock that no change of the time moves; perl-base has no Time::HiRes.
sub now { return (POSIX::times())[0] / POSIX::sysconf(POSIX::_SC_CLK_TCK()) }
