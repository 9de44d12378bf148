#include <grp.h>
#include <linux/capability.h>
#include <sys/file.h>
#include <sys/types.h>

// The C library has them, but only another library's header declares them.
extern int capget(cap_user_header_t header, cap_user_data_t data);
extern int capset(cap_user_header_t header, const cap_user_data_t data);

// Variadic in C, which Swift cannot call.
int keep_capabilities(int keep);

// 1 if the thread, and what it starts, can ever have a capability; 0 if not, as in many containers.
int is_in_bounding_set(int capability);

// A thread's own priority, which Linux has though POSIX has not.
int set_thread_niceness(int niceness);

// renameat2 with RENAME_NOREPLACE: renames a file, and fails with EEXIST where the new name is taken.
int rename_exclusively(const char *from, const char *to);

// sync_file_range with SYNC_FILE_RANGE_WRITE: begins to write what the system holds of a file to the disk, without waiting.
int start_writeback(int file);
