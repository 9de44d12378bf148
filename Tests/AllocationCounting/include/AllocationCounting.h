#ifndef ALLOCATION_COUNTING_H
#define ALLOCATION_COUNTING_H

/// Allocations of the calling thread so far: calls of malloc, calloc, realloc, posix_memalign and aligned_alloc.
long allocation_count(void);

#endif
