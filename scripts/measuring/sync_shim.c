/* Lets fsync and fdatasync take longer, by so many microseconds as the environment says. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>

static long more_us(void)
{
    static long us = -1;
    if (us < 0) {
        const char *text = getenv("BENCH_SYNC_US");
        us = text ? atol(text) : 0;
    }
    return us;
}

static int slowly(const char *name, int descriptor)
{
    int (*sync_it)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    struct timespec left = {more_us() / 1000000, more_us() % 1000000 * 1000};
    int done = sync_it(descriptor);
    int error = errno;
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        ;
    errno = error;
    return done;
}

int fsync(int descriptor)
{
    return slowly("fsync", descriptor);
}

int fdatasync(int descriptor)
{
    return slowly("fdatasync", descriptor);
}
