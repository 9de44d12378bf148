// Here and not in the header: what this makes visible must not differ between the modules that include it.
#define _GNU_SOURCE
#include "CLinux.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

int keep_capabilities(int keep) { return prctl(PR_SET_KEEPCAPS, keep, 0, 0, 0); }

int is_in_bounding_set(int capability) { return prctl(PR_CAPBSET_READ, capability, 0, 0, 0) == 1; }

int set_thread_niceness(int niceness) { return setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), niceness); }

FILE *open_reader(void *context, ssize_t (*read)(void *, char *, size_t)) {
  cookie_io_functions_t functions = {0};
  functions.read = read;
  return fopencookie(context, "r", functions);
}
