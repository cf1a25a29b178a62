#include "etl/facts.h"

const char *fact_table_name(enum fact_table table)
{
    static const char *const names[FACT_TABLE_COUNT] = {"fact_utfall",         "fact_arsmal",    "fact_foregaende",
                                                        "fact_maluppfyllelse", "fact_aktivitet", "fact_tabell",
                                                        "fact_ekonomi"};
    return names[table];
}

const char *omfattning_name(enum arsmal_omfattning omfattning)
{
    static const char *const names[] = {[OMFATTNING_ENHETEN] = "enheten", [OMFATTNING_STADENS_TOTAL] = "stadens_total"};
    return names[omfattning];
}

const char *uppfyllelse_name(enum uppfyllelse uppfyllelse)
{
    static const char *const names[] = {[UPPFYLLELSE_HELT] = "helt",
                                        [UPPFYLLELSE_DELVIS] = "delvis",
                                        [UPPFYLLELSE_INTE] = "inte",
                                        [UPPFYLLELSE_INGA_DATA] = "inga_data"};
    return names[uppfyllelse];
}

const char *storhet_name(enum storhet storhet)
{
    static const char *const names[STORHET_COUNT] = {"budget", "utfall", "avvikelse", "prognos"};
    return names[storhet];
}

const char *post_name(enum post post)
{
    static const char *const names[] = {
        [POST_EJ_ANGIVEN] = "ej_angiven", [POST_KOSTNAD] = "kostnad", [POST_INTAKT] = "intakt", [POST_NETTO] = "netto"};
    return names[post];
}

const char *overforing_name(enum overforing overforing)
{
    static const char *const names[] = {
        [OVERFORING_EJ_ANGIVEN] = NULL, [OVERFORING_FORE] = "fore", [OVERFORING_EFTER] = "efter"};
    return names[overforing];
}

int32_t fact_object(const struct fact *fact)
{
    switch (fact->table) {
    case FACT_MALUPPFYLLELSE:
        return fact->mal_id;
    case FACT_AKTIVITET:
        return fact->aktivitet_id;
    case FACT_TABELL:
    case FACT_EKONOMI:
        return fact->cell_id;
    default:
        return fact->indikator_id;
    }
}

char fact_part(const struct fact *fact)
{
    if (fact->table == FACT_UTFALL) return (char)fact->kon;
    if (fact->table == FACT_ARSMAL) return fact->niva == ARSMAL_KF ? 'K' : 'E';
    return '-';
}
