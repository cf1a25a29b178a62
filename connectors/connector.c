#include "connectors/connector.h"

const struct connector *const connectors[] = {&connector_rapporttext, &connector_delimited, NULL};

const struct connector *connector_find(struct text name)
{
    for (size_t i = 0; connectors[i]; i++)
        if (text_is(name, connectors[i]->name)) return connectors[i];
    return NULL;
}

static const char *const columns[COLUMN_COUNT] = {
    [COLUMN_STADSDEL] = "stadsdel",     [COLUMN_ENHET] = "enhet",           [COLUMN_INDIKATOR] = "indikator",
    [COLUMN_UTFALL] = "utfall",         [COLUMN_UTFALL_MAN] = "utfall_man", [COLUMN_UTFALL_KVINNOR] = "utfall_kvinnor",
    [COLUMN_FOREGAENDE] = "foregaende", [COLUMN_ARSMAL] = "arsmal",         [COLUMN_KF_ARSMAL] = "kf_arsmal",
    [COLUMN_PERIOD] = "period",         [COLUMN_START] = "start",           [COLUMN_SLUT] = "slut",
    [COLUMN_AVVIKELSE] = "avvikelse",
};

const char *column_name(enum column column)
{
    return (unsigned)column < COLUMN_COUNT ? columns[column] : "";
}

static const char *const nivaer[NIVA_COUNT] = {
    [NIVA_NONE] = "",
    [NIVA_INRIKTNINGSMAL] = "inriktningsmål",
    [NIVA_VERKSAMHETSMAL] = "verksamhetsmål",
    [NIVA_NAMNDMAL] = "nämndmål",
    [NIVA_ENHETSMAL] = "enhetsmål",
};

const char *niva_name(enum niva niva)
{
    return (unsigned)niva < NIVA_COUNT ? nivaer[niva] : "";
}

const char *klar_name(enum klar klar)
{
    return klar == KLAR_JA ? "ja" : klar == KLAR_NEJ ? "nej" : "";
}

/* In the order of enum note's bits. */
static const char *const notes[NOTE_COUNT] = {
    "osaker",      "forskjuten",       "cell-saknas",      "celler-sammanslagna", "period-pa-nasta-rad",
    "sidbrytning", "namn-sammanfogat", "cell-sammanfogad", "avgjord-av-malniva",  "markering-borttagen",
    "fel-alfabet", "olasbar",
};

const char *note_name(unsigned bit)
{
    return bit < NOTE_COUNT ? notes[bit] : "";
}

static const char *const ignored_names[IGNORED_COUNT] = {
    [IGNORED_BLANK] = "blank",         [IGNORED_PROSE] = "prose", [IGNORED_HEADER] = "header",
    [IGNORED_ANALYSIS] = "analysis",   [IGNORED_TABLE] = "table", [IGNORED_CONTENTS] = "contents",
    [IGNORED_EMPTY_ROW] = "empty_row", [IGNORED_TOTAL] = "total",
};

const char *ignored_name(enum ignored ignored)
{
    return (unsigned)ignored < IGNORED_COUNT ? ignored_names[ignored] : "";
}
