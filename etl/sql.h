/* The SQL files of sql/, embedded by the build (sql/embed.awk). */
#ifndef STADSLAGER_SQL_H
#define STADSLAGER_SQL_H

struct sql_file {
    const char *name; /* path below sql/ without ".sql": "migrations/001_schema", "queries/publish" */
    const char *text;
};
/* Sorted by name within each folder; ends with a NULL name. */
extern const struct sql_file sql_files[];
/* The text of one file; aborts when there is none: the name is a constant of the program. */
const char *sql_text(const char *name);

#endif
