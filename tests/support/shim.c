/* A library for LD_PRELOAD: it counts the calls of a process that touch files in one folder, and makes one fail.
 *
 * arm() names the folder, the kinds of calls that count, which of them fails (0: none), and how. counted() is how
 * many calls of a kind there were, also for the parent of a process that was forked after this was loaded. With a
 * record's path, each call that changed a file is appended to it, so that a test can replay them up to any place.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* Kinds of calls: support/shim.py has the same numbers. */
enum { CREATE = 1, WRITE = 2, SYNC = 4, NAME = 8, SIZE = 16, MODE = 32, OPEN = 64, READ = 128, LOCK = 256 };
enum { FAIL = 1, SHORT = 2, KILL = 3 }; /* how a call fails */

#define MOST_FILES 4096
#define NAME_BYTES 200
#define KINDS 9

struct shared { /* also seen by the parent */
    long calls;
    long of_kind[KINDS]; /* calls of each kind, whether they count or not */
    char at[NAME_BYTES]; /* the call that failed, and its file */
};

static struct shared *shared;
static char folder[PATH_MAX];
static size_t folder_length;
static int is_armed, kinds, effect, error_number, is_sticky, record = -1;
static long place;
static char is_ours[MOST_FILES]; /* by descriptor: whether its file is in the folder */
static pthread_mutex_t recording = PTHREAD_MUTEX_INITIALIZER;

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

__attribute__((constructor)) static void load(void) {
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

static int real_close(int fd) {
    REAL(int, "close", int);
    return real(fd);
}

static ssize_t real_write(int fd, const void *data, size_t size) {
    REAL(ssize_t, "write", int, const void *, size_t);
    return real(fd, data, size);
}

static ssize_t real_pread(int fd, void *data, size_t size, off_t at) {
    REAL(ssize_t, "pread", int, void *, size_t, off_t);
    return real(fd, data, size, at);
}

static int real_open(const char *path, int flags, mode_t mode) {
    REAL(int, "open", const char *, int, ...);
    return real(path, flags, mode);
}

void arm(const char *in, int which, int number, int how, int code, int sticky, const char *record_path) {
    snprintf(folder, sizeof folder, "%s", in);
    folder_length = strlen(folder);
    memset(shared, 0, sizeof *shared);
    kinds = which, place = number, effect = how, error_number = code, is_sticky = sticky;
    if (record_path[0]) record = real_open(record_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    is_armed = 1;
}

void disarm(void) { is_armed = 0; }
long counted(int kind) { return shared->of_kind[kind]; }
const char *failed_at(void) { return shared->at; }

/* --- Which files are in the folder */

static int is_inside(const char *path) {
    return !strncmp(path, folder, folder_length) && (path[folder_length] == '/' || !path[folder_length]);
}

/* Write the absolute path of a name that is relative to a directory's descriptor. */
static void absolute(int directory, const char *path, char *out) {
    char base[PATH_MAX] = "";
    if (path[0] == '/') {
        snprintf(out, PATH_MAX, "%s", path);
        return;
    }
    if (directory == AT_FDCWD) {
        if (!getcwd(base, sizeof base)) base[0] = 0;
    } else {
        char link[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
        ssize_t length = readlink(link, base, sizeof base - 1);
        base[length < 0 ? 0 : length] = 0;
    }
    while (!strncmp(path, "./", 2)) path += 2;
    if (!strcmp(path, ".")) path = "";
    snprintf(out, PATH_MAX, "%.2000s%s%.2000s", base, path[0] ? "/" : "", path);
}

static int tracked(int fd) { return is_armed && fd >= 0 && fd < MOST_FILES && is_ours[fd]; }

/* --- Faults */

/* Count a call; return 0 to let it pass, FAIL or SHORT (errno is set) to let it fail. Does not return from a kill. */
static int fault(int kind, const char *call, const char *path) {
    if (!is_armed) return 0;
    __atomic_add_fetch(&shared->of_kind[__builtin_ctz((unsigned)kind)], 1, __ATOMIC_SEQ_CST);
    if (!(kinds & kind)) return 0;
    long number = __atomic_add_fetch(&shared->calls, 1, __ATOMIC_SEQ_CST);
    if (!place || (is_sticky ? number < place : number != place)) return 0;
    if (number == place) {
        const char *name = strrchr(path, '/');
        snprintf(shared->at, NAME_BYTES, "%s %.150s", call, name ? name + 1 : path);
    }
    if (effect == KILL) kill(getpid(), SIGKILL);
    errno = error_number;
    return effect;
}

static int fault_of(int kind, const char *call, int fd) {
    char link[64], path[PATH_MAX];
    if (!tracked(fd)) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length < 0 ? 0 : length] = 0;
    return fault(kind, call, path);
}

/* --- The record: what was changed, in order. support/shim.py reads it. */

struct entry {
    char what;           /* o open, w write, t truncate, s sync, r rename, l link, u unlink, d mkdir, x rmdir */
    char pad[3];
    uint32_t first, second; /* lengths of what follows: one path and another, or data */
    uint64_t inode, offset;
};

static uint64_t inode_of(int fd) {
    struct stat found;
    return fstat(fd, &found) ? 0 : found.st_ino;
}

static void note(char what, uint64_t inode, uint64_t offset, const void *one, size_t size, const char *other) {
    if (record < 0 || !is_armed) return;
    int saved = errno;
    size_t second = other ? strlen(other) : 0;
    struct entry entry = {what, {0}, (uint32_t)size, (uint32_t)second, inode, offset};
    struct iovec parts[] = {{&entry, sizeof entry}, {(void *)one, size}, {(void *)other, second}};
    pthread_mutex_lock(&recording);
    for (int part = 0; part < 3; part++) {
        if (parts[part].iov_len && real_write(record, parts[part].iov_base, parts[part].iov_len) < 0) abort();
    }
    pthread_mutex_unlock(&recording);
    errno = saved;
}

static void note_path(char what, const char *path, const char *other) {
    note(what, 0, 0, path, strlen(path), other);
}

/* Note bytes that are in the file already, whoever wrote them there. */
static void note_written(int fd, off_t offset, ssize_t size) {
    if (record < 0 || !is_armed || size <= 0) return;
    char *data = malloc((size_t)size);
    int copy;
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    copy = real_open(link, O_RDONLY | O_CLOEXEC, 0);
    if (copy >= 0 && real_pread(copy, data, (size_t)size, offset) == size)
        note('w', inode_of(fd), (uint64_t)offset, data, (size_t)size, NULL);
    if (copy >= 0) real_close(copy);
    free(data);
}

/* --- Calls with a path */

static int opened(const char *call, int directory, const char *path, int flags, mode_t mode, int is_at) {
    char whole[PATH_MAX] = "";
    int is_written = (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC));
    REAL(int, "openat", int, const char *, int, ...);
    if (is_armed) absolute(is_at ? directory : AT_FDCWD, path, whole);
    int inside = is_armed && is_inside(whole);
    if (inside && fault(is_written ? CREATE : OPEN, call, whole)) return -1;
    int fd = real(is_at ? directory : AT_FDCWD, path, flags, mode);
    if (fd >= 0 && fd < MOST_FILES) is_ours[fd] = (char)inside;
    if (fd >= 0 && inside && is_written) {
        note('o', inode_of(fd), (uint64_t)(flags & O_TRUNC ? 1 : 0), whole, strlen(whole), NULL);
    }
    return fd;
}

#define MODE_OF(flags) \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    }

int open(const char *path, int flags, ...) { MODE_OF(flags) return opened("open", 0, path, flags, mode, 0); }
int open64(const char *path, int flags, ...) { MODE_OF(flags) return opened("open", 0, path, flags, mode, 0); }
int openat(int at, const char *path, int flags, ...) {
    MODE_OF(flags) return opened("open", at, path, flags, mode, 1);
}
int openat64(int at, const char *path, int flags, ...) {
    MODE_OF(flags) return opened("open", at, path, flags, mode, 1);
}

int close(int fd) {
    if (fd >= 0 && fd < MOST_FILES) is_ours[fd] = 0;
    return real_close(fd);
}

static int two_names(int (*real)(int, const char *, int, const char *, int), const char *call, char what,
                     int from_at, const char *from, int to_at, const char *to, int flags) {
    char one[PATH_MAX] = "", other[PATH_MAX] = "";
    if (is_armed) absolute(from_at, from, one), absolute(to_at, to, other);
    int inside = is_armed && (is_inside(one) || is_inside(other));
    if (inside && fault(NAME, call, other)) return -1;
    int result = real(from_at, from, to_at, to, flags);
    if (!result && inside) note_path(what, one, other);
    return result;
}

static int do_rename(int from_at, const char *from, int to_at, const char *to, int flags) {
    REAL(int, "renameat2", int, const char *, int, const char *, unsigned);
    return real(from_at, from, to_at, to, (unsigned)flags);
}

static int do_link(int from_at, const char *from, int to_at, const char *to, int flags) {
    REAL(int, "linkat", int, const char *, int, const char *, int);
    return real(from_at, from, to_at, to, flags);
}

int rename(const char *from, const char *to) {
    return two_names(do_rename, "rename", 'r', AT_FDCWD, from, AT_FDCWD, to, 0);
}
int renameat(int from_at, const char *from, int to_at, const char *to) {
    return two_names(do_rename, "rename", 'r', from_at, from, to_at, to, 0);
}
int renameat2(int from_at, const char *from, int to_at, const char *to, unsigned flags) {
    return two_names(do_rename, "rename", 'r', from_at, from, to_at, to, (int)flags);
}
int link(const char *from, const char *to) {
    return two_names(do_link, "link", 'l', AT_FDCWD, from, AT_FDCWD, to, 0);
}
int linkat(int from_at, const char *from, int to_at, const char *to, int flags) {
    return two_names(do_link, "link", 'l', from_at, from, to_at, to, flags);
}

static int do_mkdir(int at, const char *path, int mode) {
    REAL(int, "mkdirat", int, const char *, mode_t);
    return real(at, path, (mode_t)mode);
}

static int do_unlink(int at, const char *path, int flags) {
    REAL(int, "unlinkat", int, const char *, int);
    return real(at, path, flags);
}

static int one_name(int (*real)(int, const char *, int), const char *call, char what, int at, const char *path,
                    int value) {
    char whole[PATH_MAX] = "";
    if (is_armed) absolute(at, path, whole);
    int inside = is_armed && is_inside(whole);
    if (inside && fault(NAME, call, whole)) return -1;
    int result = real(at, path, value);
    if (!result && inside) note_path(what, whole, NULL);
    return result;
}

int mkdir(const char *path, mode_t mode) { return one_name(do_mkdir, "mkdir", 'd', AT_FDCWD, path, (int)mode); }
int mkdirat(int at, const char *path, mode_t mode) { return one_name(do_mkdir, "mkdir", 'd', at, path, (int)mode); }
int unlink(const char *path) { return one_name(do_unlink, "unlink", 'u', AT_FDCWD, path, 0); }
int rmdir(const char *path) { return one_name(do_unlink, "rmdir", 'x', AT_FDCWD, path, AT_REMOVEDIR); }
int unlinkat(int at, const char *path, int flags) {
    int is_folder = flags & AT_REMOVEDIR;
    return one_name(do_unlink, is_folder ? "rmdir" : "unlink", is_folder ? 'x' : 'u', at, path, flags);
}
int remove(const char *path) {
    struct stat found;
    return !lstat(path, &found) && S_ISDIR(found.st_mode) ? rmdir(path) : unlink(path);
}

int truncate(const char *path, off_t size) {
    REAL(int, "truncate", const char *, off_t);
    char whole[PATH_MAX] = "";
    if (is_armed) absolute(AT_FDCWD, path, whole);
    int inside = is_armed && is_inside(whole);
    if (inside && fault(SIZE, "truncate", whole)) return -1;
    int result = real(path, size);
    struct stat found;
    if (!result && inside && !stat(path, &found)) note('t', found.st_ino, (uint64_t)size, NULL, 0, NULL);
    return result;
}
int truncate64(const char *path, off_t size) { return truncate(path, size); }

int chmod(const char *path, mode_t mode) {
    REAL(int, "chmod", const char *, mode_t);
    char whole[PATH_MAX] = "";
    if (is_armed) absolute(AT_FDCWD, path, whole);
    if (is_armed && is_inside(whole) && fault(MODE, "chmod", whole)) return -1;
    return real(path, mode);
}

/* --- Calls with a descriptor */

static ssize_t written(int fd, const void *data, size_t size, off_t at, const char *call) {
    int how = fault_of(WRITE, call, fd);
    if (how == FAIL || (how == SHORT && size < 2)) return -1;
    if (how == SHORT) size /= 2;
    int is_noted = record >= 0 && tracked(fd);
    struct stat found;
    off_t offset = at >= 0 ? at : is_noted ? lseek(fd, 0, SEEK_CUR) : 0;
    if (is_noted && at < 0 && fcntl(fd, F_GETFL) & O_APPEND && !fstat(fd, &found)) offset = found.st_size;
    ssize_t result;
    if (at < 0) {
        result = real_write(fd, data, size);
    } else {
        REAL(ssize_t, "pwrite", int, const void *, size_t, off_t);
        result = real(fd, data, size, at);
    }
    if (result > 0 && is_noted) note('w', inode_of(fd), (uint64_t)offset, data, (size_t)result, NULL);
    return result;
}

ssize_t write(int fd, const void *data, size_t size) { return written(fd, data, size, -1, "write"); }
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { return written(fd, data, size, at, "write"); }
ssize_t pwrite64(int fd, const void *data, size_t size, off_t at) { return written(fd, data, size, at, "write"); }

ssize_t writev(int fd, const struct iovec *parts, int count) {
    REAL(ssize_t, "writev", int, const struct iovec *, int);
    off_t offset = tracked(fd) && record >= 0 ? lseek(fd, 0, SEEK_CUR) : 0;
    if (fault_of(WRITE, "write", fd)) return -1;
    ssize_t result = real(fd, parts, count);
    if (tracked(fd)) note_written(fd, offset, result);
    return result;
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
    REAL(ssize_t, "pwritev", int, const struct iovec *, int, off_t);
    if (fault_of(WRITE, "write", fd)) return -1;
    ssize_t result = real(fd, parts, count, offset);
    if (tracked(fd)) note_written(fd, offset, result);
    return result;
}
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t at) { return pwritev(fd, parts, count, at); }

ssize_t pwritev2(int fd, const struct iovec *parts, int count, off_t offset, int flags) {
    REAL(ssize_t, "pwritev2", int, const struct iovec *, int, off_t, int);
    if (fault_of(WRITE, "write", fd)) return -1;
    ssize_t result = real(fd, parts, count, offset, flags);
    if (tracked(fd)) note_written(fd, offset, result);
    return result;
}
ssize_t pwritev64v2(int fd, const struct iovec *parts, int count, off_t at, int flags) {
    return pwritev2(fd, parts, count, at, flags);
}

ssize_t sendfile(int out, int in, off_t *from, size_t size) {
    REAL(ssize_t, "sendfile", int, int, off_t *, size_t);
    off_t offset = tracked(out) && record >= 0 ? lseek(out, 0, SEEK_CUR) : 0;
    if (fault_of(WRITE, "write", out)) return -1;
    ssize_t result = real(out, in, from, size);
    if (tracked(out)) note_written(out, offset, result);
    return result;
}
ssize_t sendfile64(int out, int in, off_t *from, size_t size) { return sendfile(out, in, from, size); }

ssize_t copy_file_range(int in, off_t *from, int out, off_t *to, size_t size, unsigned flags) {
    REAL(ssize_t, "copy_file_range", int, off_t *, int, off_t *, size_t, unsigned);
    off_t offset = to ? *to : tracked(out) && record >= 0 ? lseek(out, 0, SEEK_CUR) : 0;
    if (fault_of(WRITE, "write", out)) return -1;
    ssize_t result = real(in, from, out, to, size, flags);
    if (tracked(out)) note_written(out, offset, result);
    return result;
}

static int synced(int fd, int (*real)(int), const char *call) {
    if (fault_of(SYNC, call, fd)) return -1;
    int result = real(fd);
    if (!result && tracked(fd)) note('s', inode_of(fd), 0, NULL, 0, NULL);
    return result;
}

static int do_fsync(int fd) {
    REAL(int, "fsync", int);
    return real(fd);
}
static int do_fdatasync(int fd) {
    REAL(int, "fdatasync", int);
    return real(fd);
}
int fsync(int fd) { return synced(fd, do_fsync, "fsync"); }
int fdatasync(int fd) { return synced(fd, do_fdatasync, "fsync"); }

int ftruncate(int fd, off_t size) {
    REAL(int, "ftruncate", int, off_t);
    if (fault_of(SIZE, "truncate", fd)) return -1;
    int result = real(fd, size);
    if (!result && tracked(fd)) note('t', inode_of(fd), (uint64_t)size, NULL, 0, NULL);
    return result;
}
int ftruncate64(int fd, off_t size) { return ftruncate(fd, size); }

int fallocate(int fd, int mode, off_t offset, off_t size) {
    REAL(int, "fallocate", int, int, off_t, off_t);
    return fault_of(SIZE, "allocate", fd) ? -1 : real(fd, mode, offset, size);
}
int posix_fallocate(int fd, off_t offset, off_t size) {
    REAL(int, "posix_fallocate", int, off_t, off_t);
    return fault_of(SIZE, "allocate", fd) ? errno : real(fd, offset, size);
}
int posix_fallocate64(int fd, off_t offset, off_t size) { return posix_fallocate(fd, offset, size); }

int fchmod(int fd, mode_t mode) {
    REAL(int, "fchmod", int, mode_t);
    return fault_of(MODE, "chmod", fd) ? -1 : real(fd, mode);
}
int fchown(int fd, uid_t user, gid_t group) {
    REAL(int, "fchown", int, uid_t, gid_t);
    return fault_of(MODE, "chown", fd) ? -1 : real(fd, user, group);
}

ssize_t read(int fd, void *data, size_t size) {
    REAL(ssize_t, "read", int, void *, size_t);
    int how = fault_of(READ, "read", fd);
    return how == FAIL ? -1 : real(fd, data, how == SHORT && size > 1 ? size / 2 : size);
}
ssize_t pread(int fd, void *data, size_t size, off_t at) {
    int how = fault_of(READ, "read", fd);
    return how == FAIL ? -1 : real_pread(fd, data, how == SHORT && size > 1 ? size / 2 : size, at);
}
ssize_t pread64(int fd, void *data, size_t size, off_t at) { return pread(fd, data, size, at); }

void *mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset) {
    REAL(void *, "mmap", void *, size_t, int, int, int, off_t);
    return fault_of(READ, "mmap", fd) ? MAP_FAILED : real(at, size, protection, flags, fd, offset);
}
void *mmap64(void *at, size_t size, int protection, int flags, int fd, off_t offset) {
    return mmap(at, size, protection, flags, fd, offset);
}

int flock(int fd, int operation) {
    REAL(int, "flock", int, int);
    return fault_of(LOCK, "flock", fd) ? -1 : real(fd, operation);
}

static int controlled(int fd, int command, void *value) {
    REAL(int, "fcntl", int, int, ...);
    int is_lock = command == F_SETLK || command == F_SETLKW || command == F_OFD_SETLK;
    if (is_lock && fault_of(LOCK, "lock", fd)) return -1;
    int result = real(fd, command, value);
    if ((command == F_DUPFD || command == F_DUPFD_CLOEXEC) && result >= 0 && result < MOST_FILES) {
        is_ours[result] = (char)tracked(fd);
    }
    return result;
}

#define VALUE_OF(command) \
    va_list rest; \
    va_start(rest, command); \
    void *value = va_arg(rest, void *); \
    va_end(rest);

int fcntl(int fd, int command, ...) { VALUE_OF(command) return controlled(fd, command, value); }
int fcntl64(int fd, int command, ...) { VALUE_OF(command) return controlled(fd, command, value); }
