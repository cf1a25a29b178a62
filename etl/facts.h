/* Typed facts on their way from interpret/resolve to load: one struct for all fact tables, keys already resolved. */
#ifndef STADSLAGER_FACTS_H
#define STADSLAGER_FACTS_H

#include "connectors/connector.h"
#include "etl/base/period.h"
#include "etl/base/target.h"
#include "etl/base/value.h"

enum fact_table {
    FACT_UTFALL,
    FACT_ARSMAL,
    FACT_FOREGAENDE,
    FACT_MALUPPFYLLELSE,
    FACT_AKTIVITET,
    FACT_TABELL,
    FACT_EKONOMI
};
#define FACT_TABLE_COUNT 7
const char *fact_table_name(enum fact_table table); /* "fact_utfall", … */

enum kon { KON_TOTAL = 'T', KON_MAN = 'M', KON_KVINNOR = 'K', KON_OKANT = 'O' };

enum arsmal_niva { ARSMAL_EGEN, ARSMAL_KF };                             /* SQL enum labels "egen", "KF" */
enum arsmal_omfattning { OMFATTNING_ENHETEN, OMFATTNING_STADENS_TOTAL }; /* "enheten", "stadens_total" */
enum uppfyllelse {
    UPPFYLLELSE_HELT,
    UPPFYLLELSE_DELVIS,
    UPPFYLLELSE_INTE,
    UPPFYLLELSE_INGA_DATA
}; /* "helt", "delvis", "inte", "inga_data" */

/* What an amount of an economy table is; labels of the SQL enums beside them. */
enum storhet { STORHET_BUDGET, STORHET_UTFALL, STORHET_AVVIKELSE, STORHET_PROGNOS }; /* "budget", … */
#define STORHET_COUNT 4
enum post { POST_EJ_ANGIVEN, POST_KOSTNAD, POST_INTAKT, POST_NETTO }; /* "ej_angiven", "kostnad", "intakt", "netto" */
enum overforing { OVERFORING_EJ_ANGIVEN, OVERFORING_FORE, OVERFORING_EFTER }; /* NULL, "fore", "efter" */

/* Bits of `flaggor` in every fact: the connector's notes (enum note) in the low 16 bits, these above. */
enum fact_flag {
    FLAG_PRELIMINARY = 1 << 16,
    FLAG_REVISED = 1 << 17,
    FLAG_UNIT_DIFFERS = 1 << 18,     /* unit missing or another than the row's other cells */
    FLAG_TOTAL_OUTSIDE = 1 << 19,    /* total outside men-women */
    FLAG_ZERO_FOR_MISSING = 1 << 20, /* a zero that seems to stand for "no value" */
    FLAG_ONE_SEX = 1 << 21,          /* one sex cell filled, the other empty */
    FLAG_OUT_OF_RANGE = 1 << 22,     /* a share outside 0-100 % */
    FLAG_PARTS_DIFFER = 1 << 23,     /* men and women are not the parts of the total that the registry says */
};

struct fact {
    enum fact_table table;
    uint64_t row; /* ordinal of the record in its export, from 1: ties the facts of one input row together */
    int ar;       /* year of the period: partition key */
    int32_t stadsdel_id, enhet_id, period_id;
    int32_t indikator_id;              /* FACT_UTFALL, FACT_ARSMAL, FACT_FOREGAENDE */
    int32_t mal_id;                    /* FACT_MALUPPFYLLELSE; of FACT_AKTIVITET the goal above, 0 = none */
    int32_t aktivitet_id;              /* FACT_AKTIVITET */
    int32_t cell_id;                   /* FACT_TABELL, FACT_EKONOMI */
    enum kon kon;                      /* FACT_UTFALL; KON_TOTAL elsewhere */
    enum arsmal_niva niva;             /* FACT_ARSMAL */
    enum arsmal_omfattning omfattning; /* FACT_ARSMAL */
    enum target_operator op;           /* FACT_ARSMAL */
    enum uppfyllelse uppfyllelse;      /* FACT_MALUPPFYLLELSE */
    enum value_status status;          /* FACT_UTFALL, FACT_FOREGAENDE, FACT_TABELL */
    enum klar klar;                    /* FACT_AKTIVITET */
    struct text start, slut;           /* FACT_AKTIVITET: ISO days, empty = none */
    enum storhet storhet;              /* FACT_EKONOMI */
    enum post post;                    /* FACT_EKONOMI */
    enum overforing overforing;        /* FACT_EKONOMI */
    int avser_ar;                      /* FACT_EKONOMI: the year of the amount */
    bool has_number;
    struct decimal number; /* varde */
    struct text unit;      /* matt: "%", "st", … empty = none */
    struct text printed;   /* tryckt: FACT_UTFALL and FACT_FOREGAENDE when status is not reported, others always; of
                              FACT_AKTIVITET the deviation */
    struct text period_printed;   /* period_tryckt: "VB 2022" */
    struct text avser;            /* FACT_FOREGAENDE: the report it repeats, as its column is headed: "VB 2021" */
    char obs_status, conf_status; /* SDMX codes */
    unsigned flags;
    struct place place;
    /* What figure that stands elsewhere too this is; compared inside the load and not kept. */
    int32_t same_indikator_id, same_period_id; /* FACT_TABELL: an outcome … */
    enum kon same_kon;                         /* … of this sex; 0 = of no indicator */
    struct text same_key;                      /* FACT_EKONOMI: what the amount is of, folded; empty = nothing */
};

/* Labels of the SQL enums; NULL for SQL NULL. */
const char *omfattning_name(enum arsmal_omfattning omfattning);
const char *uppfyllelse_name(enum uppfyllelse uppfyllelse);
const char *storhet_name(enum storhet storhet);
const char *post_name(enum post post);
const char *overforing_name(enum overforing overforing);
/* What a fact is about and which part of it, as drift.gallande has them: objekt_id and del (the sex of FACT_UTFALL, E or K for
 * FACT_ARSMAL, else -). */
int32_t fact_object(const struct fact *fact);
char fact_part(const struct fact *fact);

struct quarantine_row {
    enum record_kind kind;
    uint64_t row;
    uint32_t lines;
    struct place place;
    const char *column; /* "utfall_man"; "" when the whole row */
    const char *rule;   /* "V-VARDE" … ids of validate.h and of the connectors */
    const char *reason; /* in words, one line */
    struct text value;  /* the offending cell, may be empty */
    struct text raw;    /* the raw bytes of the row, at most LIMIT_RAW */
};

struct finding {
    uint64_t row;
    struct place place;
    const char *rule, *severity, *message;
    /* The value in question, and of rules that compare the one it disagrees with; empty where there is none. */
    struct text column, value;             /* column: "utfall_man" */
    struct text other_column, other_value; /* … */
    uint64_t other_line, other_offset;     /* where that stands in the export; 0 = nowhere in it, not known */
};

#endif
