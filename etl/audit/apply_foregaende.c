#include "etl/audit/apply_foregaende.h"

#include "etl/base/limits.h"

#define YEAR_OF_PERIOD 10000 /* period_id = (year * 10 + kind) * 1000 + ordinal */
#define NO_VALUE       "\\N" /* SQL NULL in canonical columns */

/* What the canonical columns of an outcome and of a previous value say. */
struct printed {
    bool has_number;
    struct decimal number;
    struct text unit, heading; /* heading: of a previous value */
};

static struct text next_column(struct text *rest)
{
    struct text after = text_from(*rest, 1); /* each has a TAB before it */
    const char *tab = after.len ? memchr(after.ptr, '\t', after.len) : NULL;
    size_t len = tab ? (size_t)(tab - after.ptr) : after.len;
    struct text column = text_part(after, 0, len);
    *rest = text_from(after, len);
    return text_is(column, NO_VALUE) ? (struct text){0} : column;
}

/* The first columns of both tables are the same: status, number, unit, as printed, period; then the previous value's heading. */
static struct printed read_printed(struct text values)
{
    struct printed p = {0};
    (void)next_column(&values);
    p.has_number = decimal_parse(next_column(&values), &p.number) == 0;
    p.unit = next_column(&values);
    (void)next_column(&values);
    (void)next_column(&values);
    p.heading = next_column(&values);
    return p;
}

/* A column that is headed with another year than the one before is left alone. */
static bool is_of_year(struct text heading, int year)
{
    char digits[16];
    (void)snprintf(digits, sizeof digits, "%d", year);
    return heading.len == 0 || text_ends(heading, digits);
}

/* ---- questions: previous values under the key of the outcome they repeat ---- */

static int ask(const struct version *fact, struct line *scratch, struct sorter *questions, struct error *err)
{
    struct version question = *fact;
    question.key.table = FACT_UTFALL;
    question.key.part = KON_TOTAL;
    question.key.ar--;
    question.key.period_id -= YEAR_OF_PERIOD;
    version_pack(scratch, &question);
    return line_check(scratch, err) ? -1 : sorter_add(questions, scratch->bytes, scratch->len, err);
}

static int ask_all(struct export_facts *facts, const struct apply_options *options, struct sorter *questions,
                   struct error *err)
{
    struct line scratch = {0};
    const unsigned char *data;
    size_t size;
    int more = 0, rc = sorter_rewind(facts->facts, err);
    while (rc == 0 && (more = sorter_next(facts->facts, &data, &size, err)) > 0) {
        struct version fact;
        rc = version_unpack(data, size, &fact, err);
        if (rc || fact.key.table != FACT_FOREGAENDE || bits_has(&facts->doubt, fact.row)) continue;
        struct printed printed = read_printed(fact.values);
        if (printed.has_number && is_of_year(printed.heading, fact.key.ar - 1) &&
            options->foregaende_rejects(options->context, fact.key.object_id))
            rc = ask(&fact, &scratch, questions, err);
    }
    line_free(&scratch);
    return rc ? -1 : more;
}

/* ---- answers ---- */

struct answering {
    struct export_facts *facts;
    struct spool_reader before;
    struct version fact, old;
    unsigned char fact_key[VERSION_KEY_SIZE], old_key[VERSION_KEY_SIZE];
    bool more_facts, more_old;
    bool known, here;                    /* KEY has an answer, from this export */
    unsigned char key[VERSION_KEY_SIZE]; /* of the last question */
    struct line values;                  /* its answer */
};

static int next_fact(struct answering *a, struct error *err)
{
    const unsigned char *data;
    size_t size;
    int more = sorter_next(a->facts->facts, &data, &size, err);
    a->more_facts = more > 0;
    if (more <= 0) return more;
    memcpy(a->fact_key, data, VERSION_KEY_SIZE);
    return version_unpack(data, size, &a->fact, err);
}

static int next_old(struct answering *a, struct error *err)
{
    const unsigned char *data;
    size_t size;
    int more = spool_next(&a->before, &data, &size, err);
    a->more_old = more > 0;
    if (more <= 0) return more;
    memcpy(a->old_key, data, VERSION_KEY_SIZE);
    return version_unpack(data, size, &a->old, err);
}

static int set_answer(struct answering *a, struct text values, struct error *err)
{
    line_clear(&a->values);
    line_add(&a->values, values.ptr, values.len);
    a->known = true;
    return line_check(&a->values, err);
}

/* The outcome of KEY: the first of the export that is not in doubt, else the current one. */
static int find_answer(struct answering *a, const unsigned char *key, struct error *err)
{
    int order;
    if (a->known && !memcmp(a->key, key, VERSION_KEY_SIZE)) return 0;
    a->known = a->here = false;
    memcpy(a->key, key, VERSION_KEY_SIZE);
    while (a->more_facts && (order = memcmp(a->fact_key, key, VERSION_KEY_SIZE)) <= 0) {
        if (order == 0 && !a->here && !bits_has(&a->facts->doubt, a->fact.row)) {
            if (set_answer(a, a->fact.values, err)) return -1;
            a->here = true;
        }
        if (next_fact(a, err)) return -1;
    }
    while (a->more_old && (order = memcmp(a->old_key, key, VERSION_KEY_SIZE)) <= 0) {
        if (order == 0 && !a->here && set_answer(a, a->old.values, err)) return -1;
        if (next_old(a, err)) return -1;
    }
    return 0;
}

static bool contradicts(struct text question, const struct line *answer)
{
    struct printed p = read_printed(question), own = read_printed(text_make(answer->bytes, answer->len));
    return own.has_number && decimal_differs(p.number, own.number) &&
           (!p.unit.len || !own.unit.len || text_equal(p.unit, own.unit));
}

static int answer_all(struct answering *a, struct sorter *questions, struct bits *found, struct error *err)
{
    const unsigned char *data;
    size_t size;
    int more;
    if (sorter_rewind(questions, err) || sorter_rewind(a->facts->facts, err)) return -1;
    if (next_fact(a, err) || next_old(a, err)) return -1;
    while ((more = sorter_next(questions, &data, &size, err)) > 0) {
        struct version question;
        if (version_unpack(data, size, &question, err) || find_answer(a, data, err)) return -1;
        if (!a->known || !contradicts(question.values, &a->values)) continue;
        a->facts->hidden[RECORD_INDIKATOR] = true;
        if (bits_put(found, question.row, err)) return -1;
    }
    return more;
}

int apply_foregaende(struct export_facts *facts, const struct spool *before, const struct apply_options *options,
                     struct error *err)
{
    struct answering answering = {.facts = facts};
    struct sorter *questions = NULL;
    struct bits found = {0};
    int rc = -1;
    if (!options->foregaende_rejects) return 0;
    if (sorter_create(LIMIT_SORT, &questions, err) || ask_all(facts, options, questions, err)) goto out;
    if (spool_open(before, 0, spool_size(before), &answering.before, err)) goto out;
    rc = answer_all(&answering, questions, &found, err);
    for (uint64_t row = 0; rc == 0 && row < found.size * 8; row++)
        if (bits_has(&found, row)) rc = bits_put(&facts->doubt, row, err);
out:
    spool_close(&answering.before);
    line_free(&answering.values);
    bits_free(&found);
    sorter_free(questions);
    return rc;
}
