/* The practical limit of an import: reads all rows of a database into memory, then makes the same database anew with a
   plain loop over prepared statements, as fast as SQLite can: no locks, several rows a statement, indices last; and as
   durable as an import's: synced before it is done, and on its way to the disk before that. What is timed is that alone.
   usage: insert SOURCE.db TARGET.db */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MAX_TABLES = 64, MAX_COLUMNS = 64, ROWS_AT_ONCE = 8, COMMIT_ROWS = 100000 };

typedef struct { int type; int size; union { sqlite3_int64 integer; double real; char *bytes; } v; } Value;
typedef struct { char *name; int columns; long rows; Value *values; sqlite3_stmt *one, *several; } Table;

static void check(int ok, sqlite3 *db, const char *what) {
  if (!ok) { fprintf(stderr, "insert: %s: %s\n", what, db ? sqlite3_errmsg(db) : ""); exit(1); }
}

static void run(sqlite3 *db, const char *sql) { check(sqlite3_exec(db, sql, 0, 0, 0) == SQLITE_OK, db, sql); }

static void read_table(sqlite3 *db, Table *t) {
  char sql[256];
  sqlite3_stmt *s;
  long room = 1024;
  snprintf(sql, sizeof sql, "SELECT * FROM \"%s\" ORDER BY rowid", t->name);
  check(sqlite3_prepare_v2(db, sql, -1, &s, 0) == SQLITE_OK, db, sql);
  t->columns = sqlite3_column_count(s);
  t->values = malloc(room * t->columns * sizeof(Value));
  while (sqlite3_step(s) == SQLITE_ROW) {
    if (t->rows == room) t->values = realloc(t->values, (room *= 2) * t->columns * sizeof(Value));
    for (int c = 0; c < t->columns; c++) {
      Value *v = &t->values[t->rows * t->columns + c];
      v->type = sqlite3_column_type(s, c);
      v->size = sqlite3_column_bytes(s, c);
      if (v->type == SQLITE_INTEGER) v->v.integer = sqlite3_column_int64(s, c);
      else if (v->type == SQLITE_FLOAT) v->v.real = sqlite3_column_double(s, c);
      else if (v->type != SQLITE_NULL) v->v.bytes = memcpy(malloc(v->size + 1), sqlite3_column_blob(s, c), v->size);
    }
    t->rows++;
  }
  sqlite3_finalize(s);
}

static sqlite3_stmt *prepare(sqlite3 *db, Table *t, int rows) {
  static char sql[ROWS_AT_ONCE * (MAX_COLUMNS * 2 + 3) + 256];
  sqlite3_stmt *s;
  char *p = sql + sprintf(sql, "INSERT INTO \"%s\" VALUES ", t->name);
  for (int r = 0; r < rows; r++) {
    p += sprintf(p, r ? ",(" : "(");
    for (int c = 0; c < t->columns; c++) p += sprintf(p, c ? ",?" : "?");
    p += sprintf(p, ")");
  }
  check(sqlite3_prepare_v2(db, sql, -1, &s, 0) == SQLITE_OK, db, sql);
  return s;
}

static void bind(sqlite3_stmt *s, int place, const Value *v) {
  if (v->type == SQLITE_INTEGER) sqlite3_bind_int64(s, place, v->v.integer);
  else if (v->type == SQLITE_FLOAT) sqlite3_bind_double(s, place, v->v.real);
  else if (v->type == SQLITE_TEXT) sqlite3_bind_text(s, place, v->v.bytes, v->size, SQLITE_STATIC);
  else if (v->type == SQLITE_BLOB) sqlite3_bind_blob(s, place, v->v.bytes, v->size, SQLITE_STATIC);
  else sqlite3_bind_null(s, place);
}

static void insert(sqlite3 *db, int file, Table *tables, int count) {
  long pending = 0;
  run(db, "BEGIN");
  for (Table *t = tables; t < tables + count; t++) {
    for (long row = 0; row < t->rows;) {
      int rows = t->rows - row >= ROWS_AT_ONCE ? ROWS_AT_ONCE : 1;
      sqlite3_stmt *s = rows > 1 ? t->several : t->one;
      for (int i = 0; i < rows * t->columns; i++) bind(s, i + 1, &t->values[row * t->columns + i]);
      check(sqlite3_step(s) == SQLITE_DONE, db, t->name);
      sqlite3_reset(s);
      row += rows;
      if ((pending += rows) >= COMMIT_ROWS) {
        run(db, "COMMIT; BEGIN");
        sync_file_range(file, 0, 0, SYNC_FILE_RANGE_WRITE);
        pending = 0;
      }
    }
  }
  run(db, "COMMIT");
}

int main(int argc, char **argv) {
  sqlite3 *source, *target;
  sqlite3_stmt *s;
  static Table tables[MAX_TABLES];
  static char *indices[MAX_TABLES];
  int count = 0, indexCount = 0;
  long total = 0;
  struct timespec a, b;
  if (argc != 3) { fprintf(stderr, "usage: insert SOURCE.db TARGET.db\n"); return 64; }
  check(sqlite3_open_v2(argv[1], &source, SQLITE_OPEN_READONLY, 0) == SQLITE_OK, source, argv[1]);
  remove(argv[2]);
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  check(sqlite3_open_v2(argv[2], &target, flags, 0) == SQLITE_OK, target, argv[2]);
  run(target, "PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; "
    "PRAGMA locking_mode = EXCLUSIVE");
  sqlite3_prepare_v2(source, "SELECT name, sql, type FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL "
    "AND name NOT LIKE 'sqlite_%'", -1, &s, 0);
  while (sqlite3_step(s) == SQLITE_ROW && count < MAX_TABLES && indexCount < MAX_TABLES) {
    const char *sql = (const char *)sqlite3_column_text(s, 1);
    if (sqlite3_column_text(s, 2)[0] == 'i') { indices[indexCount++] = strdup(sql); continue; }
    Table *t = &tables[count++];
    t->name = strdup((const char *)sqlite3_column_text(s, 0));
    run(target, sql);
    read_table(source, t);
    t->one = prepare(target, t, 1);
    t->several = prepare(target, t, ROWS_AT_ONCE);
    total += t->rows;
  }
  int file = open(argv[2], O_RDWR);
  clock_gettime(CLOCK_MONOTONIC, &a);
  insert(target, file, tables, count);
  for (int i = 0; i < indexCount; i++) run(target, indices[i]);
  check(file >= 0 && fsync(file) == 0, 0, argv[2]);
  clock_gettime(CLOCK_MONOTONIC, &b);
  printf("%ld %.3f\n", total, (b.tv_sec - a.tv_sec) + (b.tv_nsec - a.tv_nsec) / 1e9);
  return 0;
}
