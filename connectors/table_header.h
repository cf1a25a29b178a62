/* Which column of a table means what: header names, aliases from the configuration, years inside names.  In exports with
 * one value per line (date; unit code; measure code; measure column; value) a word in each row says the same. */
#ifndef STADSLAGER_TABLE_HEADER_H
#define STADSLAGER_TABLE_HEADER_H

#include "connectors/table.h"
#include "etl/base/period.h"

/* Header names by folded key: the built-in ones and the configuration's. */
struct header_names {
    const struct header_name *names;
    size_t count;
};

/* A row read as a header. */
struct table_header {
    struct place place;
    size_t count;                          /* cells up to the last one with a name */
    size_t width;                          /* cells of the row, empty ones at its end included */
    size_t columns;                        /* of ours that were found */
    bool per_line;                         /* one value per line: MATT_KOLUMN and VARDE instead of the value columns */
    int index[COLUMN_MAPPED_COUNT];        /* cell of each column; -1 = absent */
    struct text name[COLUMN_MAPPED_COUNT]; /* as printed; empty = absent */
    struct text previous_report;           /* "VB 2021" of `Utfall VB 2021` */
    struct text unit[COLUMN_MAPPED_COUNT]; /* that ends the name: "%" of `Utfall (%)` */
    int year[COLUMN_MAPPED_COUNT]; /* in the name of a column of the rows' own period (`Utfall 2023`); 0 = none */
    bool
        labelled; /* the outcome's column is headed with a period (`Utfall T2 2023`) and there is no plain one: it is … */
    struct text label;          /* … the outcome of the rows of that period, the previous value of later ones */
    struct period label_period; /* LABEL, read */
    /* claimed by some cell, if only by several: */
    bool has_indikator, has_period, has_value, has_measure, has_varde;
    /* Why it cannot be used, if so: */
    struct text unclear; /* what may be the outcome's column, `Utfall (föregående år)`, where no other is */
    size_t clash[2];     /* 1-based cells that mean the same */
    enum column clash_column;
    struct text clash_name[2];
};

/* The table of names, in ARENA: of the headers, and of the words in the column MATT_KOLUMN. */
int header_names_make(struct arena *arena, const struct decode_options *options, struct header_names *ret_names,
                      struct error *err) CHECK_RESULT;
int measure_names_make(struct arena *arena, const struct decode_options *options, struct header_names *ret_names,
                       struct error *err) CHECK_RESULT;
/* Reads ROW as a header; its texts are copied to ARENA.  -1 only when memory ran out. */
int header_read(struct arena *arena, const struct header_names *names, const struct table_row *row,
                struct table_header *ret_header, struct error *err) CHECK_RESULT;
/* What one header cell would be: its column, COLUMN_COUNT when its name is not known; RET_PERIOD is the period that the
 * name ends with, empty when none.  -1 only when memory ran out. */
int header_column_of(struct arena *arena, const struct header_names *names, struct text printed,
                     enum column *ret_column, struct text *ret_period, struct error *err) CHECK_RESULT;
bool header_is_value(enum column column); /* UTFALL to KF_ARSMAL */
/* True when it has what a header needs: Indikator, Period and a value column (or MATT_KOLUMN and VARDE). */
bool header_is_one(const struct table_header *header);
/* 0, or -1 where one column of ours has several cells.  WHERE: export and line, for the message. */
int header_check(const struct table_header *header, const char *where, struct error *err) CHECK_RESULT;
/* True when ABOVE, which is no header, has so many of the names of HEADER that the rows between may belong to it. */
bool header_is_damaged(const struct table_header *above, const struct table_header *header);
int header_refuse_damaged(const char *where, struct error *err) CHECK_RESULT; /* the error for it */
/* "Indikator", "Period" and one of …: what header_is_one looks for, for messages. */
extern const char header_wanted[];

/* A word of the column MATT_KOLUMN. */
struct measure {
    enum column column; /* UTFALL to KF_ARSMAL; COLUMN_COUNT = the word is not known */
    struct text report; /* FOREGAENDE: "VB 2021" of `Utfall VB 2021` */
    struct text unit;   /* "%" of `Utfall (%)` */
    int year;           /* in the word: of the row's own period, or for FOREGAENDE of the earlier one; 0 = none */
};
/* What PRINTED, as a header or a column of units has it, is as a unit: `procent` is "%", `antal` none.  Empty as well when it could
 * not stand behind a number.  RET_UNIT points into PRINTED; -1 only when memory ran out. */
int header_unit(struct arena *arena, struct text printed, struct text *ret_unit, struct error *err) CHECK_RESULT;
/* REPORT and UNIT point into PRINTED; ARENA is for the key.  -1 only when memory ran out. */
int measure_read(struct arena *arena, const struct header_names *names, struct text printed,
                 struct measure *ret_measure, struct error *err) CHECK_RESULT;

#endif
