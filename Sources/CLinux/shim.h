#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/file.h>

// The C library has it, but only another library's header declares it.
extern int capset(cap_user_header_t header, const cap_user_data_t data);

// Variadic in C, which Swift cannot call.
static inline int keep_capabilities(int keep) { return prctl(PR_SET_KEEPCAPS, keep, 0, 0, 0); }
