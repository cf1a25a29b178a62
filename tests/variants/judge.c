/* The next step of the pipeline, apart from the generator: both have a struct fact. */
#include "connectors/connector.h"
#include "etl/interpret.h"

int judge_row(struct arena *arena, const struct record *record, bool *ret_rejected, struct error *err) CHECK_RESULT;
int judge_row(struct arena *arena, const struct record *record, bool *ret_rejected, struct error *err)
{
    struct indikator_row row;
    struct rejection rejection;
    if (interpret_indikator(arena, record, NULL, &row, &rejection, err)) return -1;
    *ret_rejected = rejection.rule || !record->cell[COLUMN_INDIKATOR].len;
    return 0;
}
