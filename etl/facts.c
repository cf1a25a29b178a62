#include "etl/facts.h"

const char *fact_table_name(enum fact_table table)
{
    static const char *const names[FACT_TABLE_COUNT] = {"fact_utfall",         "fact_arsmal",    "fact_foregaende",
                                                        "fact_maluppfyllelse", "fact_aktivitet", "fact_tabell",
                                                        "fact_ekonomi"};
    return names[table];
}
