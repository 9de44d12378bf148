#include <lz4frame.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>
