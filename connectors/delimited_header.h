/* Which column of a delimited export means what: header names, aliases from the configuration, years inside names. */
#ifndef STADSLAGER_DELIMITED_HEADER_H
#define STADSLAGER_DELIMITED_HEADER_H

#include "connectors/delimited_rows.h"

/* Header names by folded key: the built-in ones and the configuration's. */
struct header_names {
    const struct header_name *names;
    size_t count;
};

/* A row read as a header. */
struct delimited_header {
    struct place place;
    size_t count;                   /* cells up to the last one with a name */
    size_t columns;                 /* of ours that were found */
    int index[COLUMN_COUNT];        /* cell of each column; -1 = absent */
    struct text name[COLUMN_COUNT]; /* as printed; empty = absent */
    struct text previous_report;    /* "VB 2021" of `Utfall VB 2021` */
    int year[COLUMN_COUNT];         /* in the name of a column of the rows' own period (`Utfall 2023`); 0 = none */
    bool has_indikator, has_period, has_value; /* claimed by some cell, if only by several */
    /* Why it cannot be used, if so: */
    size_t clash[2]; /* 1-based cells that mean the same */
    enum column clash_column;
    struct text clash_name[2];
};

/* The table of names, in ARENA. */
int header_names_make(struct arena *arena, const struct decode_options *options, struct header_names *ret_names,
                      struct error *err) CHECK_RESULT;
/* Reads ROW as a header; its texts are copied to ARENA.  -1 only when memory ran out. */
int header_read(struct arena *arena, const struct header_names *names, const struct delimited_row *row,
                struct delimited_header *ret_header, struct error *err) CHECK_RESULT;
/* True when it has what a header needs: Indikator, Period and a value column. */
bool header_is_one(const struct delimited_header *header);
/* 0, or -1 where one column of ours has several cells.  NAME: of the export. */
int header_check(const struct delimited_header *header, const char *name, struct error *err) CHECK_RESULT;
/* "Indikator", "Period" and one of …: what header_is_one looks for, for messages. */
extern const char header_wanted[];

#endif
