/* Ends the program it is loaded into by SIGKILL before the N-th call, over all its threads, of the
 * functions that are asked for: LEAD_KILL_CALLS names them between commas, LEAD_KILL_AT is N. With
 * N = 0 nothing is ended. strace counts the calls of each thread by itself, and so never meets the
 * few of one thread behind the many of another.
 *
 * Of writes only those to files count: the threads of leadd wake each other by write, too. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long count;

static void meet(const char *name)
{
    const char *calls = getenv("LEAD_KILL_CALLS"), *at = getenv("LEAD_KILL_AT");
    const char *found = calls ? strstr(calls, name) : NULL;
    size_t length = strlen(name);
    while (found && ((found != calls && found[-1] != ',') || (found[length] && found[length] != ',')))
        found = strstr(found + 1, name);
    if (found && at && atomic_fetch_add(&count, 1) + 1 == atol(at))
        for (;;)
            kill(getpid(), SIGKILL);
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t offset)
{
    meet("pwrite64");
    return syscall(SYS_pwrite64, file, bytes, length, offset);
}

int fsync(int file)
{
    meet("fsync");
    return syscall(SYS_fsync, file);
}

int fdatasync(int file)
{
    meet("fdatasync");
    return syscall(SYS_fdatasync, file);
}

int sync_file_range(int file, off64_t offset, off64_t length, unsigned int flags)
{
    meet("sync_file_range");
    return syscall(SYS_sync_file_range, file, offset, length, flags);
}

ssize_t write(int file, const void *bytes, size_t length)
{
    struct stat is;
    if (!fstat(file, &is) && S_ISREG(is.st_mode))
        meet("write");
    return syscall(SYS_write, file, bytes, length);
}

int rename(const char *from, const char *to)
{
    meet("rename");
    return syscall(SYS_renameat2, -100, from, -100, to, 0);
}

int unlink(const char *path)
{
    meet("unlink");
    return syscall(SYS_unlinkat, -100, path, 0);
}

ssize_t send(int file, const void *bytes, size_t length, int flags)
{
    meet("send");
    return syscall(SYS_sendto, file, bytes, length, flags, NULL, 0);
}

ssize_t recv(int file, void *bytes, size_t length, int flags)
{
    meet("recv");
    return syscall(SYS_recvfrom, file, bytes, length, flags, NULL, NULL);
}
