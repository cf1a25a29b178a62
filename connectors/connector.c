#include "connectors/connector.h"

#include <stdio.h>

#include "etl/base/limits.h"

const struct connector *const connectors[] = {&connector_rapporttext, &connector_delimited, &connector_xlsx, NULL};

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
    [IGNORED_EMPTY_ROW] = "empty_row", [IGNORED_TOTAL] = "total", [IGNORED_HIDDEN] = "hidden",
};

const char *ignored_name(enum ignored ignored)
{
    return (unsigned)ignored < IGNORED_COUNT ? ignored_names[ignored] : "";
}

char *column_letters(unsigned column, char buffer[static COLUMN_LETTERS_SIZE])
{
    char reversed[COLUMN_LETTERS_SIZE];
    size_t len = 0;
    for (; column > 0 && len < COLUMN_LETTERS_SIZE - 1; column = (column - 1) / 26)
        reversed[len++] = (char)('A' + (column - 1) % 26);
    for (size_t i = 0; i < len; i++)
        buffer[i] = reversed[len - 1 - i];
    buffer[len] = '\0';
    return buffer;
}

char *record_where(const struct record *record, enum column column, char buffer[static RECORD_WHERE_SIZE])
{
    char letters[COLUMN_LETTERS_SIZE];
    unsigned cell = (unsigned)column < COLUMN_COUNT ? record->cell_column[column] : 0;
    struct text sheet = text_clip(record->sheet, LIMIT_SHEET_SHOWN);
    buffer[0] = '\0';
    if (record->sheet.len == 0) return buffer;
    (void)snprintf(buffer, RECORD_WHERE_SIZE, "sheet \"%.*s\", %s%s%llu", TEXT_ARGS(sheet), cell ? "cell " : "row ",
                   column_letters(cell, letters), (unsigned long long)record->place.line);
    return buffer;
}
