#include "etl/audit/audit_show.h"

#include <inttypes.h>
#include <stdlib.h>

#include "etl/audit/canonical.h"
#include "etl/base/limits.h"

#define NAME_SHOWN 160 /* bytes of a name or value on the screen */

static struct text next_column(struct text *rest)
{
    const char *tab = rest->len ? memchr(rest->ptr, '\t', rest->len) : NULL;
    size_t len = tab ? (size_t)(tab - rest->ptr) : rest->len;
    struct text column = text_part(*rest, 0, len);
    *rest = text_from(*rest, len + 1);
    return column;
}

static void put_text(FILE *out, struct text text)
{
    struct text shown = text_clip(text, NAME_SHOWN);
    fprintf(out, "%.*s%s", TEXT_ARGS(shown), shown.len < text.len ? "…" : "");
}

/* ---- names for keys ---- */

/* The row of TABLE whose COLUMN is KEY, and, for units, whose district is STADSDEL; 0 when there is none. */
static int32_t find_row(const struct audit_show *show, enum memory_table_id table, const char *column, struct text key,
                        int32_t stadsdel)
{
    const struct dimension_memory *memory = &show->derived->memory;
    const char *value;
    for (int32_t id = 1; (value = dimension_memory_get(memory, table, id, column)); id++) {
        if (!text_is(key, value)) continue;
        if (table != MEMORY_ENHET ||
            strtol(dimension_memory_get(memory, table, id, "stadsdel_id"), NULL, 10) == stadsdel)
            return id;
    }
    return 0;
}

static void put_name(const struct audit_show *show, enum memory_table_id table, int32_t id, const char *column)
{
    const char *name = id ? dimension_memory_get(&show->derived->memory, table, id, column) : NULL;
    if (!name) return;
    fputs(" \"", show->out);
    put_text(show->out, text_of(name));
    putc('"', show->out);
}

static void put_indicator(const struct audit_show *show, struct text key)
{
    int32_t id = text_starts(key, "namn:")
                     ? find_row(show, MEMORY_INDIKATOR, "nyckel", text_from(key, sizeof "namn:" - 1), 0)
                     : find_row(show, MEMORY_INDIKATOR, "kod", key, 0);
    put_name(show, MEMORY_INDIKATOR, id, "namn");
}

static void put_period(const struct audit_show *show, struct text key)
{
    char digits[16], name[PERIOD_NAME_SIZE];
    struct period period;
    (void)snprintf(digits, sizeof digits, "%.*s", TEXT_ARGS(text_clip(key, sizeof digits - 1)));
    if (period_from_id((int32_t)strtol(digits, NULL, 10), &period) == 0)
        fprintf(show->out, " \"%s\"", period_name(period, name));
}

static void put_cell_name(const struct audit_show *show, struct text key)
{
    int32_t id = find_row(show, MEMORY_CELL, "nyckel", key, 0);
    put_name(show, MEMORY_CELL, id, "titel");
    put_name(show, MEMORY_CELL, id, "radetikett");
    put_name(show, MEMORY_CELL, id, "kolumnetikett");
}

/* The name that a key of column NAME stands for, behind it, where one is known. */
static void put_words(const struct audit_show *show, const char *name, struct text key, int32_t *stadsdel)
{
    if (!strcmp(name, "stadsdel")) {
        *stadsdel = find_row(show, MEMORY_STADSDEL, "kod", key, 0);
        put_name(show, MEMORY_STADSDEL, *stadsdel, "namn");
    } else if (!strcmp(name, "period")) {
        put_period(show, key);
    } else if (!strcmp(name, "enhet")) {
        put_name(show, MEMORY_ENHET, find_row(show, MEMORY_ENHET, "nyckel", key, *stadsdel), "namn");
    } else if (!strcmp(name, "indikator")) {
        put_indicator(show, key);
    } else if (!strcmp(name, "aktivitet")) {
        put_name(show, MEMORY_AKTIVITET, find_row(show, MEMORY_AKTIVITET, "nyckel", key, 0), "namn");
    } else if (!strcmp(name, "cell")) {
        put_cell_name(show, key);
    }
}

static void put_key(const struct audit_show *show, enum fact_table table, struct text line)
{
    size_t keys;
    const char *const *names = canonical_columns(table, &keys);
    int32_t stadsdel = 0;
    for (size_t i = 0; i < keys; i++) {
        struct text key = next_column(&line);
        fprintf(show->out, "%s%s=", i ? ", " : "", names[i]);
        put_text(show->out, key);
        put_words(show, names[i], key, &stadsdel);
    }
    putc('\n', show->out);
}

/* ---- values and lineage ---- */

/* The columns of ROW behind the key; where there is an OTHER, only those that differ from it. */
static void put_values(const struct audit_show *show, enum fact_table table, struct text row, struct text other)
{
    size_t keys, put = 0;
    const char *const *names = canonical_columns(table, &keys);
    bool all = other.len == 0;
    for (size_t i = 0; names[i]; i++) {
        struct text value = next_column(&row), against = next_column(&other);
        if (i < keys || (!all && text_equal(value, against)) || (all && text_is(value, "\\N"))) continue;
        fprintf(show->out, "%s%s=", put++ ? ", " : "", names[i]);
        put_text(show->out, value);
    }
}

static void put_lineage(const struct audit_show *show, const struct lineage *lineage)
{
    const struct replay_load *load = replay_load(show->derived->replay, lineage->load_id);
    const struct replay_run *run = load ? replay_run(show->derived->replay, load->run_id) : NULL;
    if (!load) {
        fprintf(show->out, " (load %" PRId64 ", which the ledger does not have; line %" PRIu64 ")\n", lineage->load_id,
                lineage->line);
        return;
    }
    fprintf(show->out,
            " (run %" PRId64 ", load %" PRId64 ", source \"%s\", file %s, line %" PRIu64 ", offset %" PRIu64
            ", stadslager %s)\n",
            load->run_id, load->id, load->source, load->sha256, lineage->line, lineage->offset,
            run ? run->program_version : "?");
}

static void put_side(const struct audit_show *show, const char *name, enum fact_table table, const struct side_row *row,
                     const struct side_row *other)
{
    if (!row->line.len) return;
    fprintf(show->out, "  %-10s ", name);
    put_values(show, table, row->line, other->line);
    put_lineage(show, &row->lineage);
}

void audit_show(void *context, const struct difference *difference)
{
    static const char *const kinds[] = {
        [DIFFERENCE_MISSING] = "missing", [DIFFERENCE_EXTRA] = "extra", [DIFFERENCE_VALUE] = "different"};
    struct audit_show *show = context;
    const struct side_row *w = &difference->warehouse, *d = &difference->derived;
    if (show->shown == show->limit) return;
    show->shown++;
    fprintf(show->out, "%s: %s: ", kinds[difference->kind], fact_table_name(difference->table));
    put_key(show, difference->table, w->line.len ? w->line : d->line);
    put_side(show, "warehouse:", difference->table, w, d);
    put_side(show, "derived:", difference->table, d, w);
}
