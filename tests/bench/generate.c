/* Writes the exports of the benchmark, the same bytes each time.
 *
 * usage: generate FACTS FOLDER [--report]
 *   FOLDER/bench.csv.gz      delimited, about FACTS facts; bench-changed.csv.gz: the same with 1 % of the rows changed
 *   FOLDER/report.txt        with --report: reports of units as text (layout A), about a tenth of FACTS
 *   FOLDER/indikatorer.yaml  the registry of indicators that both need
 *   FOLDER/expected.json     what a load is to find in them */
#include "tests/bench/generate.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define REPEAT_AFTER 50 /* rows between a row and its repetition */
#define PENDING      16 /* rows that wait for their repetition at once; as good as always none or one */
#define GZIP_BUFFER  (256u * 1024)

struct output {
    gzFile file;
    uint64_t bytes; /* plain */
};

struct pending {
    struct row row;
    uint64_t due;
};

struct generator {
    struct plan plan;
    uint64_t facts; /* wanted */
    struct output plain, changed;
    struct pending pending[PENDING];
    size_t pending_count;
    struct expected expected;
};

static void fail(const char *what, const char *name)
{
    fprintf(stderr, "generate: %s \"%s\"\n", what, name);
    exit(1);
}

char *path_of(const char *folder, const char *name)
{
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = malloc(size);
    if (!path) fail("no memory for", name);
    (void)snprintf(path, size, "%s/%s", folder, name);
    return path;
}

FILE *create(const char *folder, const char *name)
{
    char *path = path_of(folder, name);
    FILE *file = fopen(path, "w");
    if (!file) fail("cannot create", path);
    free(path);
    return file;
}

void finish(FILE *file, const char *name)
{
    bool failed = ferror(file) != 0;
    if (fclose(file) || failed) fail("cannot write", name);
}

/* ---- delimited ---- */

static void open_output(struct output *output, const char *folder, const char *name)
{
    char *path = path_of(folder, name);
    output->file = gzopen(path, "wb6");
    if (!output->file || gzbuffer(output->file, GZIP_BUFFER)) fail("cannot create", path);
    free(path);
}

static void write_bytes(struct output *output, const char *text, size_t len)
{
    if (gzwrite(output->file, text, (unsigned)len) != (int)len) fail("cannot write", "an export");
    output->bytes += len;
}

static size_t join(const struct row *row, char *line, size_t size)
{
    size_t len = 0;
    for (enum cell c = 0; c < CELL_COUNT; c++) {
        size_t n = strlen(row->cell[c]);
        if (len + n + sizeof ";9\n" > size) fail("a row is too long", row->cell[CELL_INDIKATOR]);
        memcpy(line + len, row->cell[c], n);
        len += n;
        line[len++] = ';';
    }
    if (row->extra) line[len++] = '9';
    line[row->extra ? len : len - 1] = '\n';
    return row->extra ? len + 1 : len;
}

static void write_row(struct output *output, const struct row *row)
{
    char line[CELL_COUNT * CELL_SIZE];
    write_bytes(output, line, join(row, line, sizeof line));
}

static void count_facts(const struct row *row, struct expected *expected)
{
    expected->utfall += (unsigned)row->fact[CELL_UTFALL] + row->fact[CELL_MAN] + row->fact[CELL_KVINNOR];
    expected->foregaende += row->fact[CELL_FOREGAENDE];
    expected->arsmal += (unsigned)row->fact[CELL_ARSMAL] + row->fact[CELL_KF_ARSMAL];
}

/* ROW as it is loaded, or not, in the end. */
static void count(struct generator *g, const struct row *row)
{
    g->expected.rows++;
    if (row->bad || row->repeat == REPEAT_OTHER)
        g->expected.quarantined++;
    else
        count_facts(row, &g->expected);
}

static void repeat_later(struct generator *g, const struct row *row, uint64_t number)
{
    if (g->pending_count == PENDING) fail("too many rows wait", row->cell[CELL_INDIKATOR]);
    struct pending *pending = &g->pending[g->pending_count++];
    *pending = (struct pending){*row, number + REPEAT_AFTER};
    if (row->repeat == REPEAT_OTHER)
        (void)snprintf(pending->row.cell[CELL_UTFALL], CELL_SIZE, "%s",
                       strcmp(row->cell[CELL_UTFALL], "7") ? "7" : "8");
}

static void write_repeated(struct generator *g, uint64_t number)
{
    while (g->pending_count && g->pending[0].due <= number) {
        const struct row *row = &g->pending[0].row;
        write_row(&g->plain, row);
        write_row(&g->changed, row);
        g->expected.rows++;
        if (row->repeat == REPEAT_OTHER) g->expected.quarantined++;
        memmove(&g->pending[0], &g->pending[1], --g->pending_count * sizeof g->pending[0]);
    }
}

static void write_changed(struct generator *g, const struct row *row, uint64_t number)
{
    struct row other;
    row_make(&g->plan, number, true, &other);
    write_row(&g->changed, &other);
    g->expected.changed_rows++;
    for (enum cell c = 0; c < CELL_COUNT; c++) {
        g->expected.facts_of_changed_rows += row->fact[c];
        g->expected.changed_facts += row->fact[c] && strcmp(row->cell[c], other.cell[c]) != 0;
    }
}

static uint64_t facts_of(const struct expected *expected)
{
    return expected->utfall + expected->foregaende + expected->arsmal;
}

/* Empties cells of ROW from the last on until it makes no more than MOST facts, so that an export has as many as were asked
 * for; the total stays. */
static void trim(struct row *row, uint64_t most)
{
    for (enum cell c = CELL_KF_ARSMAL; c > CELL_UTFALL && row_facts(row) > most; c--) {
        row->cell[c][0] = '\0';
        row->fact[c] = false;
        if (c != CELL_KVINNOR) continue;
        row->cell[CELL_MAN][0] = '\0'; /* alone it would leave a fact that says of women that there is no value */
        row->fact[CELL_MAN] = false;
    }
    row->repeat = REPEAT_NONE;
}

static void write_rows(struct generator *g)
{
    static const char header[] = "Stadsdelsnämnd;Enhet;Indikator;Periodens utfall;Utfall män;Utfall kvinnor;"
                                 "Utfall VB 2022;Årsmål;KF:s årsmål;Period\n";
    write_bytes(&g->plain, header, sizeof header - 1);
    write_bytes(&g->changed, header, sizeof header - 1);
    for (uint64_t number = 0; number < g->plan.rows && facts_of(&g->expected) < g->facts; number++) {
        struct row row;
        uint64_t left = g->facts - facts_of(&g->expected);
        row_make(&g->plan, number, false, &row);
        if (left < CELL_COUNT) trim(&row, left);
        count(g, &row);
        write_row(&g->plain, &row);
        if (row_changes(number) && !row.bad && row.repeat == REPEAT_NONE && left >= CELL_COUNT)
            write_changed(g, &row, number);
        else
            write_row(&g->changed, &row);
        if (row.repeat != REPEAT_NONE) repeat_later(g, &row, number);
        write_repeated(g, number);
    }
    write_repeated(g, UINT64_MAX);
}

static void write_delimited(struct generator *g, const char *folder)
{
    open_output(&g->plain, folder, "bench.csv.gz");
    open_output(&g->changed, folder, "bench-changed.csv.gz");
    write_rows(g);
    if (gzclose(g->plain.file) != Z_OK || gzclose(g->changed.file) != Z_OK) fail("cannot write", "an export");
    g->expected.bytes = g->plain.bytes;
}

/* ---- registry, expectations ---- */

static void write_registry(const struct plan *plan, const char *folder)
{
    static const char *const kinds[] = {
        [KIND_ANDEL] = "andel", [KIND_ANTAL] = "antal", [KIND_INDEX] = "index", [KIND_KVOT] = "kvot"};
    FILE *file = create(folder, "indikatorer.yaml");
    char name[NAME_SIZE];
    fputs("indikatorer:\n", file);
    for (unsigned i = 0; i < plan->indicators; i++) {
        enum kind kind = indicator_kind(i);
        fprintf(
            file,
            "  - {code: BENCH_%u, name: \"%s\", unit: \"%s\", kind: %s, polarity: %s, owner: %s, kon_mening: %s%s}\n",
            i, indicator_name(i, name), indicator_unit(i), kinds[kind], i % 3 ? "hogre" : "lagre",
            i % 4 ? "namnd" : "KF", kind == KIND_ANTAL ? "delsumma" : "egen_andel",
            kind == KIND_ANDEL && i % 5 == 0 ? ", denominator_min: 5000" : "");
    }
    finish(file, "indikatorer.yaml");
}

static void write_expected(const struct generator *g, const char *folder)
{
    const struct expected *e = &g->expected;
    FILE *file = create(folder, "expected.json");
    fprintf(file,
            "{\"facts\": %" PRIu64 ", \"fact_utfall\": %" PRIu64 ", \"fact_foregaende\": %" PRIu64
            ", \"fact_arsmal\": %" PRIu64 ",\n \"rows\": %" PRIu64 ", \"quarantined\": %" PRIu64
            ", \"changed_rows\": %" PRIu64 ", \"changed_facts\": %" PRIu64 ", \"facts_of_changed_rows\": %" PRIu64
            ",\n \"plain_bytes\": %" PRIu64 ", \"indicators\": %u, \"units\": %u,\n \"report_facts\": %" PRIu64
            ", \"report_bytes\": %" PRIu64 "}\n",
            facts_of(e), e->utfall, e->foregaende, e->arsmal, e->rows, e->quarantined, e->changed_rows,
            e->changed_facts, e->facts_of_changed_rows, e->bytes, g->plan.indicators, g->plan.units * DISTRICTS,
            e->report_facts, e->report_bytes);
    finish(file, "expected.json");
}

int main(int argc, char **argv)
{
    static struct generator g;
    char *end;
    bool report = false, repeats = false, known = argc >= 3;
    for (int i = 3; i < argc; i++) {
        report |= !strcmp(argv[i], "--report");
        repeats |= !strcmp(argv[i], "--repeats");
        known &= !strcmp(argv[i], "--report") || !strcmp(argv[i], "--repeats");
    }
    if (!known) {
        fputs("usage: generate FACTS FOLDER [--report] [--repeats]\n", stderr);
        return 2;
    }
    g.facts = strtoull(argv[1], &end, 10);
    if (*end || !g.facts) fail("not a number of facts:", argv[1]);
    g.plan = plan_make(g.facts);
    g.plan.repeats = repeats;
    write_delimited(&g, argv[2]);
    if (report) write_report(&g.plan, g.facts, argv[2], &g.expected);
    write_registry(&g.plan, argv[2]);
    write_expected(&g, argv[2]);
    return 0;
}
