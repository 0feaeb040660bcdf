package Trace;

# What the dynamic loader says about itself: glibc writes down every library that it loads into a process, one file a
# process (LD_DEBUG=files, see ld.so(8)). Unlike a look at /proc it misses no library, however short a program's life is
# and however late the judge gets a processor. It knows nothing of programs without glibc's loader, nor of a process
# that drops the variables or closes the loader's file. (A program that closes descriptors it has not opened, and opens a
# file then, finds the loader's lines in that file; Open Enclave's sample does not do that.)
use strict;
use warnings;
use Cwd qw(abs_path);
use Errno ();
use Watch;

use constant {
    CHUNK => 65_536,
    LINE  => 8192,    # bytes kept of a line; a path has 4096 at most
    KNOWN => 10_000,  # names remembered, so that each is looked at once
};

# new(Trace => $parent) makes a directory in that one. Without a place for its file the loader would write into the
# program's output, so then there is no trace.
sub new {
    my ($class, $parent) = @_;
    my $self = bless { directory => undef, problem => undef, client => {}, in_process => {}, started => {}, known => {} }, $class;
    # One of this name may be left of a judge that was killed.
    for my $directory (map { "$parent/trace-$$-$_" } 1 .. 100) {
        if (mkdir $directory, 0700) { $self->{directory} = $directory; last }
        $self->{problem} = "cannot make $directory: $!";
        last unless $!{EEXIST};
    }
    $self->{problem} = undef if defined $self->{directory};
    return $self;
}

# The variables that a program needs, as long as there is a place for the files.
sub variables {
    my ($self) = @_;
    return defined $self->{problem} ? () : (LD_DEBUG => 'files', LD_DEBUG_OUTPUT => "$self->{directory}/trace");
}

# finish($pid, $before): reads what the loader wrote and removes it. The program has process $pid, in which the loader
# had started $before other programs.
sub finish {
    my ($self, $root, $before) = @_;
    return if defined $self->{problem};
    if (opendir my $handle, $self->{directory}) {
        for my $file (sort grep { $_ ne '.' && $_ ne '..' } readdir $handle) {
            my $path = "$self->{directory}/$file";
            $self->scan($path, $1) if $file =~ /^trace\.(\d+)\z/ && lstat $path && -f _;
            unlink $path;
        }
        closedir $handle;
    }
    rmdir $self->{directory};
    $self->{problem} = 'the loader wrote none for the program' if ($self->{started}{$root} || 0) <= $before;
    return;
}

sub scan {
    my ($self, $path, $pid) = @_;
    open my $file, '<', $path or return;
    my $rest = '';
    while (sysread $file, my $chunk, CHUNK) {
        my $text = $rest . $chunk;
        my $end = rindex($text, "\n") + 1;
        $self->lines(substr($text, 0, $end), $pid);
        $rest = substr $text, $end, LINE;
    }
    close $file;
    return;
}

# A library is mapped when its link map is generated, under the name that was asked for, and initialized under its path.
sub lines {
    my ($self, $lines, $pid) = @_;
    $self->{started}{$pid}++ while $lines =~ /^ *\d+:\ttransferring control: /mg;
    while ($lines =~ /^ *\d+:\t(?:calling init: (.+)|file=(.+) \[\d+\];  generating link map)$/mg) {
        my $name = defined $1 ? $1 : $2;
        next if $self->{known}{$name};
        $self->{known}{$name} = 1 if keys %{ $self->{known} } < KNOWN;
        # A link has another name than its library.
        my $target = $name =~ m{/} ? abs_path($name) : undef;
        for my $path (defined $target && $target ne $name ? ($name, $target) : $name) {
            my ($file) = $path =~ m{([^/]*)$};
            $self->{in_process}{$path} = 1 if $file =~ $Watch::IN_PROCESS;
            $self->{client}{$path} = 1 if $file =~ $Watch::CLIENT;
        }
    }
    return;
}

1;
