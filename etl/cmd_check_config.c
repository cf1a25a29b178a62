/* check-config: reads configuration and registries, explains every problem, loads nothing. */
#include <stdio.h>
#include <string.h>

#include "etl/cmd.h"
#include "etl/config/config.h"

#define SOURCES_SHOWN 30 /* lines: the summary fits on one screen */

static void usage(FILE *out)
{
    fputs("usage: stadslager [--config FILE] check-config\n\n"
          "Reads the configuration and the registries it names and explains each problem with its place.  Needs no "
          "network\n"
          "and no database.  Exit status: 0 fine, 5 there are problems.\n",
          out);
}

static size_t open_districts(const struct registry *registry)
{
    size_t n = 0;
    for (size_t i = 0; i < registry->stadsdel_count; i++)
        n += registry->stadsdelar[i].valid_to == NULL;
    return n;
}

/* A line of the source list; the connection string is never shown, URLs hold no secrets (checked when loaded). */
static void print_source(const struct config_source *source, FILE *out)
{
    char year[16] = "-";
    struct text stadsdel = source->decode.stadsdel.len ? source->decode.stadsdel : TEXT("-");
    if (source->decode.year) (void)snprintf(year, sizeof year, "%d", source->decode.year);
    fprintf(out, "  %s: %s, %.*s, %s, %s\n", source->name, source->connector->name, TEXT_ARGS(stadsdel), year,
            source->url);
}

static void print_summary(const struct config *config, FILE *out)
{
    const struct registry *registry = &config->registry;
    fprintf(out, "configuration  %s: no problems\n", config->path);
    fprintf(out, "hash           %s\n", config->hash);
    fprintf(out, "warehouse      %s\n",
            config->dsn_file ? config->dsn_file : (config->dsn[0] ? "as warehouse.dsn says" : "libpq's defaults"));
    fprintf(out, "archive        %s\n", config->archive_path);
    fprintf(out, "districts      %zu (%zu of today), %zu successions\n", registry->stadsdel_count,
            open_districts(registry), registry->succession_count);
    fprintf(out, "units          %zu (unknown: %s)\n", registry->enhet_count,
            config->new_enhet == UNKNOWN_ADD ? "add" : "quarantine");
    fprintf(out, "indicators     %zu (unknown: %s)\n", registry->indikator_count,
            config->new_indikator == UNKNOWN_ADD ? "add" : "quarantine");
    fprintf(out, "sources        %zu (name: connector, district, year, URL)\n", config->source_count);
    for (size_t i = 0; i < config->source_count && i < SOURCES_SHOWN; i++)
        print_source(&config->sources[i], out);
    if (config->source_count > SOURCES_SHOWN) fprintf(out, "  and %zu more\n", config->source_count - SOURCES_SHOWN);
}

int cmd_check_config(const struct cmd_context *context, int argc, char **argv)
{
    struct config config;
    struct error err;
    if (argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) {
        usage(stdout);
        putchar('\n');
        config_print_keys(stdout);
        return EXIT_DONE;
    }
    if (argc > 1) {
        fprintf(stderr, "stadslager: check-config takes no argument \"%s\"\n", argv[1]);
        usage(stderr);
        return EXIT_USAGE;
    }
    if (config_load(context->config_path, stderr, &config, &err) < 0) {
        error_print(&err, stderr);
        return (int)err.class;
    }
    print_summary(&config, stdout);
    config_free(&config);
    return EXIT_DONE;
}
