/* stadslager check-names: names of the archived exports that the registries do not know, each with the nearest one that
 * they do.  Proposes; an alias is only used when the registry says so. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "etl/archive/archive.h"
#include "etl/base/fold.h"
#include "etl/base/map.h"
#include "etl/cmd.h"
#include "etl/config/config.h"
#include "etl/config/problems.h"
#include "etl/decode.h"

struct names {
    const struct config *config;
    struct archive *archive;
    struct arena arena;
    struct map indikatorer, enheter; /* folded names of the registries, and unknown ones once printed */
    const struct config_source *source;
    uint64_t unknown;
};

static void usage(FILE *out)
{
    fputs("usage: stadslager [--config FILE] check-names\n\n"
          "Decodes the last archived export of each source and lists the indicators and units that the registries do "
          "not\n"
          "know, with the nearest name that they do: tab-separated source, line, kind, name, nearest, distance.  A "
          "name is\n"
          "only taken for another when the registry lists it as an alias.  Needs no network and no database.\n\n"
          "  --help  this text\n\nExit status: 0 done, 2 usage, 5 configuration error, 7 an export was refused.\n",
          out);
}

/* KNOWN gets the folded NAME, behind its district's code for units. */
static int remember(struct names *n, struct map *known, const char *district, struct text name, bool *ret_fresh,
                    struct error *err)
{
    int32_t ignored;
    struct text key = fold_key(&n->arena, name);
    if (!text_failed(key) && district) key = text_join(&n->arena, text_of(district), "|", key);
    if (text_failed(key)) return error_memory(err);
    *ret_fresh = !map_get(known, key, &ignored);
    return *ret_fresh ? map_put(known, key, 1, err) : 0;
}

static int remember_all(struct names *n, struct map *known, const char *district, const char *name,
                        const char *const *aliases, size_t alias_count, struct error *err)
{
    bool fresh;
    if (remember(n, known, district, text_of(name), &fresh, err)) return -1;
    for (size_t i = 0; i < alias_count; i++)
        if (remember(n, known, district, text_of(aliases[i]), &fresh, err)) return -1;
    return 0;
}

static int read_registry(struct names *n, struct error *err)
{
    const struct registry *r = &n->config->registry;
    for (size_t i = 0; i < r->indikator_count; i++) {
        const struct indikator_entry *e = &r->indikatorer[i];
        if (remember_all(n, &n->indikatorer, NULL, e->name, e->aliases, e->alias_count, err)) return -1;
    }
    for (size_t i = 0; i < r->enhet_count; i++) {
        const struct enhet_entry *e = &r->enheter[i];
        if (remember_all(n, &n->enheter, e->stadsdel, e->name, e->aliases, e->alias_count, err)) return -1;
    }
    return 0;
}

static void try_aliases(struct suggestion *s, const char *name, const char *const *aliases, size_t count)
{
    suggestion_try(s, name);
    for (size_t i = 0; i < count; i++)
        suggestion_try(s, aliases[i]);
}

static void propose(struct names *n, const struct record *record, enum column column, const char *district)
{
    const struct registry *r = &n->config->registry;
    struct suggestion s = {.given = record->cell[column]};
    for (size_t i = 0; column == COLUMN_INDIKATOR && i < r->indikator_count; i++)
        try_aliases(&s, r->indikatorer[i].name, r->indikatorer[i].aliases, r->indikatorer[i].alias_count);
    for (size_t i = 0; column == COLUMN_ENHET && i < r->enhet_count; i++)
        if (district && !strcmp(district, r->enheter[i].stadsdel))
            try_aliases(&s, r->enheter[i].name, r->enheter[i].aliases, r->enheter[i].alias_count);
    printf("%s\t%" PRIu64 "\t%s\t%.*s\t%s\t", n->source->name, record->place.line, column_name(column),
           TEXT_ARGS(record->cell[column]), s.best ? s.best : "");
    if (s.best) printf("%zu", s.distance);
    putchar('\n');
    n->unknown++;
}

static int look_at(void *context, const struct record *record, struct error *err)
{
    struct names *n = context;
    bool fresh;
    if (record->kind != RECORD_INDIKATOR || (record->notes & NOTE_UNREADABLE)) return 0;
    if (remember(n, &n->indikatorer, NULL, record->cell[COLUMN_INDIKATOR], &fresh, err)) return -1;
    if (fresh) propose(n, record, COLUMN_INDIKATOR, NULL);
    const struct stadsdel *stadsdel;
    if (registry_stadsdel(&n->config->registry, record->cell[COLUMN_STADSDEL], &stadsdel, err)) return -1;
    if (!stadsdel || !record->cell[COLUMN_ENHET].len) return 0;
    if (remember(n, &n->enheter, stadsdel->code, record->cell[COLUMN_ENHET], &fresh, err)) return -1;
    if (fresh) propose(n, record, COLUMN_ENHET, stadsdel->code);
    return 0;
}

static int check_source(struct names *n, struct error *err)
{
    struct fetch_record last;
    struct reader reader;
    struct decode_counts counts;
    struct decode_options options = n->source->decode;
    const struct sink sink = {look_at, n};
    bool found;
    if (archive_last_fetch(n->archive, n->source->name, &n->arena, &found, &last, err)) return -1;
    if (!found) {
        fprintf(stderr, "stadslager: source \"%s\": the archive holds no export of it\n", n->source->name);
        return 0;
    }
    options.name = n->source->name;
    if (archive_read_open(n->archive, last.sha256, &reader, err)) return -1;
    int rc = decode_export(n->source->connector, &reader, &options, &sink, &counts, err);
    archive_read_close(&reader);
    return rc;
}

static int check_all(struct names *n, struct error *err)
{
    enum exit_code worst = EXIT_DONE;
    if (archive_open_reading(n->config->archive_path, &n->archive, err) || read_registry(n, err)) return -1;
    puts("source\trad\tslag\tnamn\tnarmast\tavstand");
    for (size_t i = 0; i < n->config->source_count; i++) {
        n->source = &n->config->sources[i];
        if (!check_source(n, err)) continue;
        if (err->class == EXIT_INTERNAL) return -1; /* of this program's, not of the export */
        error_print(err, stderr);
        worst = exit_code_worse(worst, err->class);
    }
    fprintf(stderr, "stadslager: %" PRIu64 " unknown names\n", n->unknown);
    err->class = worst;
    err->message[0] = '\0'; /* said already */
    return worst == EXIT_DONE ? 0 : -1;
}

int cmd_check_names(const struct cmd_context *context, int argc, char **argv)
{
    struct config config;
    struct error err = {0};
    if (argc > 1) {
        bool help = !strcmp(argv[1], "--help");
        usage(help ? stdout : stderr);
        return help ? EXIT_DONE : EXIT_USAGE;
    }
    if (config_load(context->config_path, stderr, &config, &err)) {
        error_print(&err, stderr);
        return (int)err.class;
    }
    struct names n = {.config = &config};
    int rc = check_all(&n, &err);
    if (rc && err.message[0]) error_print(&err, stderr);
    map_free(&n.indikatorer);
    map_free(&n.enheter);
    archive_close(n.archive);
    arena_free(&n.arena);
    config_free(&config);
    return rc ? (int)err.class : EXIT_DONE;
}
