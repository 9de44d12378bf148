/* The practical limit of an import: reads all rows of a database into memory, then inserts them into the same tables of
   a new file with a plain loop over prepared statements, and times that loop alone.
   usage: insert SOURCE.db TARGET.db */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_TABLES = 64, MAX_COLUMNS = 64, COMMIT_ROWS = 100000 };

typedef struct { int type; int size; union { sqlite3_int64 integer; double real; char *bytes; } v; } Value;
typedef struct { char *name; char *sql; int columns; long rows; Value *values; sqlite3_stmt *insert; } Table;

static void check(int ok, sqlite3 *db, const char *what) {
  if (!ok) { fprintf(stderr, "insert: %s: %s\n", what, db ? sqlite3_errmsg(db) : ""); exit(1); }
}

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

int main(int argc, char **argv) {
  sqlite3 *source, *target;
  sqlite3_stmt *s;
  static Table tables[MAX_TABLES];
  int count = 0;
  long total = 0, pending = 0;
  struct timespec a, b;
  if (argc != 3) { fprintf(stderr, "usage: insert SOURCE.db TARGET.db\n"); return 64; }
  check(sqlite3_open_v2(argv[1], &source, SQLITE_OPEN_READONLY, 0) == SQLITE_OK, source, argv[1]);
  remove(argv[2]);
  check(sqlite3_open(argv[2], &target) == SQLITE_OK, target, argv[2]);
  sqlite3_exec(target, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE; PRAGMA cache_size=-32768", 0, 0, 0);
  sqlite3_prepare_v2(source, "SELECT name, sql FROM sqlite_master WHERE type = 'table'", -1, &s, 0);
  while (sqlite3_step(s) == SQLITE_ROW && count < MAX_TABLES) {
    Table *t = &tables[count++];
    char sql[1024];
    t->name = strdup((const char *)sqlite3_column_text(s, 0));
    check(sqlite3_exec(target, (const char *)sqlite3_column_text(s, 1), 0, 0, 0) == SQLITE_OK, target, t->name);
    read_table(source, t);
    snprintf(sql, sizeof sql, "INSERT INTO \"%s\" VALUES (?", t->name);
    for (int c = 1; c < t->columns; c++) strcat(sql, ",?");
    strcat(sql, ")");
    check(sqlite3_prepare_v2(target, sql, -1, &t->insert, 0) == SQLITE_OK, target, sql);
    total += t->rows;
  }
  clock_gettime(CLOCK_MONOTONIC, &a);
  sqlite3_exec(target, "BEGIN", 0, 0, 0);
  for (int i = 0; i < count; i++) {
    Table *t = &tables[i];
    for (long r = 0; r < t->rows; r++) {
      for (int c = 0; c < t->columns; c++) {
        Value *v = &t->values[r * t->columns + c];
        if (v->type == SQLITE_INTEGER) sqlite3_bind_int64(t->insert, c + 1, v->v.integer);
        else if (v->type == SQLITE_FLOAT) sqlite3_bind_double(t->insert, c + 1, v->v.real);
        else if (v->type == SQLITE_TEXT) sqlite3_bind_text(t->insert, c + 1, v->v.bytes, v->size, SQLITE_STATIC);
        else if (v->type == SQLITE_BLOB) sqlite3_bind_blob(t->insert, c + 1, v->v.bytes, v->size, SQLITE_STATIC);
        else sqlite3_bind_null(t->insert, c + 1);
      }
      check(sqlite3_step(t->insert) == SQLITE_DONE, target, t->name);
      sqlite3_reset(t->insert);
      if (++pending == COMMIT_ROWS) { sqlite3_exec(target, "COMMIT; BEGIN", 0, 0, 0); pending = 0; }
    }
  }
  sqlite3_exec(target, "COMMIT", 0, 0, 0);
  clock_gettime(CLOCK_MONOTONIC, &b);
  double seconds = (b.tv_sec - a.tv_sec) + (b.tv_nsec - a.tv_nsec) / 1e9;
  printf("%ld %.3f\n", total, seconds);
  return 0;
}
