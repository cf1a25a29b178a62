/* Audits whose calls fail one after the other: an error, or all of what was asked for, and never a part of it. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "etl/audit/apply.h"
#include "etl/audit/derived_digest.h"
#include "etl/audit/fingerprint.h"
#include "etl/audit/manifest.h"
#include "etl/audit/temporary.h"
#include "etl/base/limits.h"
#include "etl/beside.h"
#include "tests/unit/scarce_calls.h"

#define ASSERT_OK(call)                                                                                                \
    do {                                                                                                               \
        if ((call) != 0) fail_msg("%s", err.message);                                                                  \
    } while (0)

#define MANY       260 /* records of LONG bytes are more than one buffer of a spool */
#define LONG       1500
#define RESULT     4096 /* bytes of what a scenario says it has found */
#define FEW_BYTES  5000 /* a sorter of so many makes a run of three such records */
#define SOME_BYTES ((size_t)150 * 1024)

/* ---- one call after the other ---- */

/* What is tried: -1 with ERR, or 0 and what it found.  It gives everything back. */
typedef int scenario(char found[static RESULT], struct error *err);

/* Ends with the first number that no call has; that many calls there are, more than LEAST. */
static void assert_error_or_whole(scenario *try, enum how as, long least)
{
    static char whole[RESULT], found[RESULT];
    struct error err;
    refuse(0, as);
    ASSERT_OK(try(whole, &err));
    assert_true(requests > least);
    for (long n = 1; n == 1 || requests >= n - 1; n++) {
        err = (struct error){0};
        refuse(n, as);
        int rc = try(found, &err);
        refused_at = 0;
        if (rc == 0)
            assert_string_equal(found, whole);
        else
            assert_true(rc == -1 && err.class != EXIT_DONE && *err.message);
    }
}

/* Those that are asked again: nobody notices. */
static void assert_whole(scenario *try, enum how as)
{
    static char whole[RESULT], found[RESULT];
    struct error err;
    refuse(0, as);
    ASSERT_OK(try(whole, &err));
    for (long n = 1, count = requests; n <= count; n++) {
        refuse(n, as);
        ASSERT_OK(try(found, &err));
        assert_string_equal(found, whole);
    }
    refused_at = 0;
}

/* ---- sorting ---- */

static int add_records(struct sorter *sorter, struct error *err)
{
    char record[LONG];
    for (uint32_t i = 0; i < MANY; i++) {
        memset(record, 'a' + (int)(i * 7 % 26), sizeof record);
        (void)snprintf(record, sizeof record, "%05u", i * 7919 % MANY);
        if (sorter_add(sorter, record, sizeof record, err)) return -1;
    }
    return 0;
}

static int sort_in_runs(char found[static RESULT], struct error *err)
{
    struct sorter *sorter = NULL;
    const unsigned char *data;
    size_t size;
    unsigned next = 0;
    int rc = -1, more = -1;
    if (sorter_create(FEW_BYTES, &sorter, err) || add_records(sorter, err) || sorter_rewind(sorter, err)) goto out;
    while ((more = sorter_next(sorter, &data, &size, err)) > 0) {
        assert_int_equal(size, LONG);
        assert_int_equal(strtoul((const char *)data, NULL, 10), next++);
    }
    rc = more;
    (void)snprintf(found, RESULT, "%u", next);
out:
    sorter_free(sorter);
    return rc;
}

static void a_sort_that_lacks_memory_or_its_file_is_an_error_or_whole(void **state)
{
    (void)state;
    assert_error_or_whole(sort_in_runs, REFUSED, 100);
}

static void a_temporary_file_that_is_written_and_read_in_pieces_is_whole(void **state)
{
    (void)state;
    assert_whole(sort_in_runs, INTERRUPTED);
    assert_whole(sort_in_runs, CUT);
}

/* ---- temporary files ---- */

static int open_another_way(const char *folder, int number)
{
    assert_int_equal(setenv("TMPDIR", folder, 1), 0);
    refusal = number;
    refuse(1, REFUSED);
    int fd = temporary_open();
    int why = errno;
    refused_at = 0;
    refusal = EIO;
    assert_int_equal(unsetenv("TMPDIR"), 0);
    errno = why;
    return fd;
}

static void where_no_file_can_be_without_a_name_it_loses_its_name_at_once(void **state)
{
    static const int numbers[] = {EOPNOTSUPP, EISDIR, EINVAL};
    char folder[] = "/tmp/stadslager-scarce-XXXXXX", deep[2000];
    struct stat st;
    (void)state;
    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < 3; i++) {
        int fd = open_another_way(folder, numbers[i]);
        assert_true(fd >= 0);
        assert_int_equal(fstat(fd, &st), 0);
        assert_int_equal(st.st_nlink, 0);
        assert_int_equal(close(fd), 0);
    }
    assert_int_equal(rmdir(folder), 0); /* it is empty */
    assert_int_equal(open_another_way(folder, EOPNOTSUPP), -1);
    memset(deep, 'x', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    assert_int_equal(open_another_way(deep, EOPNOTSUPP), -1);
    assert_int_equal(errno, ENAMETOOLONG);
    assert_int_equal(open_another_way("/tmp", EACCES), -1); /* for any other reason there is no other way */
    assert_int_equal(errno, EACCES);
    assert_int_equal(setenv("TMPDIR", "", 1), 0);
    assert_string_equal(temporary_folder(), "/tmp");
    assert_int_equal(unsetenv("TMPDIR"), 0);
}

/* ---- what a load does ---- */

#define LOADS 2
static const struct replay_load loads[LOADS] = {{.source = "a", .source_nr = 0}, {.source = "b", .source_nr = 1}};
static bool years[REPLAY_YEARS] = {[2022] = true, [2023] = true};
static struct spool before; /* outcomes of 2022, by source a, more than a buffer */

static bool rejects(const void *context, int32_t indikator_id)
{
    (void)context, (void)indikator_id;
    return true;
}

/* Outcome or previous VALUE of OBJECT in YEAR, with a long text. */
static int say(const struct fact_sink *sink, unsigned row, enum fact_table table, int year, int32_t object,
               int64_t value, struct error *err)
{
    static char printed[LONG / 2];
    memset(printed, 'x', sizeof printed);
    struct fact fact = {.table = table,
                        .row = row,
                        .ar = year,
                        .stadsdel_id = 1,
                        .enhet_id = 1,
                        .period_id = year * 10000,
                        .kon = KON_TOTAL,
                        .has_number = true,
                        .number = {value, 0},
                        .printed = text_make(printed, sizeof printed),
                        .indikator_id = object};
    fact.place.line = fact.row;
    return sink->fact(sink->context, &fact, err);
}

/* Facts that do not fit in the sorter. */
static int open_small(struct export_facts *export, struct error *err)
{
    if (export_open(export, err)) return -1;
    sorter_free(export->facts);
    export->facts = NULL;
    return sorter_create(SOME_BYTES, &export->facts, err);
}

static int load(uint32_t number, int (*facts)(const struct fact_sink *, struct error *), struct spool *ret_after,
                struct apply_counts *ret_counts, struct error *err)
{
    struct export_facts export = {0};
    const struct apply_options options = {.load = number,
                                          .loads = loads,
                                          .complete = true,
                                          .years = years,
                                          .foregaende_rejects = number ? rejects : NULL};
    int rc = open_small(&export, err);
    const struct fact_sink sink = export_sink(&export);
    if (rc == 0) rc = facts(&sink, err);
    if (rc == 0) rc = apply_export(&export, &before, &options, ret_after, ret_counts, err);
    export_close(&export);
    return rc;
}

static int year_before(const struct fact_sink *sink, struct error *err)
{
    int rc = 0;
    for (int32_t i = 0; rc == 0 && i < MANY * 2; i++)
        rc = say(sink, (unsigned)i, FACT_UTFALL, 2022, i + 1, i, err);
    return rc;
}

/* Previous values, of which every third is another than the year before has said; rows that repeat their key; one that
 * contradicts the other source. */
static int year_after(const struct fact_sink *sink, struct error *err)
{
    int rc = 0;
    for (int32_t i = 0; rc == 0 && i < MANY; i++)
        rc = say(sink, (unsigned)i, FACT_FOREGAENDE, 2023, i + 1, i + (i % 3 == 0), err);
    for (int32_t i = 0; rc == 0 && i < MANY; i++)
        rc = say(sink, (unsigned)i, FACT_UTFALL, 2023, i / 2 + 1, i % 10 == 1, err);
    if (rc == 0) rc = say(sink, MANY, FACT_UTFALL, 2022, MANY, 0, err);
    return rc;
}

static int apply_the_year_after(char found[static RESULT], struct error *err)
{
    struct spool after = {0};
    struct apply_counts c = {0};
    int rc = load(1, year_after, &after, &c, err);
    if (rc == 0)
        (void)snprintf(found, RESULT, "%u %u %u %u %u, %u bytes", (unsigned)c.fresh, (unsigned)c.revised,
                       (unsigned)c.withdrawn, (unsigned)c.absent, (unsigned)c.doubtful_rows,
                       (unsigned)spool_size(&after));
    spool_free(&after);
    return rc;
}

static void a_load_that_lacks_memory_or_a_file_is_an_error_or_the_load(void **state)
{
    struct apply_counts counts = {0};
    struct spool first = {0};
    struct error err;
    (void)state;
    refuse(0, REFUSED);
    ASSERT_OK(load(0, year_before, &first, &counts, &err));
    assert_int_equal(counts.fresh, MANY * 2);
    before = first;
    assert_error_or_whole(apply_the_year_after, REFUSED, 60);
    spool_free(&before);
}

/* A version of too few bytes, first or behind others. */
static void assert_cut(size_t behind)
{
    struct line line = {0};
    struct spool after = {0};
    struct apply_counts counts;
    struct error err;
    for (size_t i = 0; i <= behind; i++) {
        const struct version version = {{FACT_UTFALL, 2022, 1, 20220000, 1, (int32_t)i + 1, 'T'}, 0, 0, 0, 0, TEXT("")};
        version_pack(&line, &version);
        ASSERT_OK(spool_add(&before, line.bytes, i == behind ? VERSION_KEY_SIZE : line.len, &err));
    }
    assert_int_equal(load(1, year_after, &after, &counts, &err), -1);
    assert_non_null(strstr(err.message, "a spooled version of 18 bytes is cut"));
    assert_int_equal(load(0, year_after, &after, &counts, &err), -1); /* which asks for no previous value */
    line_free(&line);
    spool_free(&after);
    spool_free(&before);
}

static void a_known_version_of_too_few_bytes_is_an_error_and_no_load(void **state)
{
    (void)state;
    refuse(0, REFUSED);
    assert_cut(0);
    assert_cut(1);
    assert_cut(5);
}

/* ---- digests and canonical rows ---- */

static struct derived derived; /* a year of two tables, two units and two indicators */

static void add(const char *query, int count, const char *const *params)
{
    struct error err;
    PGresult *result;
    ASSERT_OK(dimension_memory_query(&derived.memory, query, count, params, &result, &err));
    PQclear(result);
}
#define ADD(query, ...)                                                                                                \
    add((query), (int)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *)),                             \
        (const char *const[]){__VA_ARGS__})

static int derive_a_year(void **state)
{
    static struct replay_load both[LOADS] = {{.id = 1}, {.id = 2}};
    static const struct replay replay = {.year = 2023, .loads = both, .load_count = LOADS};
    struct line line = {0};
    struct error err;
    (void)state;
    refuse(0, REFUSED);
    derived = (struct derived){.replay = &replay};
    ADD("queries/dim_stadsdel_add", "SDN_BRO", "Bromma", NULL, NULL);
    ADD("queries/dim_enhet_add", "1", "Hela nämnden", "", "t", NULL, NULL);
    ADD("queries/dim_enhet_add", "1", "Solen", "solen", "f", NULL, NULL);
    ADD("queries/dim_indikator_add", "I1", "Nöjda", "nöjda", "%", NULL, "neutral", NULL, NULL, "5", NULL);
    ADD("queries/dim_indikator_new", "Egen mätning", "egenmätning");
    for (int i = 0; i < 16; i++) { /* in the order of their keys */
        const struct version version = {{i < 8 ? FACT_UTFALL : FACT_ARSMAL, 2023, 1, 20230000, i / 4 % 2 + 1,
                                         i / 2 % 2 + 1, (char)(i < 8 ? "KT"[i % 2] : "EK"[i % 2])},
                                        1,
                                        2,
                                        3,
                                        4,
                                        TEXT("\treported\t1")};
        version_pack(&line, &version);
        ASSERT_OK(spool_add(&derived.versions, line.bytes, line.len, &err));
    }
    line_free(&line);
    return 0;
}

static int forget_the_year(void **state)
{
    (void)state;
    spool_free(&derived.versions);
    dimension_memory_free(&derived.memory);
    return 0;
}

static int digest_the_year(char found[static RESULT], struct error *err)
{
    static const unsigned char key[FINGERPRINT_KEY] = "a key";
    struct fingerprint tables[FACT_TABLE_COUNT] = {0};
    struct fingerprinter with;
    struct digests digests = {0};
    int rc = fingerprinter_open(&with, key, err);
    if (rc == 0) rc = derived_digest(&derived, &with, tables, &digests, err);
    if (rc == 0)
        (void)snprintf(found, RESULT, "%s %zu %u %u %llx %llx", digests.root, digests.count,
                       (unsigned)tables[FACT_UTFALL].rows, (unsigned)tables[FACT_ARSMAL].rows,
                       (unsigned long long)tables[FACT_UTFALL].sums[0],
                       (unsigned long long)tables[FACT_ARSMAL].sums[0]);
    fingerprinter_close(&with);
    digests_free(&digests);
    return rc;
}

static void the_digest_of_a_year_is_an_error_or_all_of_it(void **state)
{
    (void)state;
    assert_error_or_whole(digest_the_year, REFUSED, 60);
}

/* Each row, with what its line begins with. */
static int list_the_year(char found[static RESULT], struct error *err)
{
    struct sorter *sorter = NULL;
    struct digests digests = {0};
    const unsigned char *data;
    size_t size, len = 0;
    int rc = -1, more = -1;
    if (sorter_create(LIMIT_SORT, &sorter, err) || derived_rows(&derived, FACT_UTFALL, sorter, err) ||
        sorter_rewind(sorter, err))
        goto out;
    while ((more = sorter_next(sorter, &data, &size, err)) > 0) {
        struct text line;
        struct lineage lineage;
        if (lineage_split(data, size, &line, &lineage, err) || digests_add(&digests, FACT_UTFALL, line, err)) goto out;
        len += (size_t)snprintf(found + len, RESULT - len, "%.*s (%d)\n", TEXT_ARGS(line), (int)lineage.line);
    }
    rc = more < 0 ? -1 : digests_end(&digests, err);
    if (rc == 0) (void)snprintf(found + len, RESULT - len, "%s", digests.root);
out:
    digests_free(&digests);
    sorter_free(sorter);
    return rc;
}

static void the_rows_of_a_table_are_an_error_or_all_of_them(void **state)
{
    (void)state;
    assert_error_or_whole(list_the_year, REFUSED, 30);
}

/* One more version, of UNIT and OBJECT; none of them: bytes that are no version. */
static void assert_unknown(int32_t unit, int32_t object, const char *why)
{
    char found[RESULT];
    struct line line = {0};
    struct error err;
    const struct version version = {{FACT_UTFALL, 2023, 1, 20230000, unit, object, 'T'}, 1, 2, 3, 4, TEXT("\tx")};
    (void)derive_a_year(NULL);
    version_pack(&line, &version);
    spool_free(&derived.versions);
    ASSERT_OK(spool_add(&derived.versions, line.bytes, unit ? line.len : 9, &err));
    assert_int_equal(list_the_year(found, &err), -1);
    assert_int_equal(err.class, EXIT_INTERNAL);
    assert_non_null(strstr(err.message, why));
    assert_int_equal(digest_the_year(found, &err), -1);
    assert_int_equal(err.class, EXIT_INTERNAL);
    line_free(&line);
    (void)forget_the_year(NULL);
}

static void a_version_of_nobody_or_of_too_few_bytes_is_an_error_and_no_row(void **state)
{
    (void)state;
    assert_unknown(99, 1, "no row 99 for a canonical key's column nyckel");
    assert_unknown(1, 99, "no row 99 for a canonical key's column nyckel");
    assert_unknown(0, 0, "a spooled version of 9 bytes is cut");
}

static int draw_a_key(char found[static RESULT], struct error *err)
{
    unsigned char key[FINGERPRINT_KEY] = {0};
    int rc = fingerprint_key(key, err);
    (void)snprintf(found, RESULT, "%d", rc);
    for (size_t i = FINGERPRINT_KEY - 8, zeros = 0; rc == 0 && i < FINGERPRINT_KEY; i++)
        assert_true((zeros += key[i] == 0) < 8);
    return rc;
}

static void a_key_is_drawn_whole_or_there_is_none(void **state)
{
    (void)state;
    assert_error_or_whole(draw_a_key, REFUSED, 0);
    assert_error_or_whole(draw_a_key, CUT, 0);
    assert_whole(draw_a_key, INTERRUPTED);
}

/* ---- manifests ---- */

static char folder[] = "/tmp/stadslager-manifest-XXXXXX", path[64];

static int make_folder(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/stadslager-manifest-XXXXXX");
    if (!mkdtemp(folder)) return -1;
    (void)snprintf(path, sizeof path, "%s/m.json", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    (void)remove(path);
    return remove(folder); /* fails where something is left behind */
}

/* What stands at PATH, and that nothing stands beside it. */
static const char *content(void)
{
    static char text[RESULT];
    size_t files = 0;
    DIR *all = opendir(folder);
    FILE *file = fopen(path, "re");
    assert_non_null(all);
    for (struct dirent *one; (one = readdir(all));)
        files += one->d_name[0] != '.';
    assert_int_equal(closedir(all), 0);
    assert_int_equal(files, file ? 1 : 0);
    text[file ? fread(text, 1, sizeof text - 1, file) : 0] = '\0';
    if (file) assert_int_equal(fclose(file), 0);
    return text;
}

#define OLD_TEXT "{\"old\": true}\n"
#define NEW_TEXT "{\"new\": true, \"longer\": \"than the old one\"}\n"

static int replace_the_manifest(char found[static RESULT], struct error *err)
{
    long at = refused_at;
    refused_at = 0;
    assert_int_equal(manifest_write(path, OLD_TEXT, err), 0);
    refuse(at, how);
    int rc = manifest_write(path, NEW_TEXT, err);
    long asked = requests;
    refused_at = 0;
    assert_string_equal(content(), rc ? OLD_TEXT : NEW_TEXT);
    (void)snprintf(found, RESULT, "%s", content());
    requests = asked;
    return rc;
}

static void a_manifest_that_cannot_be_written_leaves_the_old_one_and_nothing_beside_it(void **state)
{
    (void)state;
    assert_error_or_whole(replace_the_manifest, REFUSED, 4);
    assert_whole(replace_the_manifest, INTERRUPTED);
    assert_whole(replace_the_manifest, CUT);
}

static void a_manifest_goes_where_a_file_can_be(void **state)
{
    char deep[BESIDE_SIZE + 1];
    struct error err;
    (void)state;
    refuse(0, REFUSED);
    memset(deep, 'x', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    assert_int_equal(manifest_write(deep, NEW_TEXT, &err), -1);
    assert_int_equal(err.class, EXIT_USAGE);
    assert_string_equal(err.message, "the manifest's path is too long");
    assert_int_equal(manifest_write("/dev/null", NEW_TEXT, &err), -1);
    assert_int_equal(err.class, EXIT_USAGE);
    assert_string_equal(err.message, "the manifest's path is no regular file");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sort_that_lacks_memory_or_its_file_is_an_error_or_whole),
        cmocka_unit_test(a_temporary_file_that_is_written_and_read_in_pieces_is_whole),
        cmocka_unit_test(where_no_file_can_be_without_a_name_it_loses_its_name_at_once),
        cmocka_unit_test(a_load_that_lacks_memory_or_a_file_is_an_error_or_the_load),
        cmocka_unit_test(a_known_version_of_too_few_bytes_is_an_error_and_no_load),
        cmocka_unit_test_setup_teardown(the_digest_of_a_year_is_an_error_or_all_of_it, derive_a_year, forget_the_year),
        cmocka_unit_test_setup_teardown(the_rows_of_a_table_are_an_error_or_all_of_them, derive_a_year,
                                        forget_the_year),
        cmocka_unit_test(a_version_of_nobody_or_of_too_few_bytes_is_an_error_and_no_row),
        cmocka_unit_test(a_key_is_drawn_whole_or_there_is_none),
        cmocka_unit_test_setup_teardown(a_manifest_that_cannot_be_written_leaves_the_old_one_and_nothing_beside_it,
                                        make_folder, remove_folder),
        cmocka_unit_test(a_manifest_goes_where_a_file_can_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
