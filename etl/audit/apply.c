#include "etl/audit/apply.h"

#include <stdlib.h>

#include "etl/audit/apply_foregaende.h"
#include "etl/audit/canonical.h"
#include "etl/base/limits.h"

#define YEAR_FIRST      1990 /* doubt_year.sql */
#define YEAR_LAST       2199
#define FIRST_ROW_BYTES 1024 /* a bit per row */

/* ---- rows in doubt ---- */

bool bits_has(const struct bits *bits, uint64_t row)
{
    return row / 8 < bits->size && (bits->bytes[row / 8] >> row % 8 & 1);
}

int bits_put(struct bits *bits, uint64_t row, struct error *err)
{
    if (row / 8 >= bits->size) {
        size_t size = bits->size ? bits->size : FIRST_ROW_BYTES;
        while (size <= row / 8)
            size *= 2;
        unsigned char *bytes = realloc(bits->bytes, size);
        if (!bytes) return error_memory(err);
        memset(bytes + bits->size, 0, size - bits->size);
        bits->bytes = bytes;
        bits->size = size;
    }
    bits->bytes[row / 8] |= (unsigned char)(1u << row % 8);
    return 0;
}

void bits_free(struct bits *bits)
{
    free(bits->bytes);
    *bits = (struct bits){0};
}

static enum record_kind kind_of(enum fact_table table)
{
    return table == FACT_MALUPPFYLLELSE                    ? RECORD_MAL
           : table == FACT_AKTIVITET                       ? RECORD_AKTIVITET
           : table == FACT_TABELL || table == FACT_EKONOMI ? RECORD_TABELL
                                                           : RECORD_INDIKATOR;
}

/* ---- the facts of an export ---- */

int export_open(struct export_facts *ret_facts, struct error *err)
{
    *ret_facts = (struct export_facts){0};
    return sorter_create(LIMIT_SORT, &ret_facts->facts, err);
}

void export_close(struct export_facts *facts)
{
    sorter_free(facts->facts);
    bits_free(&facts->doubt);
    line_free(&facts->scratch);
    line_free(&facts->values);
    *facts = (struct export_facts){0};
}

static int take_row(void *context, uint64_t row, enum record_kind kind, uint32_t lines, struct place place,
                    struct error *err)
{
    (void)context, (void)row, (void)kind, (void)lines, (void)place, (void)err;
    return 0;
}

static int take_finding(void *context, const struct finding *finding, struct error *err)
{
    (void)context, (void)finding, (void)err;
    return 0;
}

/* As doubt_given.sql, and of diff_gone.sql: after a header that was not understood a fact of any kind may be hidden. */
static int take_quarantine(void *context, const struct quarantine_row *row, struct error *err)
{
    struct export_facts *f = context;
    f->hidden[row->kind] = true;
    for (size_t i = 0; !strcmp(row->rule, "T-RUBRIK") && i < sizeof f->hidden / sizeof *f->hidden; i++)
        f->hidden[i] = true;
    return bits_put(&f->doubt, row->row, err);
}

/* As load_fact and doubt_year.sql. */
static int take_fact(void *context, const struct fact *fact, struct error *err)
{
    struct export_facts *f = context;
    struct line *values = &f->values;
    if (fact->ar < 1 || fact->ar > INT16_MAX || fact->stadsdel_id < 1 || fact->stadsdel_id > INT16_MAX)
        return error_set(err, EXIT_INTERNAL, "line %llu: a fact has year %d and district %d",
                         (unsigned long long)fact->place.line, fact->ar, (int)fact->stadsdel_id);
    if (fact->ar < YEAR_FIRST || fact->ar > YEAR_LAST) {
        f->hidden[kind_of(fact->table)] = true;
        if (bits_put(&f->doubt, fact->row, err)) return -1;
    }
    line_clear(values);
    canonical_values(values, fact);
    const struct version version = {.key = {fact->table, fact->ar, fact->stadsdel_id, fact->period_id, fact->enhet_id,
                                            fact_object(fact), fact_part(fact)},
                                    .order = f->count++,
                                    .row = fact->row,
                                    .line = fact->place.line,
                                    .offset = fact->place.offset,
                                    .values = text_make(values->bytes, values->len)};
    version_pack(&f->scratch, &version);
    if (line_check(values, err) || line_check(&f->scratch, err)) return -1;
    return sorter_add(f->facts, f->scratch.bytes, f->scratch.len, err);
}

struct fact_sink export_sink(struct export_facts *facts)
{
    return (struct fact_sink){take_row, take_fact, take_quarantine, take_finding, false, facts};
}

/* ---- walking over facts and versions together ---- */

/* One side of a merge: its next version, and whether there is one. */
struct side {
    bool more;
    struct version version;
    unsigned char key[VERSION_KEY_SIZE]; /* packed */
};

struct walk {
    struct export_facts *facts;
    struct spool_reader before;
    struct side fact, old;
};

static int set_side(struct side *side, int more, const unsigned char *data, size_t size, struct error *err)
{
    side->more = more > 0;
    if (more <= 0) return more;
    memcpy(side->key, data, VERSION_KEY_SIZE);
    return version_unpack(data, size, &side->version, err);
}

static int next_fact(struct walk *w, struct error *err)
{
    const unsigned char *data = NULL;
    size_t size = 0;
    int more = sorter_next(w->facts->facts, &data, &size, err);
    return set_side(&w->fact, more, data, size, err);
}

static int next_old(struct walk *w, struct error *err)
{
    const unsigned char *data = NULL;
    size_t size = 0;
    int more = spool_next(&w->before, &data, &size, err);
    return set_side(&w->old, more, data, size, err);
}

/* BEFORE may be NULL: then there are facts only. */
static int begin_walk(struct walk *w, struct export_facts *facts, const struct spool *before, struct error *err)
{
    *w = (struct walk){.facts = facts};
    if (sorter_rewind(facts->facts, err) || next_fact(w, err)) return -1;
    if (!before) return 0;
    return spool_open(before, 0, spool_size(before), &w->before, err) || next_old(w, err) ? -1 : 0;
}

static void end_walk(struct walk *w)
{
    spool_close(&w->before);
}

static int compare_sides(const struct side *a, const struct side *b)
{
    if (!a->more || !b->more) return b->more - a->more;
    return memcmp(a->key, b->key, VERSION_KEY_SIZE);
}

/* ---- doubt that only shows when facts stand together ---- */

/* Rows found doubtful in a pass count from the next one on, as an INSERT … SELECT does not see what it inserts. */
struct pass {
    struct export_facts *facts;
    struct bits found;
};

static int find_doubt(struct pass *pass, const struct version *fact, struct error *err)
{
    pass->facts->hidden[kind_of(fact->key.table)] = true;
    return bits_put(&pass->found, fact->row, err);
}

static int end_pass(struct pass *pass, struct error *err)
{
    int rc = 0;
    for (uint64_t row = 0; rc == 0 && row < pass->found.size * 8; row++)
        if (bits_has(&pass->found, row)) rc = bits_put(&pass->facts->doubt, row, err);
    bits_free(&pass->found);
    return rc;
}

/* The facts of one key that are not in doubt: their rows, and whether they say the same. */
struct group {
    unsigned char key[VERSION_KEY_SIZE];
    struct line values; /* of the first one */
    struct version *rows;
    size_t count, room;
    bool differs;
};

static int group_add(struct group *g, const struct version *fact, struct error *err)
{
    if (g->count == g->room) {
        size_t room = g->room ? g->room * 2 : 8;
        struct version *rows = reallocarray(g->rows, room, sizeof *rows);
        if (!rows) return error_memory(err);
        g->rows = rows;
        g->room = room;
    }
    if (!g->count) {
        line_clear(&g->values);
        line_add(&g->values, fact->values.ptr, fact->values.len);
    } else if (!text_equal(text_make(g->values.bytes, g->values.len), fact->values)) {
        g->differs = true;
    }
    g->rows[g->count++] = *fact; /* but for its values, which move on */
    return line_check(&g->values, err);
}

static int end_group(struct group *g, struct pass *pass, struct error *err)
{
    for (size_t i = 0; g->differs && i < g->count; i++)
        if (find_doubt(pass, &g->rows[i], err)) return -1;
    g->count = 0;
    g->differs = false;
    return 0;
}

/* doubt_repeated.sql: rows that share a key and say different things about it. */
static int find_repeated_doubt(struct export_facts *facts, struct error *err)
{
    struct pass pass = {.facts = facts};
    struct group group = {0};
    struct walk w;
    bool begun = false;
    int rc = begin_walk(&w, facts, NULL, err);
    for (; rc == 0 && w.fact.more; rc = next_fact(&w, err)) {
        bool same = begun && !memcmp(group.key, w.fact.key, VERSION_KEY_SIZE);
        if (!same && end_group(&group, &pass, err)) break;
        memcpy(group.key, w.fact.key, VERSION_KEY_SIZE);
        begun = true;
        if (!bits_has(&facts->doubt, w.fact.version.row) && group_add(&group, &w.fact.version, err)) break;
    }
    if (rc == 0) rc = w.fact.more ? -1 : end_group(&group, &pass, err);
    if (end_pass(&pass, err)) rc = -1;
    end_walk(&w);
    line_free(&group.values);
    free(group.rows);
    return rc;
}

/* doubt_source.sql: rows that contradict the current version of another source. */
static int find_source_doubt(struct export_facts *facts, const struct spool *before,
                             const struct apply_options *options, struct error *err)
{
    struct pass pass = {.facts = facts};
    uint32_t source = options->loads[options->load].source_nr;
    struct walk w;
    int rc = begin_walk(&w, facts, before, err);
    while (rc == 0 && w.fact.more && w.old.more) {
        int c = compare_sides(&w.fact, &w.old);
        if (c > 0) {
            rc = next_old(&w, err);
            continue;
        }
        bool contradicts = c == 0 && options->loads[w.old.version.order].source_nr != source &&
                           !bits_has(&facts->doubt, w.fact.version.row) &&
                           !text_equal(w.old.version.values, w.fact.version.values);
        if (contradicts) rc = find_doubt(&pass, &w.fact.version, err);
        if (rc == 0) rc = next_fact(&w, err);
    }
    if (end_pass(&pass, err)) rc = -1;
    end_walk(&w);
    return rc;
}

/* ---- the difference ---- */

struct writer {
    const struct apply_options *options;
    struct spool *after;
    struct line scratch;
    struct apply_counts counts;
    struct line first; /* values of the fact that counts of a key */
    bool contradicted; /* another one of its key, not in doubt either, says something else */
};

static int keep(struct writer *w, const struct version *version, struct error *err)
{
    version_pack(&w->scratch, version);
    if (line_check(&w->scratch, err)) return -1;
    return spool_add(w->after, w->scratch.bytes, w->scratch.len, err);
}

/* diff_changed.sql: FACT is new, or its key has OLD (may be NULL), which stays when it says the same. */
static int take_candidate(struct writer *w, const struct version *fact, const struct version *old, struct error *err)
{
    struct version fresh = *fact;
    if (!w->options->years[fact->key.ar]) return 0;
    if (old && text_equal(old->values, fact->values)) return keep(w, old, err);
    w->counts.revised += old != NULL;
    w->counts.fresh += old == NULL;
    fresh.order = w->options->load;
    fresh.row = 0;
    return keep(w, &fresh, err);
}

/* diff_gone.sql: OLD is not in the export. */
static int take_gone(struct writer *w, const struct export_facts *facts, const struct version *old, struct error *err)
{
    const struct apply_options *o = w->options;
    bool ours = o->loads[old->order].source_nr == o->loads[o->load].source_nr;
    if (!o->complete || !ours) return keep(w, old, err);
    if (!facts->hidden[kind_of(old->key.table)]) {
        w->counts.withdrawn++;
        return 0;
    }
    w->counts.absent++;
    return keep(w, old, err);
}

/* The facts of one key, of which the first that is not in doubt counts (diff_repeated.sql: the others repeat it). */
static int take_key(struct writer *w, struct walk *walk, struct error *err)
{
    unsigned char key[VERSION_KEY_SIZE];
    bool has_old = walk->old.more && compare_sides(&walk->fact, &walk->old) == 0, taken = false;
    const struct version *old = has_old ? &walk->old.version : NULL;
    memcpy(key, walk->fact.key, VERSION_KEY_SIZE);
    while (walk->fact.more && !memcmp(key, walk->fact.key, VERSION_KEY_SIZE)) {
        struct text values = walk->fact.version.values;
        bool counts = !bits_has(&walk->facts->doubt, walk->fact.version.row);
        if (counts && taken) w->contradicted |= !text_equal(values, text_make(w->first.bytes, w->first.len));
        if (counts && !taken) {
            line_clear(&w->first);
            line_add(&w->first, values.ptr, values.len);
            if (line_check(&w->first, err) || take_candidate(w, &walk->fact.version, old, err)) return -1;
            taken = true;
        }
        if (next_fact(walk, err)) return -1;
    }
    if (!old) return 0;
    if (!taken && keep(w, old, err)) return -1; /* its row is in quarantine: what was known stays */
    return next_old(walk, err);
}

static int write_after(struct export_facts *facts, const struct spool *before, struct writer *writer, struct error *err)
{
    struct walk w;
    int rc = begin_walk(&w, facts, before, err);
    while (rc == 0 && (w.fact.more || w.old.more)) {
        if (compare_sides(&w.fact, &w.old) <= 0) {
            rc = take_key(writer, &w, err);
            continue;
        }
        rc = take_gone(writer, facts, &w.old.version, err);
        if (rc == 0) rc = next_old(&w, err);
    }
    end_walk(&w);
    return rc;
}

/* False when nothing current can be another source's: then nothing can be contradicted. */
static bool others_before(const struct spool *before, const struct apply_options *options)
{
    for (uint32_t i = 0; before->records && i < options->load; i++)
        if (options->loads[i].source_nr != options->loads[options->load].source_nr) return true;
    return false;
}

/* Finds what is in doubt first. */
static int doubt_and_write(struct export_facts *facts, const struct spool *before, struct writer *writer,
                           struct error *err)
{
    const struct apply_options *options = writer->options;
    int rc = find_repeated_doubt(facts, err);
    if (rc == 0 && others_before(before, options)) rc = find_source_doubt(facts, before, options, err);
    if (rc == 0) rc = apply_foregaende(facts, before, options, err);
    return rc ? rc : write_after(facts, before, writer, err);
}

/* Where only facts that share a key could put a row in doubt, one walk does it all unless it meets such. */
int apply_export(struct export_facts *facts, const struct spool *before, const struct apply_options *options,
                 struct spool *ret_after, struct apply_counts *ret_counts, struct error *err)
{
    struct writer writer = {.options = options, .after = ret_after};
    bool at_once = !options->foregaende_rejects && !others_before(before, options);
    int rc = at_once ? write_after(facts, before, &writer, err) : 0;
    if (rc == 0 && (!at_once || writer.contradicted)) {
        spool_free(ret_after);
        writer.counts = (struct apply_counts){0};
        rc = doubt_and_write(facts, before, &writer, err);
    }
    for (uint64_t row = 0; row < facts->doubt.size * 8; row++)
        writer.counts.doubtful_rows += bits_has(&facts->doubt, row);
    line_free(&writer.scratch);
    line_free(&writer.first);
    if (rc == 0) *ret_counts = writer.counts;
    return rc;
}
