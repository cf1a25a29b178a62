#include "etl/audit/canonical.h"

#include <stdlib.h>

#include "etl/copy.h"

#define NUMBER_SIZE 24
#define GOAL_DEPTH  8 /* levels of goals; there are four */
#define SQL_NULL    "\\N"

static const struct table {
    const char *name;
    size_t keys;
    const char *columns[CANONICAL_COLUMNS + 1];
} tables[FACT_TABLE_COUNT] = {
    [FACT_UTFALL] = {"utfall",
                     5,
                     {"stadsdel", "period", "enhet", "indikator", "kon", "varde_status", "varde", "matt", "tryckt",
                      "period_tryckt", "obs_status", "conf_status", "flaggor"}},
    [FACT_ARSMAL] = {"arsmal",
                     5,
                     {"stadsdel", "period", "enhet", "indikator", "niva", "operator", "omfattning", "varde", "matt",
                      "tryckt", "period_tryckt", "obs_status", "conf_status", "flaggor"}},
    [FACT_FOREGAENDE] = {"foregaende",
                         4,
                         {"stadsdel", "period", "enhet", "indikator", "varde_status", "varde", "matt", "tryckt",
                          "period_tryckt", "avser", "obs_status", "conf_status", "flaggor"}},
    [FACT_MALUPPFYLLELSE] = {"maluppfyllelse",
                             4,
                             {"stadsdel", "period", "enhet", "mal", "uppfyllelse", "tryckt", "period_tryckt",
                              "obs_status", "conf_status", "flaggor"}},
    [FACT_AKTIVITET] = {"aktivitet",
                        6,
                        {"stadsdel", "period", "enhet", "aktivitet", "nr", "mal", "start", "slut", "klar", "avvikelse",
                         "period_tryckt", "mal_stammer", "obs_status", "conf_status", "flaggor"}},
    [FACT_TABELL] = {"tabell",
                     4,
                     {"stadsdel", "period", "enhet", "cell", "varde_status", "varde", "matt", "tryckt", "period_tryckt",
                      "obs_status", "conf_status", "flaggor"}},
    [FACT_EKONOMI] = {"ekonomi",
                      4,
                      {"stadsdel", "period", "enhet", "cell", "storhet", "post", "overforing", "tecken", "avser_ar",
                       "belopp", "matt", "tryckt", "period_tryckt", "verksamhet_stammer", "obs_status", "conf_status",
                       "flaggor"}},
};

const char *canonical_name(enum fact_table table)
{
    return tables[table].name;
}

const char *const *canonical_columns(enum fact_table table, size_t *ret_keys)
{
    *ret_keys = tables[table].keys;
    return tables[table].columns;
}

/* ---- columns ---- */

/* As PostgreSQL's CopyAttributeOutText. */
static void add_escaped(struct line *line, struct text text)
{
    static const char escaped[] = "\b\f\n\r\t\v\\", letters[] = "bfnrtv\\";
    size_t from = 0;
    for (size_t i = 0; i < text.len; i++) {
        const char *found = text.ptr[i] ? strchr(escaped, text.ptr[i]) : NULL;
        if (!found) continue;
        const char pair[] = {'\\', letters[found - escaped]};
        line_add(line, text.ptr + from, i - from);
        line_add(line, pair, sizeof pair);
        from = i + 1;
    }
    line_add(line, text.ptr + from, text.len - from);
}

static bool is_plain(struct text text)
{
    bool plain = true;
    for (size_t i = 0; i < text.len; i++)
        plain &= (unsigned char)(text.ptr[i] - ' ') < 0x7f - ' ' && text.ptr[i] != '\\';
    return plain;
}

static void add_text(struct line *line, struct text text)
{
    size_t from = 0;
    bool good;
    if (is_plain(text)) { /* nearly all */
        line_add(line, text.ptr, text.len);
        return;
    }
    for (size_t i = 0, n; i < text.len; i += n) {
        bool ascii = (unsigned char)text.ptr[i] < 0x80 && text.ptr[i];
        n = ascii ? 1 : copy_character(text_from(text, i), &good);
        if (ascii || good) continue;
        add_escaped(line, text_part(text, from, i - from));
        line_add(line, "\xef\xbf\xbd", 3);
        from = i + n;
    }
    add_escaped(line, text_from(text, from));
}

static void column_text(struct line *line, struct text text)
{
    line_add(line, "\t", 1);
    if (text.len)
        add_text(line, text);
    else
        line_add(line, SQL_NULL, sizeof SQL_NULL - 1);
}

/* Words of our own and numbers: nothing to escape. */
static void column_label(struct line *line, const char *label)
{
    line_add(line, "\t", 1);
    if (label && *label)
        line_add(line, label, strlen(label));
    else
        line_add(line, SQL_NULL, sizeof SQL_NULL - 1);
}

static void column_char(struct line *line, char c)
{
    column_label(line, (const char[]){c, '\0'});
}

static void column_number(struct line *line, int64_t n)
{
    char buffer[DECIMAL_PRINT_SIZE];
    column_label(line, decimal_print((struct decimal){.unscaled = n}, buffer));
}

static void column_decimal(struct line *line, const struct fact *fact)
{
    char buffer[DECIMAL_PRINT_SIZE];
    column_label(line, fact->has_number ? decimal_print(fact->number, buffer) : NULL);
}

static void economy_columns(struct line *line, const struct fact *fact)
{
    column_label(line, storhet_name(fact->storhet));
    column_label(line, post_name(fact->post));
    column_label(line, overforing_name(fact->overforing));
    column_label(line, "kostnad_plus"); /* the default of fact_ekonomi.tecken; there is one convention */
    column_number(line, fact->avser_ar);
}

static void activity_columns(struct line *line, const struct fact *fact)
{
    column_text(line, fact->start);
    column_text(line, fact->slut);
    column_label(line, klar_name(fact->klar));
}

void canonical_values(struct line *line, const struct fact *fact)
{
    enum fact_table table = fact->table;
    bool counted = table != FACT_MALUPPFYLLELSE && table != FACT_AKTIVITET;
    if (table == FACT_UTFALL || table == FACT_FOREGAENDE || table == FACT_TABELL)
        column_label(line, value_status_name(fact->status));
    if (table == FACT_ARSMAL) {
        column_label(line, target_operator_name(fact->op));
        column_label(line, omfattning_name(fact->omfattning));
    }
    if (table == FACT_MALUPPFYLLELSE) column_label(line, uppfyllelse_name(fact->uppfyllelse));
    if (table == FACT_AKTIVITET) activity_columns(line, fact);
    if (table == FACT_EKONOMI) economy_columns(line, fact);
    if (counted) column_decimal(line, fact);
    if (counted) column_text(line, fact->unit);
    column_text(line, fact->printed);
    column_text(line, fact->period_printed);
    if (table == FACT_FOREGAENDE) column_text(line, fact->avser);
    if (table == FACT_AKTIVITET || table == FACT_EKONOMI) column_label(line, "t"); /* mal_, verksamhet_stammer */
    column_char(line, fact->obs_status);
    column_char(line, fact->conf_status);
    column_number(line, (int32_t)fact->flags);
}

/* ---- keys ---- */

struct key_writer {
    struct line *line;
    const struct dimension_memory *memory;
    struct error *err;
};

/* A cell of a dimension that must be there. */
static int add_cell(const struct key_writer *w, enum memory_table_id table, int32_t id, const char *column)
{
    const char *value = dimension_memory_get(w->memory, table, id, column);
    if (!value) return error_set(w->err, EXIT_INTERNAL, "no row %d for a canonical key's column %s", (int)id, column);
    add_text(w->line, text_of(value));
    return 0;
}

static int32_t id_of(const struct key_writer *w, enum memory_table_id table, int32_t id, const char *column)
{
    const char *value = dimension_memory_get(w->memory, table, id, column);
    return value ? (int32_t)strtol(value, NULL, 10) : 0;
}

static int add_or_none(const struct key_writer *w, enum memory_table_id table, int32_t id, const char *column)
{
    if (id) return add_cell(w, table, id, column);
    line_add(w->line, "-", 1);
    return 0;
}

/* One goal, as the view drift.canonical_mal writes it. */
static int add_goal(const struct key_writer *w, int32_t id)
{
    int rc = add_cell(w, MEMORY_MAL, id, "ar");
    line_add(w->line, " ", 1);
    if (rc == 0) rc = add_cell(w, MEMORY_MAL, id, "niva");
    line_add(w->line, " ", 1);
    if (rc == 0) rc = add_or_none(w, MEMORY_STADSDEL, id_of(w, MEMORY_MAL, id, "stadsdel_id"), "kod");
    line_add(w->line, " ", 1);
    if (rc == 0) rc = add_or_none(w, MEMORY_ENHET, id_of(w, MEMORY_MAL, id, "enhet_id"), "nyckel");
    line_add(w->line, " ", 1);
    return rc ? rc : add_cell(w, MEMORY_MAL, id, "nyckel");
}

/* The goal and those above it, from the top; - for none. */
static int add_goals(const struct key_writer *w, int32_t id)
{
    int32_t chain[GOAL_DEPTH];
    size_t depth = 0;
    for (; id && depth < GOAL_DEPTH; id = id_of(w, MEMORY_MAL, id, "overordnat_id"))
        chain[depth++] = id;
    if (!depth) line_add(w->line, "-", 1);
    while (depth--) {
        if (add_goal(w, chain[depth])) return -1;
        if (depth) line_add(w->line, " ", 1);
    }
    return 0;
}

static int add_indicator(const struct key_writer *w, int32_t id)
{
    const char *code = dimension_memory_get(w->memory, MEMORY_INDIKATOR, id, "kod");
    if (code && *code) return add_cell(w, MEMORY_INDIKATOR, id, "kod");
    line_add(w->line, "namn:", 5);
    return add_cell(w, MEMORY_INDIKATOR, id, "nyckel");
}

static int add_activity(const struct key_writer *w, int32_t id)
{
    if (add_cell(w, MEMORY_AKTIVITET, id, "nyckel")) return -1;
    line_add(w->line, "\t", 1);
    if (add_cell(w, MEMORY_AKTIVITET, id, "nr")) return -1;
    line_add(w->line, "\t", 1);
    return add_goals(w, id_of(w, MEMORY_AKTIVITET, id, "mal_id"));
}

enum memory_table_id canonical_dimension(enum fact_table table)
{
    switch (table) {
    case FACT_MALUPPFYLLELSE:
        return MEMORY_MAL;
    case FACT_AKTIVITET:
        return MEMORY_AKTIVITET;
    case FACT_TABELL:
    case FACT_EKONOMI:
        return MEMORY_CELL;
    default:
        return MEMORY_INDIKATOR;
    }
}

int canonical_member(struct line *line, const struct dimension_memory *memory, enum memory_table_id dimension,
                     int32_t id, struct error *err)
{
    const struct key_writer w = {line, memory, err};
    switch (dimension) {
    case MEMORY_STADSDEL:
        return add_cell(&w, dimension, id, "kod");
    case MEMORY_MAL:
        return add_goals(&w, id);
    case MEMORY_AKTIVITET:
        return add_activity(&w, id);
    case MEMORY_INDIKATOR:
        return add_indicator(&w, id);
    default:
        return add_cell(&w, dimension, id, "nyckel");
    }
}

int canonical_group(struct line *line, const struct dimension_memory *memory, const struct version_key *key,
                    struct error *err)
{
    char period[NUMBER_SIZE];
    int n = snprintf(period, sizeof period, "\t%d\t", (int)key->period_id);
    if (canonical_member(line, memory, MEMORY_STADSDEL, key->stadsdel_id, err)) return -1;
    line_add(line, period, n > 0 ? (size_t)n : 0);
    return 0;
}

void canonical_part(struct line *line, const struct version_key *key)
{
    if (key->table == FACT_UTFALL) column_char(line, key->part);
    if (key->table == FACT_ARSMAL) column_label(line, key->part == 'K' ? "KF" : "egen");
}

int canonical_key(struct line *line, const struct dimension_memory *memory, const struct version_key *key,
                  struct error *err)
{
    if (canonical_group(line, memory, key, err) || canonical_member(line, memory, MEMORY_ENHET, key->enhet_id, err))
        return -1;
    line_add(line, "\t", 1);
    if (canonical_member(line, memory, canonical_dimension(key->table), key->object_id, err)) return -1;
    canonical_part(line, key);
    return 0;
}
