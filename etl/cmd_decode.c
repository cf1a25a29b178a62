/* stadslager decode: one export -> tab-separated text, no database. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <unistd.h>

#include "etl/base/limits.h"
#include "etl/cmd.h"
#include "etl/cmd_options.h"
#include "etl/decode.h"

/* A table that can be printed. */
struct table {
    const char *name, *head;
    enum record_kind kind;
    void (*print)(const struct record *record);
};

struct arguments {
    const struct connector *connector;
    struct decode_options options;
    struct text enheter[LIMIT_ENHETER];
    const struct table *table;
    const char *file;
};

/* ---- printing ---- */

static void put(struct text cell, char after)
{
    for (size_t i = 0; i < cell.len; i++) {
        char c = cell.ptr[i];
        putchar(c == '\t' || c == '\n' || c == '\r' ? ' ' : c);
    }
    putchar(after);
}

static void print_indikator(const struct record *r)
{
    char notes[DECODE_NOTES_SIZE];
    printf("%llu\t", (unsigned long long)r->place.line);
    put(r->cell[COLUMN_ENHET], '\t');
    for (int niva = NIVA_INRIKTNINGSMAL; niva < NIVA_COUNT; niva++)
        put(r->goal[niva], '\t');
    for (enum column c = COLUMN_INDIKATOR; c <= COLUMN_FOREGAENDE; c++)
        put(r->cell[c], '\t');
    put(r->previous_report, '\t');
    for (enum column c = COLUMN_ARSMAL; c <= COLUMN_PERIOD; c++)
        put(r->cell[c], '\t');
    puts(decode_notes(r->notes, notes));
}

static void print_mal(const struct record *r)
{
    printf("%llu\t", (unsigned long long)r->place.line);
    put(r->cell[COLUMN_ENHET], '\t');
    printf("%s\t", niva_name(r->niva));
    put(r->text, '\t');
    put(r->status, '\n');
}

static void print_aktivitet(const struct record *r)
{
    printf("%llu\t", (unsigned long long)r->place.line);
    put(r->cell[COLUMN_ENHET], '\t');
    put(r->goal[r->niva], '\t');
    put(r->cell[COLUMN_INDIKATOR], '\t');
    put(r->cell[COLUMN_START], '\t');
    put(r->cell[COLUMN_SLUT], '\t');
    put(r->cell[COLUMN_AVVIKELSE], '\t');
    puts(klar_name(r->klar));
}

/* A line per cell; a row label without cells has none. */
static void print_tabell(const struct record *r)
{
    char notes[DECODE_NOTES_SIZE];
    for (size_t i = 0; i < r->tabell_count; i++) {
        printf("%llu\t", (unsigned long long)r->place.line);
        put(r->cell[COLUMN_ENHET], '\t');
        put(r->title, '\t');
        put(r->text, '\t');
        put(r->tabell[i].column, '\t');
        put(r->tabell[i].value, '\t');
        put(r->tabell[i].matt, '\t');
        puts(decode_notes(r->notes, notes));
    }
}

static const struct table tables[] = {
    {"indikator",
     "rad\tenhet\tinriktningsmal\tverksamhetsmal\tnamndmal\tenhetsmal\tindikator\tutfall\tutfall_man\tutfall_"
     "kvinnor\tforegaende\t"
     "foregaende_rapport\tarsmal\tkf_arsmal\tperiod\tanmarkning",
     RECORD_INDIKATOR, print_indikator},
    {"mal", "rad\tenhet\tniva\ttext\tstatus", RECORD_MAL, print_mal},
    {"aktivitet", "rad\tenhet\tmal\taktivitet\tstart\tslut\tavvikelse\tklar", RECORD_AKTIVITET, print_aktivitet},
    {"tabell", "rad\tenhet\ttitel\tradetikett\tkolumnetikett\tvarde\tmatt\tanmarkning", RECORD_TABELL, print_tabell},
};
#define TABLE_COUNT (sizeof tables / sizeof *tables)

static const struct table *table_find(const char *name)
{
    for (size_t i = 0; i < TABLE_COUNT; i++)
        if (!strcmp(name, tables[i].name)) return &tables[i];
    return NULL;
}

/* ---- arguments ---- */

static void usage(FILE *out)
{
    fputs("usage: stadslager decode --connector C [--stadsdel X] [--year Y] [--enhet E]... --table "
          "indikator|mal|aktivitet|tabell FILE\n\n"
          "Decodes one export to tab-separated text on standard output: cells as printed, white space folded, no "
          "quoting.\n"
          "The word \"osaker\" in the column anmarkning marks a row that a run would quarantine.  FILE may be - "
          "(standard input).\n\n"
          "  --connector C  the format of the export:\n",
          out);
    for (size_t i = 0; connectors[i]; i++)
        fprintf(out, "                   %-12s %s\n", connectors[i]->name, connectors[i]->what);
    fputs("  --stadsdel X   the district, where the export does not name it\n"
          "  --year Y       the year of the report\n"
          "  --enhet E      a unit, in the order of the reports, where the export does not name them; may be repeated\n"
          "  --table T      what to print: indikator, mal, aktivitet or tabell\n"
          "  --help         this text\n\n"
          "Exit status: 0 decoded, 2 usage, 7 the input was refused, 1 anything else.\n",
          out);
}

/* Returns -1 to go on, or an exit code. */
static int parse_year(const char *text, int *ret)
{
    char *end;
    errno = 0;
    long year = strtol(text, &end, 10);
    if (errno || *end || end == text || year < 1900 || year > 2199)
        return cmd_bad_usage("decode", "--year wants a year from 1900 to 2199", text);
    *ret = (int)year;
    return -1;
}

static int parse_arguments(int argc, char **argv, struct arguments *ret)
{
    static const struct option options[] = {
        {"connector", required_argument, NULL, 'c'},
        {"stadsdel", required_argument, NULL, 's'},
        {"year", required_argument, NULL, 'y'},
        {"enhet", required_argument, NULL, 'e'},
        {"table", required_argument, NULL, 't'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int opt, rc;
    optind = 0;
    while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (opt) {
        case 'c':
            ret->connector = connector_find(text_of(optarg));
            if (!ret->connector) return cmd_bad_usage("decode", "no such connector", optarg);
            break;
        case 's':
            ret->options.stadsdel = text_of(optarg);
            break;
        case 'y':
            if ((rc = parse_year(optarg, &ret->options.year)) >= 0) return rc;
            break;
        case 'e':
            if (ret->options.enhet_count == LIMIT_ENHETER) return cmd_bad_usage("decode", "too many --enhet", NULL);
            ret->enheter[ret->options.enhet_count++] = text_of(optarg);
            break;
        case 't':
            ret->table = table_find(optarg);
            if (!ret->table)
                return cmd_bad_usage("decode", "no such table (\"stadslager decode --help\" lists them)", optarg);
            break;
        case 'h':
            usage(stdout);
            return EXIT_DONE;
        default:
            return cmd_bad_option("decode", argv);
        }
    }
    if (!ret->connector) return cmd_bad_usage("decode", "--connector is missing", NULL);
    if (!ret->table) return cmd_bad_usage("decode", "--table is missing", NULL);
    if (optind + 1 != argc) return cmd_bad_usage("decode", "wants exactly one FILE", NULL);
    ret->file = argv[optind];
    ret->options.name = ret->file;
    ret->options.enheter = ret->enheter;
    return -1;
}

static int print_record(void *context, const struct record *record, struct error *err)
{
    const struct arguments *arguments = context;
    if (record->kind == arguments->table->kind) arguments->table->print(record);
    return ferror(stdout) ? error_set(err, EXIT_INTERNAL, "standard output: %s", strerror(errno)) : 0;
}

static ssize_t read_descriptor(void *context, void *buffer, size_t size, struct error *err)
{
    const int *fd = context;
    ssize_t n;
    do
        n = read(*fd, buffer, size);
    while (n < 0 && errno == EINTR);
    return n < 0 ? error_set(err, EXIT_INTERNAL, "could not read the export: %s", strerror(errno)) : n;
}

int cmd_decode(const struct cmd_context *context, int argc, char **argv)
{
    struct arguments *arguments = calloc(1, sizeof *arguments);
    struct decode_counts counts;
    struct error err = {0};
    int rc = EXIT_INTERNAL, fd = -1;
    (void)context;
    if (!arguments) {
        error_memory(&err);
        goto failed;
    }
    if ((rc = parse_arguments(argc, argv, arguments)) >= 0) goto out;
    fd = strcmp(arguments->file, "-") ? open(arguments->file, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
    if (fd < 0) {
        error_set(&err, EXIT_USAGE, "%s: cannot be opened: %s", arguments->file, strerror(errno));
        goto failed;
    }
    puts(arguments->table->head);
    const struct reader reader = {read_descriptor, &fd};
    const struct sink sink = {print_record, arguments};
    if (decode_export(arguments->connector, &reader, &arguments->options, &sink, &counts, &err)) goto failed;
    if (fflush(stdout)) {
        error_set(&err, EXIT_INTERNAL, "standard output: %s", strerror(errno));
        goto failed;
    }
    rc = EXIT_DONE;
    goto out;
failed:
    error_print(&err, stderr);
    rc = (int)err.class;
out:
    if (fd > STDIN_FILENO) close(fd);
    free(arguments);
    return rc;
}
