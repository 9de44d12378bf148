#include <sqlite3.h>

// Variadic in C, which Swift cannot call.
static inline int set_database_flag(sqlite3 *database, int flag, int value) {
  return sqlite3_db_config(database, flag, value, (int *)0);
}
