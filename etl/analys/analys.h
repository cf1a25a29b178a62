/* What `export` and `report` read: the analysts' views, which apply disclosure control, and nothing else; so an analyst's
 * login is enough, and no value that it may not see can reach a file. */
#ifndef STADSLAGER_ANALYS_H
#define STADSLAGER_ANALYS_H

#include "etl/config/config.h"
#include "etl/database.h"

/* Columns of queries/analys_utfall, in its order; SQL NULL is "". */
enum utfall_column {
    U_STADSDEL_KOD,
    U_STADSDEL,
    U_ENHET_KOD, /* "E12": its number in this warehouse; empty = the whole board */
    U_ENHET,
    U_INDIKATOR_KOD, /* "ID12" for one that has no code yet */
    U_INDIKATOR,
    U_PERIOD_ID,
    U_PERIOD,
    U_AR,
    U_TID, /* the period as SDMX writes it */
    U_KON_KOD,
    U_KON,
    U_VARDE, /* exact decimal as text; empty unless the status is "reported" */
    U_MATT,
    U_STATUS,
    U_OBS_STATUS,
    U_CONF_STATUS,
    U_TRYCKT,
    U_AVRUNDAT,
    U_FOREGAENDE,
    U_FORANDRING,
    U_SERIE_BRUTEN,
    U_ARSMAL,
    U_ARSMAL_OPERATOR,
    U_ARSMAL_VARDE,
    U_ARSMAL_MATT,
    U_ARSMAL_BEDOMNING,
    U_KF_ARSMAL,
    U_KF_OPERATOR,
    U_KF_VARDE,
    U_KF_MATT,
    U_KF_OMFATTNING,
    U_KF_BEDOMNING,
    U_FLAGGOR,
    U_KALLA,
    U_PUBLICERAD, /* "2024-03-01T06:00:00Z" */
    U_RAD,        /* line of the export … */
    U_FIL,        /* … whose bytes have this SHA-256 */
    U_KON_MENING, /* of the indicator: what the sexes' values are */
    UTFALL_COLUMNS,
};

struct utfall_filter { /* NULL = all */
    const char *indikator_id, *stadsdel_kod, *period_id, *ar;
};

/* One outcome; CELL is valid during the call only.  Returns 0, or -1 to end the reading with ERR. */
typedef int utfall_sink(void *context, const char *const cell[static UTFALL_COLUMNS], struct error *err);

/* Connects as the configuration says and begins a read-only transaction that sees one state of the warehouse; EXIT_DATABASE
 * with a hint when the views are not there.  Ends with database_close. */
int analys_open(struct config *config, struct database *ret_db, struct error *err) CHECK_RESULT;
/* The indicator called PRINTED (code, name or alias), as text in ARENA; EXIT_USAGE when there is none, or several. */
int analys_find_indikator(struct database *db, struct arena *arena, const char *printed, const char **ret_id,
                          struct error *err) CHECK_RESULT;
/* All outcomes that fit FILTER, in the order of indicator, period, district, unit, sex; memory does not depend on their
 * number. */
int analys_each_utfall(struct database *db, const struct utfall_filter *filter, utfall_sink *sink, void *context,
                       struct error *err) CHECK_RESULT;

#endif
