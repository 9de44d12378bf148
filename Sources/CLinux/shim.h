#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stdio.h>
#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <sys/file.h>

// The C library has it, but only another library's header declares it.
extern int capset(cap_user_header_t header, const cap_user_data_t data);

// A thread's own priority, which Linux has though POSIX has not.
static inline int set_thread_niceness(int niceness) {
  return setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), niceness);
}

// Variadic in C, which Swift cannot call.
static inline int keep_capabilities(int keep) { return prctl(PR_SET_KEEPCAPS, keep, 0, 0, 0); }

// A file whose bytes come from a function, which returns their number, 0 at the end, or -1.
static inline FILE *open_reader(void *context, ssize_t (*read)(void *, char *, size_t)) {
  cookie_io_functions_t functions = {0};
  functions.read = read;
  return fopencookie(context, "r", functions);
}
