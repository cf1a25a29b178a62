/* A connector turns the bytes of one export format into records: verbatim cells and where each stood.  Pure: no clock,
 * no file, no network, no globals; the caller lends a reader for the bytes and a sink for the records. */
#ifndef STADSLAGER_CONNECTOR_H
#define STADSLAGER_CONNECTOR_H

#include <stdint.h>
#include <sys/types.h>

#include "etl/base/arena.h"
#include "etl/base/error.h"
#include "etl/base/text.h"

/* ---- what comes out ---- */

enum record_kind { RECORD_INDIKATOR, RECORD_MAL, RECORD_AKTIVITET, RECORD_TABELL };

/* The columns of an indicator row; of an activity row, COLUMN_INDIKATOR holds the activity. */
enum column {
    COLUMN_STADSDEL,
    COLUMN_ENHET,
    COLUMN_INDIKATOR,
    COLUMN_UTFALL,
    COLUMN_UTFALL_MAN,
    COLUMN_UTFALL_KVINNOR,
    COLUMN_FOREGAENDE,
    COLUMN_ARSMAL,
    COLUMN_KF_ARSMAL,
    COLUMN_PERIOD,
    COLUMN_START, /* RECORD_AKTIVITET: first and last day as printed, and the deviation */
    COLUMN_SLUT,
    COLUMN_AVVIKELSE,
    COLUMN_COUNT,
    /* What headers of exports with one value per line, or with a row per sex, can be, beside the above; no record has them. */
    COLUMN_MATT_KOLUMN = COLUMN_COUNT, /* says which of the value columns above the line's value belongs to */
    COLUMN_VARDE,
    COLUMN_KON,       /* one row per sex: says whose outcome it is */
    COLUMN_MATTENHET, /* says what the row's values are counted in */
    COLUMN_MAPPED_COUNT,
};
/* "stadsdel", "enhet", "indikator", "utfall", "utfall_man", … as `decode` heads them. */
const char *column_name(enum column column);

enum niva { NIVA_NONE, NIVA_INRIKTNINGSMAL, NIVA_VERKSAMHETSMAL, NIVA_NAMNDMAL, NIVA_ENHETSMAL };
#define NIVA_COUNT 5
const char *niva_name(enum niva niva); /* "inriktningsmål", …; "" for NIVA_NONE */

/* What was done to read a row.  Stored as flags on the fact and printed as `anmarkning`. */
enum note {
    NOTE_UNCERTAIN = 1 << 0,     /* osaker: several readings fit; goes to quarantine */
    NOTE_SHIFTED = 1 << 1,       /* forskjuten: an icon or blank cell had pushed the cells to the right */
    NOTE_CELL_LOST = 1 << 2,     /* cell-saknas: an empty cell had been lost */
    NOTE_CELLS_MERGED = 1 << 3,  /* celler-sammanslagna: two cells had been printed as one */
    NOTE_PERIOD_BELOW = 1 << 4,  /* period-pa-nasta-rad */
    NOTE_PAGE_BREAK = 1 << 5,    /* sidbrytning: the row was cut by a page break and put together */
    NOTE_NAME_JOINED = 1 << 6,   /* namn-sammanfogat */
    NOTE_CELL_JOINED = 1 << 7,   /* cell-sammanfogad */
    NOTE_BY_GOAL_LEVEL = 1 << 8, /* avgjord-av-malniva: the goal level chose between readings */
    NOTE_MARKUP = 1 << 9,        /* markering-borttagen: tags or asterisks around the name */
    NOTE_LOOKALIKE = 1 << 10,    /* fel-alfabet: the name holds letters of another script that look Latin */
    NOTE_UNREADABLE = 1 << 11,   /* olasbar: no reading fits; goes to quarantine (printed with osaker) */
};
#define NOTE_COUNT 12
const char *note_name(unsigned bit); /* BIT is a position, 0 to NOTE_COUNT - 1 */

/* What the analysis next to a row says about values that are not there. */
enum evidence { EVIDENCE_NONE, EVIDENCE_SUPPRESSED, EVIDENCE_NOT_MEASURED };

/* What the icon of an activity says. */
enum klar { KLAR_OKAND, KLAR_JA, KLAR_NEJ };
const char *klar_name(enum klar klar); /* "", "ja", "nej" */

/* What a day in the period column stands for: itself, or the period it closes (`2023-12-31` of a yearly measure). */
enum closing {
    CLOSING_DAY,
    CLOSING_MONTH,
    CLOSING_QUARTER,
    CLOSING_TERTIAL,
    CLOSING_HALF_YEAR,
    CLOSING_SCHOOL_YEAR,
    CLOSING_YEAR
};

struct tabell_cell {
    struct text column; /* label of its column, levels of the header joined by " / "; may be empty */
    struct text value;  /* as printed, white space folded; empty cells are left out */
    struct text
        matt; /* what the value is counted in: its own sign, else the column's, the row's, the table's; may be empty */
    uint32_t number; /* of its column, 1 = the first after the label; 0 = not known (NOTE_UNCERTAIN) */
    uint64_t offset; /* of the cell in the plain bytes */
};

/* In a workbook, whose compressed parts have no offsets of rows: LINE is the row's number in its sheet, OFFSET the
 * number of the sheet in the workbook's order (from 1), LENGTH 0. */
struct place {
    uint64_t line;   /* 1-based line on which the row begins (first word of the name) */
    uint64_t offset; /* byte offset of the row's first byte in the plain bytes of the export */
    uint64_t length; /* bytes from there to the end of the row's last line (page furniture between included) */
};

struct record {
    enum record_kind kind;
    struct place place;
    uint32_t lines;                     /* input lines this record owns; with the ignored ones they add up to all */
    unsigned notes;                     /* enum note */
    unsigned present;                   /* bit per enum column: the export has this column */
    struct text cell[COLUMN_COUNT];     /* verbatim, white space folded; empty where absent */
    struct text unit[COLUMN_COUNT];     /* of the value columns, where the header or the row says it; else empty */
    uint64_t cell_offset[COLUMN_COUNT]; /* byte offset of the cell in the plain bytes; 0 where unknown */
    struct text previous_report;        /* label of the previous-value column: "VB 2021"; may be empty */
    struct text goal[NIVA_COUNT];       /* the goals above the row, by level */
    enum niva niva;                     /* RECORD_MAL: its level; RECORD_INDIKATOR: level of the nearest goal above */
    struct text text;                   /* RECORD_MAL: number and words of the goal */
    enum evidence evidence;             /* RECORD_INDIKATOR: a reason given in words … */
    uint64_t evidence_line;             /* … and the line of its sentence */
    enum closing closing;               /* RECORD_INDIKATOR: of a day in COLUMN_PERIOD */
    bool commas_part;   /* RECORD_INDIKATOR: the export's cells are parted by commas, as English has it */
    struct text report; /* the report as its title names it: "VB 2024", "T1 2024"; empty when it has none */
    enum klar klar;     /* RECORD_AKTIVITET */
    struct text title;  /* RECORD_TABELL: the heading above the table */
    struct text matt;   /* RECORD_TABELL: unit of the whole table ("Mnkr"); may be empty */
    bool ekonomi;       /* RECORD_TABELL: its columns are budget, outcome, deviation: amounts */
    const struct tabell_cell *tabell; /* RECORD_TABELL: the row's cells; its label is in TEXT */
    size_t tabell_count;
    bool first_row;      /* RECORD_TABELL: its table begins with it */
    uint32_t occurrence; /* RECORD_TABELL: 1 for the table's first row of this title and label, 2 for the next, … */
    struct text status;  /* RECORD_MAL: status line as printed, without icon; empty when none */
    struct text sheet;   /* workbooks: name of the sheet; empty elsewhere */
    struct text
        raw; /* workbooks: the row as text, SHEET!ROW and the cells with TABs between; empty elsewhere: the place
                      * says which bytes of the export it is */
    uint16_t
        cell_column[COLUMN_COUNT]; /* workbooks: 1-based column of the cell in the sheet; 0 = absent, and elsewhere */
    const char *rule;              /* when notes has UNCERTAIN or UNREADABLE: id of the rule that says so */
    char reason[160];              /* … and the reason in words */
};

/* `sheet "Data", cell F12` for the cell of COLUMN, `sheet "Data", row 12` where COLUMN is COLUMN_COUNT or absent; "" for
 * a record that is from no workbook.  Returns BUFFER. */
#define RECORD_WHERE_SIZE 96
char *record_where(const struct record *record, enum column column, char buffer[static RECORD_WHERE_SIZE]);
/* The letters of a 1-based column of a sheet: 1 is A, 27 is AA.  Returns BUFFER. */
#define COLUMN_LETTERS_SIZE 8
char *column_letters(unsigned column, char buffer[static COLUMN_LETTERS_SIZE]);

/* Called for each record in input order; the record and its slices live until it returns.  0, or -1 with ERR to stop. */
struct sink {
    int (*record)(void *context, const struct record *record, struct error *err);
    void *context;
};

/* ---- what goes in ---- */

/* Up to SIZE bytes into BUFFER: the count, 0 at the end, -1 with ERR. */
struct reader {
    ssize_t (*read)(void *context, void *buffer, size_t size, struct error *err);
    void *context;
};

struct column_alias { /* a header of a table (or a word of its column matt_kolumn) -> a column of ours */
    struct text header;
    enum column column;
};

struct decode_options {
    const char *name;           /* of the export, for messages: a path or a source's name */
    struct text stadsdel;       /* from the source's configuration; empty = take it from the export */
    int year;                   /* of the report; 0 = take it from the export */
    const struct text *enheter; /* in order, for exports that do not name them */
    size_t enhet_count;
    /* delimited */
    char separator;       /* 0 = find out: ';', ',' or TAB */
    struct text encoding; /* empty = find out: "utf-8", "utf-16le", "windows-1252" */
    /* delimited and xlsx */
    const struct column_alias *aliases; /* beside the built-in header names */
    size_t alias_count;
    const struct column_alias
        *measures; /* one value per line: words of the column matt_kolumn, beside the header names */
    size_t measure_count;
    enum closing closing;     /* of days in the period column */
    struct text totals_label; /* rows whose enhet or indikator folds to this are ignored and counted; empty = none */
};

/* Why a line is in no record. */
enum ignored {
    IGNORED_BLANK,
    IGNORED_PROSE,
    IGNORED_HEADER,   /* header rows, repeated ones included */
    IGNORED_ANALYSIS, /* analysis rows in a table */
    IGNORED_TABLE,    /* rows of tables this connector leaves to others */
    IGNORED_CONTENTS, /* tables of contents, page furniture, title lines */
    IGNORED_EMPTY_ROW,
    IGNORED_TOTAL,  /* totals rows */
    IGNORED_HIDDEN, /* rows of a workbook's hidden sheets */
    IGNORED_COUNT,
};
const char *ignored_name(enum ignored ignored);

/* lines_read = lines_record + sum of lines_ignored, each counted on its own; decode.c checks it. */
struct decode_counts {
    uint64_t bytes, lines_read, lines_record, lines_ignored[IGNORED_COUNT];
    uint64_t rows_read;    /* indicator rows met */
    uint64_t rows_ignored; /* indicator rows that hold nothing to load: empty rows, totals rows */
};

struct connector {
    const char *name; /* as in the configuration: "rapporttext", "delimited", "xlsx" */
    const char *what; /* one line for --help */
    /* Decodes the whole of READER.  0, or -1 with ERR (class EXIT_REFUSED when the input is not this format, cut, or over
     * a limit; the message begins with the options' name and the line).  RET_COUNTS is set in both cases. */
    int (*decode)(const struct reader *reader, const struct decode_options *options, const struct sink *sink,
                  struct decode_counts *ret_counts, struct error *err);
    bool
        bulk; /* gives indicator rows only, each as soon as it is read: exports of any size, which may be built aside */
};

extern const struct connector connector_rapporttext;
extern const struct connector connector_delimited; /* delimited text */
extern const struct connector connector_xlsx;      /* workbooks */

/* NULL when there is none of that name. */
const struct connector *connector_find(struct text name);
/* All of them, NULL-terminated. */
extern const struct connector *const connectors[];

#endif
