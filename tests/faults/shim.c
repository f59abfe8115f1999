/* Counts, fails, tears, kills at, or records what a process writes below one folder.
 *
 * Preloaded (LD_PRELOAD) before the C library, so that SQLite's writes and Python's pass through it alike.
 * fault_watch(folder, marks, journal) says what is watched; fault_arm(mode, at, onward) what happens at the
 * at-th operation from then on. Operations are what changes a disk: a file made or cut at opening, write,
 * sync, truncate, rename, link, unlink, mkdir, rmdir. Files that end in "-shm" (SQLite rebuilds them) and
 * those that are named "lock" or end in ".lock" (they hold nothing) are passed over.
 * A write to the file of marks is never failed: with it a deed says what was acknowledged. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { OFF, COUNT, KILL, TORN, ERROR_IO, ERROR_FULL };

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static char folder[PATH_MAX], marks[PATH_MAX];
static size_t folder_size;
static int journal = -1, mode = OFF, onward;
static long count, at;

void fault_watch(const char *where, const char *said, const char *record)
{
    snprintf(folder, sizeof folder, "%s/", where);
    folder_size = strlen(folder);
    snprintf(marks, sizeof marks, "%s", said);
    /* High, so that it is in nobody's way; appended to, so that a fork writes on. */
    int fd = *record ? (int)syscall(SYS_openat, AT_FDCWD, record, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
    journal = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 900);
    if (fd >= 0)
        close(fd);
}

void fault_arm(int what, long number, int from_then_on)
{
    mode = what;
    at = number;
    onward = from_then_on;
    count = 0;
}

long fault_count(void) { return count; }

static void *real(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (!found)
        abort();
    return found;
}
#define REAL(name) ((__typeof__(&name))real(#name))

static void whole(int dir, const char *path, char *out)
{
    char base[PATH_MAX], link[64];
    if (path[0] == '/') {
        snprintf(out, PATH_MAX, "%s", path);
        return;
    }
    if (dir == AT_FDCWD) {
        if (!getcwd(base, sizeof base))
            abort();
    } else {
        snprintf(link, sizeof link, "/proc/self/fd/%d", dir);
        ssize_t size = readlink(link, base, sizeof base - 1);
        base[size < 0 ? 0 : size] = 0;
    }
    if (snprintf(out, PATH_MAX, "%s/%s", base, path) >= PATH_MAX)
        abort();
}

static int of_fd(int fd, char *out)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, out, PATH_MAX - 1);
    out[size < 0 ? 0 : size] = 0;
    return size > 0;
}

static int ends(const char *text, const char *end)
{
    size_t one = strlen(text), other = strlen(end);
    return one >= other && !strcmp(text + one - other, end);
}

static int watched(const char *path)
{
    return folder_size && !strncmp(path, folder, folder_size) && !ends(path, "-shm") && !ends(path, ".lock")
        && !ends(path, "/lock");
}

static unsigned long inode(int fd)
{
    struct stat found;
    return fstat(fd, &found) ? 0 : (unsigned long)found.st_ino;
}

/* One line of JSON-free text: op, inode, offset, size, number, path, other path; then the bytes. */
static void record(const char *op, unsigned long ino, long offset, const void *data, size_t size,
                   const char *path, const char *other)
{
    if (journal < 0)
        return;
    char head[3 * PATH_MAX];
    int length = snprintf(head, sizeof head, "%s\t%lu\t%ld\t%zu\t%ld\t%s\t%s\n", op, ino, offset, size, count,
                          path, other);
    struct iovec parts[2] = {{head, (size_t)length}, {(void *)data, size}};
    if (syscall(SYS_writev, journal, parts, size ? 2 : 1) != (ssize_t)(length + size))
        abort();
}

static void die(void)
{
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

/* 0: go on; 1: fail, with errno set; 2: write a half, then die. */
static int gate(int writes)
{
    ++count;
    if (mode <= COUNT || !(count == at || (onward && count > at)))
        return 0;
    if (mode == TORN && writes)
        return 2;
    if (mode == KILL || mode == TORN)
        die();
    errno = mode == ERROR_FULL ? ENOSPC : EIO;
    return 1;
}

#define LEAVE(value) do { int kept = errno; pthread_mutex_unlock(&turn); errno = kept; return value; } while (0)

/* What we cannot follow must not pass unseen. */
static void strange(int fd, const char *what)
{
    char path[PATH_MAX];
    if (mode != OFF && of_fd(fd, path) && watched(path)) {
        fprintf(stderr, "fault shim: %s of %s is not followed\n", what, path);
        abort();
    }
}

static int opening(int dir, const char *given, int flags, mode_t bits)
{
    char path[PATH_MAX];
    whole(dir, given, path);
    int changes = flags & (O_CREAT | O_TRUNC) || (flags & O_TMPFILE) == O_TMPFILE;
    if (mode == OFF || !changes || !watched(path))
        return (int)syscall(SYS_openat, dir, given, flags, bits);
    pthread_mutex_lock(&turn);
    struct stat before;
    int there = !lstat(path, &before);
    if (there && !(flags & O_TRUNC && before.st_size))
        LEAVE((int)syscall(SYS_openat, dir, given, flags, bits)); /* nothing changes */
    if (gate(0))
        LEAVE(-1);
    int fd = (int)syscall(SYS_openat, dir, given, flags, bits);
    if (fd >= 0 && !there)
        record("create", inode(fd), 0, NULL, 0, path, "");
    else if (fd >= 0)
        record("truncate", inode(fd), 0, NULL, 0, path, "");
    LEAVE(fd);
}

#define BITS mode_t bits = 0; if (flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE) { \
    va_list more; va_start(more, flags); bits = va_arg(more, mode_t); va_end(more); }
int open(const char *path, int flags, ...) { BITS return opening(AT_FDCWD, path, flags, bits); }
int open64(const char *path, int flags, ...) { BITS return opening(AT_FDCWD, path, flags, bits); }
int openat(int dir, const char *path, int flags, ...) { BITS return opening(dir, path, flags, bits); }
int openat64(int dir, const char *path, int flags, ...) { BITS return opening(dir, path, flags, bits); }

static ssize_t writing(int fd, const void *data, size_t size, long offset)
{
    char path[PATH_MAX];
    if (mode == OFF || !of_fd(fd, path) || !(watched(path) || !strcmp(path, marks)))
        return offset < 0 ? syscall(SYS_write, fd, data, size) : syscall(SYS_pwrite64, fd, data, size, offset);
    pthread_mutex_lock(&turn);
    int said = !strcmp(path, marks);
    int verdict = said ? 0 : gate(1);
    if (verdict == 1)
        LEAVE(-1);
    long where = offset;
    if (offset < 0)
        where = fcntl(fd, F_GETFL) & O_APPEND ? lseek(fd, 0, SEEK_END) : lseek(fd, 0, SEEK_CUR);
    size_t take = verdict == 2 ? (size + 1) / 2 : size;
    ssize_t done = offset < 0 ? syscall(SYS_write, fd, data, take) : syscall(SYS_pwrite64, fd, data, take, offset);
    if (verdict == 2)
        die();
    if (done > 0)
        record(said ? "mark" : "write", inode(fd), where, data, (size_t)done, path, "");
    LEAVE(done);
}

ssize_t write(int fd, const void *data, size_t size) { return writing(fd, data, size, -1); }
ssize_t pwrite(int fd, const void *data, size_t size, off_t offset) { return writing(fd, data, size, offset); }
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset) { return writing(fd, data, size, offset); }
ssize_t writev(int fd, const struct iovec *parts, int n) { strange(fd, "writev"); return REAL(writev)(fd, parts, n); }
ssize_t pwritev64v2(int fd, const struct iovec *parts, int n, off64_t offset, int flags)
{
    strange(fd, "pwritev");
    return REAL(pwritev64v2)(fd, parts, n, offset, flags);
}
ssize_t sendfile64(int to, int from, off64_t *offset, size_t size)
{
    strange(to, "sendfile");
    return REAL(sendfile64)(to, from, offset, size);
}
ssize_t copy_file_range(int from, off64_t *a, int to, off64_t *b, size_t size, unsigned flags)
{
    strange(to, "copy_file_range");
    return REAL(copy_file_range)(from, a, to, b, size, flags);
}
ssize_t splice(int from, off64_t *a, int to, off64_t *b, size_t size, unsigned flags)
{
    strange(to, "splice");
    return REAL(splice)(from, a, to, b, size, flags);
}
int posix_fallocate64(int fd, off64_t a, off64_t b) { strange(fd, "fallocate"); return REAL(posix_fallocate64)(fd, a, b); }
void *mmap64(void *hint, size_t size, int access, int flags, int fd, off64_t offset)
{
    if (fd >= 0 && flags & MAP_SHARED && access & PROT_WRITE)
        strange(fd, "mmap");
    return REAL(mmap64)(hint, size, access, flags, fd, offset);
}

static int syncing(int fd, int number)
{
    char path[PATH_MAX];
    int top = of_fd(fd, path) && strlen(path) + 1 == folder_size && !strncmp(path, folder, folder_size - 1);
    if (mode == OFF || !(top || watched(path)))
        return (int)syscall(number, fd);
    pthread_mutex_lock(&turn);
    if (gate(0))
        LEAVE(-1);
    struct stat found;
    int names = !fstat(fd, &found) && S_ISDIR(found.st_mode);
    record(names ? "sync names" : "sync", inode(fd), 0, NULL, 0, path, "");
    LEAVE(0); /* the real one would only cost time: these tests cut the power on paper */
}

int fsync(int fd) { return syncing(fd, SYS_fsync); }
int fdatasync(int fd) { return syncing(fd, SYS_fdatasync); }

static int cutting(int fd, off64_t size)
{
    char path[PATH_MAX];
    if (mode == OFF || !of_fd(fd, path) || !watched(path))
        return (int)syscall(SYS_ftruncate, fd, size);
    pthread_mutex_lock(&turn);
    if (gate(0))
        LEAVE(-1);
    int done = (int)syscall(SYS_ftruncate, fd, size);
    if (!done)
        record("truncate", inode(fd), (long)size, NULL, 0, path, "");
    LEAVE(done);
}

int ftruncate(int fd, off_t size) { return cutting(fd, size); }
int ftruncate64(int fd, off64_t size) { return cutting(fd, size); }

/* Operations on names: one path, or two. */
static int naming(const char *op, int first, const char *one, int second, const char *two, int flags, mode_t bits)
{
    char path[PATH_MAX], other[PATH_MAX] = "";
    whole(first, one, path);
    if (two)
        whole(second, two, other);
    int ours = mode != OFF && (watched(path) || watched(other));
    if (ours) {
        pthread_mutex_lock(&turn);
        if (gate(0))
            LEAVE(-1);
    }
    int done = -1;
    unsigned long ino = 0;
    struct stat found;
    if (ours && !lstat(path, &found))
        ino = (unsigned long)found.st_ino;
    switch (op[0]) {
    case 'r': /* rename, rmdir */
        done = (int)(op[1] == 'e' ? syscall(SYS_renameat2, first, one, second, two, (unsigned)flags)
                                  : syscall(SYS_unlinkat, first, one, AT_REMOVEDIR));
        break;
    case 'l': done = (int)syscall(SYS_linkat, first, one, second, two, flags); break;
    case 'u': done = (int)syscall(SYS_unlinkat, first, one, flags); break;
    case 'm': done = (int)syscall(SYS_mkdirat, first, one, bits); break;
    }
    if (!ours)
        return done;
    if (!done && op[0] == 'm' && !lstat(path, &found))
        ino = (unsigned long)found.st_ino;
    if (!done)
        record(op, ino, 0, NULL, 0, path, other);
    LEAVE(done);
}

int rename(const char *one, const char *two) { return naming("rename", AT_FDCWD, one, AT_FDCWD, two, 0, 0); }
int renameat(int a, const char *one, int b, const char *two) { return naming("rename", a, one, b, two, 0, 0); }
int renameat2(int a, const char *one, int b, const char *two, unsigned flags) { return naming("rename", a, one, b, two, (int)flags, 0); }
int link(const char *one, const char *two) { return naming("link", AT_FDCWD, one, AT_FDCWD, two, 0, 0); }
int linkat(int a, const char *one, int b, const char *two, int flags) { return naming("link", a, one, b, two, flags, 0); }
int unlink(const char *path) { return naming("unlink", AT_FDCWD, path, 0, NULL, 0, 0); }
int unlinkat(int dir, const char *path, int flags) { return naming(flags & AT_REMOVEDIR ? "rmdir" : "unlink", dir, path, 0, NULL, 0, 0); }
int mkdir(const char *path, mode_t bits) { return naming("mkdir", AT_FDCWD, path, 0, NULL, 0, bits); }
int mkdirat(int dir, const char *path, mode_t bits) { return naming("mkdir", dir, path, 0, NULL, 0, bits); }
int rmdir(const char *path) { return naming("rmdir", AT_FDCWD, path, 0, NULL, 0, 0); }
