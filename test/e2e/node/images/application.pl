#!/usr/bin/perl
# A stand-in for an application with enclaves: tries what it may do in its container and prints a line for each, "NAME:
# RESULT", the result being "ok" or the reason why not. With the argument "stay" it then does nothing until it is
# stopped.
use strict;
use warnings;
use lib '/opt/stand-in';
use Aesm;

use constant { SYS_MKNOD => 133, SYS_MOUNT => 165, MS_REMOUNT_BIND => 0x1020, CHARACTER => 0020666 };

$| = 1;
$SIG{TERM} = sub { exit 0 };
my $directory = '/var/run/aesmd';

report('SGX_AESM_ADDR', sub { exists $ENV{SGX_AESM_ADDR} ? "set to $ENV{SGX_AESM_ADDR}" : 'not set' });
report('enclave device', sub { open my $device, '+<', '/dev/sgx_enclave' or die "$!\n" });
report('provisioning device', sub { open my $device, '+<', '/dev/sgx_provision' or die "$!\n" });
report('make a provisioning device', sub { kernel(SYS_MKNOD, '/tmp/sgx_provision', CHARACTER, 1 << 8 | 5) });
report('quote', \&Aesm::get_quote);
report('create beside the socket', sub { open my $file, '>', "$directory/file" or die "$!\n" });
report('remove the socket', sub { unlink "$directory/aesm.socket" or die "$!\n" });
report('rename the socket', sub { rename "$directory/aesm.socket", "$directory/old.socket" or die "$!\n" });
report('close the socket to others', sub { chmod 0600, "$directory/aesm.socket" or die "$!\n" });
report('mount the directory writable', sub { kernel(SYS_MOUNT, 'none', $directory, '', MS_REMOUNT_BIND, 0) });
report('quote after all that', \&Aesm::get_quote);

if ((shift @ARGV || '') eq 'stay') { select undef, undef, undef, 3600 while 1 }

sub report {
    my ($name, $try) = @_;
    my $result = eval { $try->() };
    my $error = $@;
    chomp $error;
    print "$name: ", ($error ne '' ? $error : defined $result && $result =~ /\D/ ? $result : 'ok'), "\n";
    return;
}

# A system call as it is: no tool of the image stands between. Its numbers are those of amd64.
sub kernel {
    my ($number, @arguments) = @_;
    die "$!\n" if syscall($number, @arguments) == -1;
    return;
}
