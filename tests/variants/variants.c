/* Decodes damaged report variants in-process and compares them with the truth they were written from.
 *
 * usage: variants [--seed S] [--count N] [--layout a|b|d|x] [--damage NAME [--and NAME]] [--print K]
 *
 * Each row of the truth must be decoded exactly or be uncertain, never different; no certain row may be invented; goals
 * and their statuses must be right; every line must be accounted for.  A part of the variants has two damages.
 * "by rule": the row breaks what is usual (one sex only, a KF target under a local goal …), a damage took away what would
 * tell, and the rules choose the usual.  "noise": an uncertain row where there is none. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "tests/variants/compare.h"
#include "tests/variants/damage.h"

#define DAMAGES_MOST   32
#define TRIES          12 /* reports tried until one has a place for the damage */
#define PAIR_PERCENT   45
#define FAILURES_SHOWN 10
#define COUNT_USUAL    24000 /* half reports, half tables */

struct options {
    uint64_t seed, count, print;
    bool one;   /* print one variant only */
    int layout; /* -1 = both */
    const char *damage, *and;
};

struct result {
    struct tally single[LAYOUTS][DAMAGES_MOST], paired[LAYOUTS][DAMAGES_MOST], all;
};

static void add_tally(struct tally *sum, const struct tally *t)
{
    sum->variants += t->variants;
    sum->rows += t->rows;
    sum->exact += t->exact;
    sum->refused += t->refused;
    sum->by_rule += t->by_rule;
    sum->wrong += t->wrong;
    sum->noise += t->noise;
    sum->failed += t->failed;
}

static const struct damage *damages_of(enum layout layout)
{
    static const struct damage *const all[LAYOUTS] = {damages_a, damages_b, damages_delimited, damages_workbook};
    return all[layout];
}
static const char layout_letters[] = "abdx"; /* delimited, xlsx */

/* The index of NAME, or of the end. */
static size_t find_damage(const struct damage *damages, const char *name)
{
    size_t n = 0;
    while (damages[n].name && !(name && strcmp(damages[n].name, name) == 0))
        n++;
    return n;
}

struct kind {
    enum layout layout;
    size_t first, second; /* damages; 0 = none */
};

static struct kind choose_kind(const struct options *o, struct chance *c)
{
    struct kind k = {.layout = o->layout < 0 ? (enum layout)below(c, LAYOUTS) : (enum layout)o->layout};
    const struct damage *damages = damages_of(k.layout);
    size_t count = find_damage(damages, NULL);
    k.first = below(c, count);
    if (k.first && often(c, PAIR_PERCENT)) k.second = below(c, count);
    if (damages[k.first].alone || damages[k.second].alone) k.second = 0;
    if (o->damage) {
        k.first = find_damage(damages, o->damage);
        k.second = o->and ? find_damage(damages, o->and) : 0;
    }
    return k;
}

/* Variant NUMBER: the options' seed and the number decide all of it. */
static struct kind make_variant(const struct options *o, uint64_t number, struct variant *v)
{
    struct chance c;
    chance_seed(&c, (o->seed << 32) + number);
    struct kind k = choose_kind(o, &c);
    const struct damage *damages = damages_of(k.layout);
    for (int i = 0; i < TRIES; i++) {
        generate(v, k.layout, (o->seed << 40) + (number << 4) + (uint64_t)i);
        if (v->fact_count && damages[k.first].apply(v) && damages[k.second].apply(v)) return k;
        variant_free(v);
    }
    generate(v, k.layout, number);
    k.first = k.second = 0;
    return k;
}

static void show(const struct options *o, const struct variant *v, struct text all, struct kind k, uint64_t number,
                 struct decoded *d)
{
    struct tally again = {0};
    printf("variant %" PRIu64 ", layout %c, damages: %s, %s\n", number, layout_letters[k.layout],
           damages_of(k.layout)[k.first].name, damages_of(k.layout)[k.second].name);
    if (o->one && k.layout != LAYOUT_WORKBOOK) print_lines(all);
    print_rows(v, d);
    memset(d->matched, 0, sizeof d->matched);
    compare(d, v, &again, true);
}

static void run_variant(const struct options *o, uint64_t number, struct variant *v, struct decoded *d,
                        struct result *result)
{
    struct tally t = {.variants = 1};
    struct error err = {0};
    bool refused = false;
    struct kind k = make_variant(o, number, v);
    struct text all = variant_print(v);
    memset(d, 0, sizeof *d);
    if (decode_variant(v, all, d, &err)) {
        if (o->one || !k.first || !d->table)
            printf("variant %" PRIu64 ", layout %c, damage %s: %s\n", number, layout_letters[k.layout],
                   damages_of(k.layout)[k.first].name, err.message);
        refused = k.first && d->table && err.class == EXIT_REFUSED; /* nothing of it is loaded */
        t.wrong += !refused;
    }
    if (refused)
        t.rows = t.refused = v->fact_count;
    else
        compare(d, v, &t, false);
    t.failed = t.wrong > 0;
    if (o->one || (t.failed && result->all.failed < FAILURES_SHOWN)) show(o, v, all, k, number, d);
    add_tally(&result->all, &t);
    if (k.second == 0) {
        add_tally(&result->single[k.layout][k.first], &t);
    } else {
        add_tally(&result->paired[k.layout][k.first], &t);
        if (k.second != k.first) add_tally(&result->paired[k.layout][k.second], &t);
    }
    arena_free(&d->arena);
    variant_free(v);
}

static void print_tally(char layout, const char *name, const struct tally *t)
{
    uint64_t refused = t->rows ? (t->refused * 10000 + t->rows / 2) / t->rows : 0; /* hundredths of a percent */
    if (t->variants)
        printf("%c  %-26s %8" PRIu64 " %8" PRIu64 " %8" PRIu64 " %7" PRIu64 " %3" PRIu64 ",%02" PRIu64 " %7" PRIu64
               " %6" PRIu64 " %6" PRIu64 "\n",
               layout, name, t->variants, t->rows, t->exact, t->refused, refused / 100, refused % 100, t->by_rule,
               t->noise, t->wrong);
}

static void print_result(const struct result *r)
{
    printf("%-2s %-26s %8s %8s %8s %7s %6s %7s %6s %6s\n", "", "damage", "variants", "rows", "exact", "refused", "%",
           "by rule", "noise", "WRONG");
    for (int layout = 0; layout < LAYOUTS; layout++)
        for (size_t i = 0; damages_of((enum layout)layout)[i].name; i++) {
            char name[64];
            const char *damage = damages_of((enum layout)layout)[i].name;
            print_tally(layout_letters[layout], damage, &r->single[layout][i]);
            (void)snprintf(name, sizeof name, "%s + another", damage);
            print_tally(layout_letters[layout], name, &r->paired[layout][i]);
        }
    print_tally(' ', "all", &r->all);
}

static bool take_number(const char *text, uint64_t *ret)
{
    char *end;
    errno = 0;
    unsigned long long n = strtoull(text, &end, 10);
    if (errno || *end || end == text) return false;
    *ret = n;
    return true;
}

static bool take_option(struct options *o, const char *name, const char *value)
{
    if (!strcmp(name, "--seed")) return take_number(value, &o->seed);
    if (!strcmp(name, "--count")) return take_number(value, &o->count);
    if (!strcmp(name, "--print")) return o->one = take_number(value, &o->print);
    if (!strcmp(name, "--layout")) {
        const char *letter = value[0] && !value[1] ? strchr(layout_letters, value[0]) : NULL;
        o->layout = letter ? (int)(letter - layout_letters) : -1;
        return letter != NULL;
    }
    if (!strcmp(name, "--damage")) return (o->damage = value) != NULL;
    return !strcmp(name, "--and") && (o->and = value);
}

int main(int argc, char **argv)
{
    struct options o = {.seed = 1, .count = COUNT_USUAL, .layout = -1};
    for (int i = 1; i < argc; i += 2)
        if (i + 1 == argc || !take_option(&o, argv[i], argv[i + 1])) {
            fprintf(
                stderr,
                "usage: variants [--seed S] [--count N] [--layout a|b|d|x] [--damage NAME [--and NAME]] [--print K]\n");
            return 2;
        }
    for (int layout = 0; o.damage && o.layout < 0 && layout < LAYOUTS; layout++)
        if (damages_of((enum layout)layout)[find_damage(damages_of((enum layout)layout), o.damage)].name)
            o.layout = layout;
    if (o.damage && o.layout < 0) o.layout = LAYOUT_A;
    if (o.damage &&
        (!damages_of((enum layout)o.layout)[find_damage(damages_of((enum layout)o.layout), o.damage)].name ||
         (o.and &&!damages_of((enum layout)o.layout)[find_damage(damages_of((enum layout)o.layout), o.and)].name))) {
        fprintf(stderr, "variants: there is no such damage in this layout\n");
        return 2;
    }
    struct variant *v = calloc(1, sizeof *v);
    struct decoded *d = calloc(1, sizeof *d);
    struct result *result = calloc(1, sizeof *result);
    if (!v || !d || !result) return 2;
    for (uint64_t i = o.one ? o.print : 0; i < (o.one ? o.print + 1 : o.count); i++)
        run_variant(&o, i, v, d, result);
    if (!o.one) print_result(result);
    printf("%" PRIu64 " passed, %" PRIu64 " failed\n", result->all.variants - result->all.failed, result->all.failed);
    int failed = result->all.failed > 0;
    free(v);
    free(d);
    free(result);
    return failed;
}
