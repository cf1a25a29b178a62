#include "etl/audit/derive.h"

#include <stdlib.h>

#include "etl/audit/apply.h"
#include "etl/audit/canonical.h"
#include "etl/audit/undecided.h"
#include "etl/refresh.h"

/* ---- lineage ---- */

static void add_number(struct line *line, uint64_t n)
{
    unsigned char bytes[8];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(n >> 8 * (7 - i));
    line_add(line, bytes, sizeof bytes);
}

static uint64_t get_number(const unsigned char *at)
{
    uint64_t n = 0;
    for (size_t i = 0; i < 8; i++)
        n = n << 8 | at[i];
    return n;
}

void lineage_add(struct line *line, const struct lineage *lineage)
{
    line_add(line, "", 1); /* a NUL, which sorts before all that a longer line could have there */
    add_number(line, (uint64_t)lineage->load_id);
    add_number(line, lineage->line);
    add_number(line, lineage->offset);
}

int lineage_split(const unsigned char *data, size_t size, struct text *ret_line, struct lineage *ret_lineage,
                  struct error *err)
{
    if (size < 1 + LINEAGE_SIZE) return error_set(err, EXIT_INTERNAL, "a canonical row of %zu bytes is cut", size);
    const unsigned char *at = data + size - LINEAGE_SIZE;
    *ret_line = text_make((const char *)data, size - 1 - LINEAGE_SIZE);
    *ret_lineage = (struct lineage){(int64_t)get_number(at), get_number(at + 8), get_number(at + 16)};
    return 0;
}

/* ---- faults ---- */

/* What an archive or ledger can be blamed for ends the derivation, and is no error of the audit. */
static int blame(struct derived *d, const struct replay_load *load, const struct error *cause, struct error *err)
{
    if (cause->class != EXIT_REFUSED && cause->class != EXIT_CONFIG) {
        *err = *cause;
        return -1;
    }
    d->fault_load = load;
    d->fault = *cause;
    return 0;
}

/* ---- rules ---- */

static int load_snapshot(struct derived *d, const char *hash, struct config *ret_config, struct error *err)
{
    const struct replay_snapshot *snapshot = replay_snapshot(d->replay, hash);
    char name[80], found[HASH_SIZE];
    if (!snapshot) return error_set(err, EXIT_CONFIG, "the ledger does not hold the configuration %.12s", hash);
    if (hash_bytes(snapshot->text.ptr, snapshot->text.len, found, err)) return -1;
    if (strcmp(found, hash) != 0)
        return error_set(err, EXIT_CONFIG, "the configuration that the ledger calls %.12s has the hash %.12s", hash,
                         found);
    (void)snprintf(name, sizeof name, "configuration %.12s of the ledger", hash);
    return config_load_text(name, snapshot->text, snapshot->has_parts ? snapshot->parts : NULL, stderr, ret_config,
                            err);
}

/* The configuration HASH, or the one that stands in for all, comes into force: its registries become the dimensions'. */
static int use_config(struct derived *d, const struct derive_options *options, const char *hash, struct error *err)
{
    struct config config;
    if (options->rules) {
        if (d->config_hash) return 0;
        d->config_hash = options->rules->hash;
        return dimensions_sync_memory(&d->memory, &options->rules->registry, &d->dimensions, err);
    }
    if (d->config_hash && !strcmp(d->config_hash, hash)) return 0;
    if (load_snapshot(d, hash, &config, err)) return -1;
    if (d->has_config) config_free(&d->config);
    d->config = config;
    d->has_config = true;
    d->config_hash = hash;
    return dimensions_sync_memory(&d->memory, &d->config.registry, &d->dimensions, err);
}

static const struct config_source *find_source(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->source_count; i++)
        if (!strcmp(config->sources[i].name, name)) return &config->sources[i];
    return NULL;
}

/* ---- loads ---- */

static int ignore_row(void *context, uint64_t row, enum record_kind kind, uint32_t lines, struct place place,
                      struct error *err)
{
    (void)context, (void)row, (void)kind, (void)lines, (void)place, (void)err;
    return 0;
}
static int ignore_fact(void *context, const struct fact *fact, struct error *err)
{
    (void)context, (void)fact, (void)err;
    return 0;
}
static int ignore_quarantine(void *context, const struct quarantine_row *row, struct error *err)
{
    (void)context, (void)row, (void)err;
    return 0;
}
static int ignore_finding(void *context, const struct finding *finding, struct error *err)
{
    (void)context, (void)finding, (void)err;
    return 0;
}

struct judging { /* what decides whether L-FOREGAENDE rejects */
    const struct config *config;
    const struct dimension_memory *memory;
};

static bool foregaende_rejects(const void *context, int32_t indikator_id)
{
    const struct judging *j = context;
    return rule_rejects(j->config, j->memory, "L-FOREGAENDE", indikator_id);
}

static int apply_load(struct derived *d, const struct config *config, struct export_facts *facts, size_t index,
                      struct error *err)
{
    const struct replay *r = d->replay;
    const struct judging judging = {config, &d->memory};
    const struct apply_options options = {.load = (uint32_t)index,
                                          .loads = r->loads,
                                          .complete = r->loads[index].complete,
                                          .years = r->years,
                                          .foregaende_rejects =
                                              rule_rejects_some(config, "L-FOREGAENDE") ? foregaende_rejects : NULL,
                                          .context = &judging};
    struct spool after = {0};
    struct apply_counts counts;
    int rc = apply_export(facts, &d->versions, &options, &after, &counts, err);
    if (rc) {
        spool_free(&after);
        return -1;
    }
    spool_free(&d->versions);
    d->versions = after;
    return 0;
}

static int decode_load(struct derived *d, const struct derive_options *options, size_t index, struct error *err)
{
    const struct replay_load *load = &d->replay->loads[index];
    const struct config *config = options->rules ? options->rules : &d->config;
    const struct fact_sink nothing = {ignore_row, ignore_fact, ignore_quarantine, ignore_finding, false, NULL};
    struct refresh_input input = {.config = config,
                                  .source = find_source(config, load->source),
                                  .dimensions = &d->dimensions,
                                  .archive = options->archive,
                                  .sha256 = load->sha256};
    struct undecided undecided = {.config = config, .memory = &d->memory};
    struct export_facts facts;
    struct load_input counts;
    if (!input.source)
        return error_set(err, EXIT_CONFIG, "the configuration %.12s has no source \"%s\"", config->hash, load->source);
    if (load->mode == REPLAY_NAMES && config->new_enhet != UNKNOWN_ADD && config->new_indikator != UNKNOWN_ADD)
        return 0;
    if (export_open(&facts, err)) return -1;
    struct fact_sink sink = load->mode == REPLAY_FACTS ? export_sink(&facts) : nothing;
    undecided.to = sink;
    if (load->mode == REPLAY_FACTS && undecided_possible(config)) sink = undecided_sink(&undecided);
    int rc = refresh_decode(&input, &sink, &counts, err);
    if (rc == 0 && undecided.rule) rc = undecided_error(&undecided, err);
    if (rc == 0 && load->mode == REPLAY_FACTS) rc = apply_load(d, config, &facts, index, err);
    dimensions_commit(&d->dimensions);
    export_close(&facts);
    d->decoded++;
    return rc;
}

/* An export that only brought names may be missing or damaged: then a name may differ, which is better than no audit at all. */
static int take_load(struct derived *d, const struct derive_options *options, size_t index, struct error *err)
{
    const struct replay_load *load = &d->replay->loads[index];
    struct error cause;
    if (load->mode == REPLAY_SKIP || (load->repeats && !options->rules)) return 0;
    if (options->rules && !find_source(options->rules, load->source)) return 0; /* no longer configured */
    if (decode_load(d, options, index, &cause) == 0) return 0;
    bool refused = cause.class == EXIT_REFUSED || cause.class == EXIT_CONFIG;
    if (load->mode == REPLAY_FACTS || !refused) return blame(d, load, &cause, err);
    error_print(&cause, stderr);
    return 0;
}

/* Runs in order, each with its loads.  The registries of runs behind the last load count too: they name what it left. */
static int replay_all(struct derived *d, const struct derive_options *options, struct error *err)
{
    const struct replay *r = d->replay;
    struct error cause;
    size_t next = 0;
    for (size_t i = 0; i < r->run_count && d->fault.class == EXIT_DONE; i++) {
        if (r->runs[i].synced && use_config(d, options, r->runs[i].config_hash, &cause))
            return blame(d, NULL, &cause, err);
        for (; next < r->load_count && r->loads[next].run_id <= r->runs[i].id && d->fault.class == EXIT_DONE; next++)
            if (take_load(d, options, next, err)) return -1;
    }
    return 0;
}

int derive(const struct replay *replay, const struct derive_options *options, struct derived *ret_derived,
           struct error *err)
{
    *ret_derived = (struct derived){.replay = replay};
    return replay_all(ret_derived, options, err);
}

/* ---- rows ---- */

struct row_writer {
    const struct derived *derived;
    struct sorter *sorter;
    struct line line;
};

static int add_row(struct row_writer *w, const struct version *version, struct error *err)
{
    const struct lineage lineage = {w->derived->replay->loads[version->order].id, version->line, version->offset};
    struct line *line = &w->line;
    line_clear(line);
    if (canonical_key(line, &w->derived->memory, &version->key, err)) return -1;
    line_add(line, version->values.ptr, version->values.len);
    lineage_add(line, &lineage);
    return line_check(line, err) ? -1 : sorter_add(w->sorter, line->bytes, line->len, err);
}

int derived_rows(const struct derived *derived, enum fact_table table, struct sorter *sorter, struct error *err)
{
    struct spool_reader reader;
    struct row_writer writer = {.derived = derived, .sorter = sorter};
    const unsigned char *data;
    size_t size;
    int more, rc = 0;
    if (spool_open(&derived->versions, 0, spool_size(&derived->versions), &reader, err)) return -1;
    while (rc == 0 && (more = spool_next(&reader, &data, &size, err)) != 0) {
        struct version version;
        rc = more < 0 ? -1 : version_unpack(data, size, &version, err);
        if (rc == 0 && version.key.table > table) break;
        if (rc == 0 && version.key.table == table && version.key.ar == derived->replay->year)
            rc = add_row(&writer, &version, err);
    }
    line_free(&writer.line);
    spool_close(&reader);
    return rc;
}

void derived_free(struct derived *derived)
{
    dimensions_free(&derived->dimensions);
    dimension_memory_free(&derived->memory);
    if (derived->has_config) config_free(&derived->config);
    spool_free(&derived->versions);
    *derived = (struct derived){0};
}
