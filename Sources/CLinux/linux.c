// Here and not in the header: what this makes visible must not differ between the modules that include it.
#define _GNU_SOURCE
#include "CLinux.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

int keep_capabilities(int keep) { return prctl(PR_SET_KEEPCAPS, keep, 0, 0, 0); }

int is_in_bounding_set(int capability) { return prctl(PR_CAPBSET_READ, capability, 0, 0, 0) == 1; }

int set_thread_niceness(int niceness) { return setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), niceness); }

int rename_exclusively(const char *from, const char *to) {
  return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
}


int start_writeback(int file) { return sync_file_range(file, 0, 0, SYNC_FILE_RANGE_WRITE); }
