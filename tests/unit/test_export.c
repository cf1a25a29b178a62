/* The formats of export, given rows that no warehouse has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include "etl/analys/export.h"
#include "etl/base/limits.h"
#include "tests/unit/remove_tree.h"

struct outcome {
    const char *cell[UTFALL_COLUMNS];
};

/* Bromma's total of an indicator in 2023. */
static struct outcome outcome(const char *value)
{
    struct outcome o;
    for (size_t c = 0; c < UTFALL_COLUMNS; c++)
        o.cell[c] = "";
    o.cell[U_STADSDEL_KOD] = "SDN_BRO";
    o.cell[U_STADSDEL] = "Bromma";
    o.cell[U_INDIKATOR_KOD] = "IND_X";
    o.cell[U_INDIKATOR] = "Personer";
    o.cell[U_PERIOD_ID] = "20230000";
    o.cell[U_PERIOD] = "VB 2023";
    o.cell[U_TID] = "2023";
    o.cell[U_KON_KOD] = "T";
    o.cell[U_KON] = "Totalt";
    o.cell[U_VARDE] = value;
    o.cell[U_MATT] = "st";
    o.cell[U_STATUS] = *value ? "reported" : "missing";
    o.cell[U_OBS_STATUS] = *value ? "A" : "M";
    o.cell[U_CONF_STATUS] = "F";
    o.cell[U_PUBLICERAD] = "2024-03-01T06:00:00Z";
    return o;
}

/* The file of COUNT rows, with its size; NULL with ERR. */
static char *written(const struct export_format *format, const struct outcome *rows, size_t count, size_t *ret_size,
                     struct error *err)
{
    char *text;
    struct export x = {.out = open_memstream(&text, ret_size)};
    assert_non_null(x.out);
    int rc = format->begin(&x, err);
    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = format->row(&x, rows[i].cell, err);
    if (rc == 0) rc = format->end(&x, err);
    if (rc == 0) rc = export_check(x.out, err);
    if (format->free) format->free(&x);
    arena_free(&x.arena);
    assert_int_equal(fclose(x.out), 0);
    if (rc == 0) return text;
    free(text);
    return NULL;
}

static void holds(const struct export_format *format, const struct outcome *rows, size_t count, const char *part)
{
    size_t size;
    struct error err;
    char *text = written(format, rows, count, &size, &err);
    assert_non_null(text);
    if (!strstr(text, part)) fail_msg("\"%s\" is not in\n%s", part, text);
    free(text);
}

static void is_refused(const struct export_format *format, const struct outcome *rows, size_t count,
                       enum exit_code class, const char *message)
{
    size_t size;
    struct error err;
    assert_null(written(format, rows, count, &size, &err));
    assert_non_null(strstr(err.message, message));
    assert_int_equal(err.class, class);
}

static const struct export_format *const cubes[] = {&export_json_stat2, &export_px};

static void what_would_be_printed_as_a_number_and_is_none_is_refused(void **state)
{
    const struct outcome odd = outcome("12,5 st"), *const row = &odd;
    (void)state;
    is_refused(&export_sdmx_csv, row, 1, EXIT_INTERNAL, "\"12,5 st\" is no number of at most 18 digits");
    for (size_t i = 0; i < 2; i++)
        is_refused(cubes[i], row, 1, EXIT_INTERNAL, "\"12,5 st\" is no number of at most 18 digits");
}

static void two_values_for_one_place_of_a_cube_are_refused(void **state)
{
    const struct outcome rows[] = {outcome("1"), outcome("2")};
    (void)state;
    for (size_t i = 0; i < 2; i++)
        is_refused(cubes[i], rows, 2, EXIT_INTERNAL, "two values for one place of the cube");
}

static void an_empty_cube_is_one_in_json_stat_and_none_in_px(void **state)
{
    (void)state;
    holds(&export_json_stat2, NULL, 0, "\"size\":[0,0,0,0]");
    is_refused(&export_px, NULL, 0, EXIT_REFUSED, "nothing fits");
}

static void categories_of_one_name_are_told_apart_by_their_codes(void **state)
{
    struct outcome rows[] = {outcome("1"), outcome("2"), outcome("3")};
    (void)state;
    for (int i = 1; i < 3; i++) {
        rows[i].cell[U_ENHET_KOD] = i == 1 ? "E1" : "E2";
        rows[i].cell[U_ENHET] = "Solen";
    }
    holds(&export_px, rows, 3, "\"Bromma: Solen\",\n\"Bromma: Solen (SDN_BRO.E2)\"");
    holds(&export_json_stat2, rows, 3, "\"SDN_BRO.E2\":\"Bromma: Solen (SDN_BRO.E2)\"");
}

static void another_unit_of_an_indicator_is_a_category_of_its_own(void **state)
{
    struct outcome rows[] = {outcome("12"), outcome("40"), outcome("3.5"), outcome("")};
    (void)state;
    rows[1].cell[U_KON_KOD] = "K";
    rows[1].cell[U_MATT] = "%";
    rows[2].cell[U_KON_KOD] = "M";
    rows[2].cell[U_MATT] = "";
    rows[3].cell[U_KON_KOD] = "O"; /* without a value its unit says nothing */
    rows[3].cell[U_MATT] = "kr";
    holds(&export_px, rows, 4, "\"Personer\",\n\"Personer (%)\",\n\"Personer (tal)\"");
    holds(&export_px, rows, 4, "UNITS(\"Personer (tal)\")=\"tal\"");
    holds(&export_json_stat2, rows, 4, "\"size\":[1,3,4,1]");
    rows[0].cell[U_VARDE] = ""; /* the unit is that of the first value */
    rows[0].cell[U_MATT] = "kr";
    holds(&export_px, rows, 2, "UNITS(\"Personer\")=\"%\"");
}

static void a_cube_too_large_for_px_is_refused(void **state)
{
    enum { SIDE = 272 }; /* of three dimensions: beyond LIMIT_CUBE_PLACES */
    static struct outcome rows[SIDE];
    static char names[SIDE][16];
    (void)state;
    assert_true((int64_t)SIDE * SIDE * SIDE > LIMIT_CUBE_PLACES);
    for (int i = 0; i < SIDE; i++) {
        (void)snprintf(names[i], sizeof names[i], "X%d", i);
        rows[i] = outcome("1");
        rows[i].cell[U_STADSDEL_KOD] = rows[i].cell[U_INDIKATOR_KOD] = rows[i].cell[U_TID] = names[i];
    }
    is_refused(&export_px, rows, SIDE, EXIT_REFUSED, "places, most of them empty");
    holds(&export_json_stat2, rows, SIDE, "\"size\":[272,272,1,272]");
}

static void a_long_text_of_px_stands_in_pieces_and_has_no_quote(void **state)
{
    char name[301], whole[400];
    struct outcome row = outcome("1");
    (void)state;
    memset(name, 'x', 300);
    memcpy(name + 199, "\xc3\xa5", 2); /* a letter is not cut in two */
    name[300] = '\0';
    row.cell[U_INDIKATOR] = name;
    (void)snprintf(whole, sizeof whole, "\"%.201s\"\n\"%s\"", name, name + 201);
    holds(&export_px, &row, 1, whole);
    row.cell[U_INDIKATOR] = "a\"b\tc";
    holds(&export_px, &row, 1, "\"a'b c\"");
}

static void statuses_that_are_not_the_usual_ones_are_told(void **state)
{
    struct outcome rows[] = {outcome("1"), outcome("2")};
    (void)state;
    rows[0].cell[U_CONF_STATUS] = "N";
    rows[1].cell[U_KON_KOD] = "K";
    holds(&export_json_stat2, rows, 2, "\"status\":{\"0\":\"A/N\"}");
    rows[1] = outcome("");
    rows[1].cell[U_KON_KOD] = "O";
    rows[1].cell[U_STATUS] = "of a later version";
    holds(&export_px, rows, 2, "DATA=\n1 \n\"......\";\n");
    holds(&export_csv, rows, 2, ";of a later version;");
    holds(&export_csv, rows, 2, ";Utfall okänt/annat;");
    holds(&export_sdmx_csv, rows, 2, ",IND_X,_O,2023,NaN,M,F,st,,2024");
}

static void no_text_of_a_separated_file_is_a_formula(void **state)
{
    struct outcome row = outcome("-1.5");
    (void)state;
    row.cell[U_MATT] = "=1,1";
    row.cell[U_STADSDEL] = "@SUM(1;2)";
    holds(&export_sdmx_csv, &row, 1, ",\"'=1,1\",1,2024");
    holds(&export_csv, &row, 1, ";\"'@SUM(1;2)\";");
    holds(&export_csv, &row, 1, ";-1,5;\"'=1,1\";");
}

/* ---- the workbook ---- */

static char *workbook(const struct outcome *rows, size_t count, size_t *ret_size, struct error *err)
{
    return written(&export_xlsx, rows, count, ret_size, err);
}

static void a_workbook_is_made_in_the_folder_for_temporary_files_and_leaves_nothing_there(void **state)
{
    char folder[] = "/tmp/test_export.XXXXXX", none[64], *text;
    static char too_long[5000];
    const struct outcome row = outcome("1");
    const char *const folders[] = {NULL, "", folder};
    size_t size;
    struct error err;
    (void)state;
    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        assert_int_equal(folders[i] ? setenv("TMPDIR", folders[i], 1) : unsetenv("TMPDIR"), 0);
        text = workbook(&row, 1, &size, &err);
        assert_true(text && size > 1000 && !memcmp(text, "PK", 2));
        free(text);
    }
    (void)snprintf(none, sizeof none, "%s/none", folder);
    memset(too_long, 'x', sizeof too_long - 1);
    assert_int_equal(setenv("TMPDIR", none, 1), 0);
    is_refused(&export_xlsx, &row, 1, EXIT_INTERNAL, "could not make a temporary file in");
    assert_int_equal(setenv("TMPDIR", too_long, 1), 0);
    is_refused(&export_xlsx, &row, 1, EXIT_INTERNAL, "could not make a temporary file in");
    assert_int_equal(unsetenv("TMPDIR"), 0);
    assert_int_equal(rmdir(folder), 0);
}

static void a_workbook_that_cannot_be_put_together_is_refused(void **state)
{
    char folder[] = "/tmp/test_export.XXXXXX", *text;
    size_t size;
    struct error err;
    (void)state;
    struct export x = {.out = open_memstream(&text, &size)};
    assert_non_null(mkdtemp(folder));
    assert_int_equal(setenv("TMPDIR", folder, 1), 0);
    assert_int_equal(export_xlsx.begin(&x, &err), 0);
    assert_int_equal(unsetenv("TMPDIR"), 0);
    assert_int_equal(remove_tree(folder), 0);
    assert_int_equal(export_xlsx.end(&x, &err), -1);
    assert_non_null(strstr(err.message, "could not write the workbook: "));
    export_xlsx.free(&x);
    arena_free(&x.arena);
    assert_int_equal(fclose(x.out), 0);
    assert_int_equal(size, 0);
    free(text);
}

static void a_cell_and_a_sheet_hold_what_a_workbook_can_and_no_more(void **state)
{
    static char too_long[40000];
    struct outcome row = outcome("1");
    struct error err = {0};
    char *text;
    size_t size;
    (void)state;
    memset(too_long, 'x', sizeof too_long - 1);
    row.cell[U_INDIKATOR] = too_long;
    is_refused(&export_xlsx, &row, 1, EXIT_INTERNAL, "could not write the workbook: ");
    for (size_t c = 0; c < UTFALL_COLUMNS; c++)
        row.cell[c] = ""; /* two words still stand in each row: of the sex and of the status */
    struct export x = {.out = open_memstream(&text, &size)};
    assert_int_equal(export_xlsx.begin(&x, &err), 0);
    long rows = 1; /* the head */
    while (export_xlsx.row(&x, row.cell, &err) == 0)
        rows++;
    assert_int_equal(rows, 1048576);
    assert_string_equal(err.message, "a workbook holds 1048576 rows, and there are more");
    assert_int_equal(err.class, EXIT_REFUSED);
    export_xlsx.free(&x);
    arena_free(&x.arena);
    assert_int_equal(fclose(x.out), 0);
    free(text);
}

static void a_number_that_no_double_keeps_is_a_text_of_the_workbook(void **state)
{
    static const char *const values[] = {"999999999999999",   "-999999999999999", "1000000000000000",
                                         "-1000000000000000", "12,5 st",          "-0.000000000000001"};
    struct outcome rows[sizeof values / sizeof *values];
    size_t size;
    struct error err;
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        rows[i] = outcome(values[i]);
    char *text = workbook(rows, sizeof values / sizeof *values, &size, &err), sheet[20000];
    assert_non_null(text);
    zip_t *book = zip_open_from_source(zip_source_buffer_create(text, size, 0, NULL), ZIP_RDONLY, NULL);
    zip_file_t *part = book ? zip_fopen(book, "xl/worksheets/sheet1.xml", 0) : NULL;
    assert_non_null(part);
    sheet[zip_fread(part, sheet, sizeof sheet - 1)] = '\0';
    zip_fclose(part);
    zip_discard(book);
    free(text);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        char as_text[60];
        (void)snprintf(as_text, sizeof as_text, "<t>%s</t>", values[i]);
        assert_int_equal(strstr(sheet, as_text) != NULL, i >= 2 && i <= 4);
    }
    assert_non_null(strstr(sheet, "<v>999999999999999</v>"));
    assert_non_null(strstr(sheet, "<v>-999999999999999</v>"));
}

static void a_format_is_found_by_its_name(void **state)
{
    (void)state;
    for (size_t i = 0; export_formats[i]; i++)
        assert_ptr_equal(export_find(export_formats[i]->name), export_formats[i]);
    assert_null(export_find("xls"));
}

static void a_part_that_was_not_accepted_is_known_at_the_end(void **state)
{
    struct error err;
    FILE *full = fopen("/dev/full", "w");
    (void)state;
    assert_non_null(full);
    fputs("a", full);
    assert_int_equal(export_check(full, &err), -1);
    assert_string_equal(err.message, "could not write: No space left on device");
    assert_int_equal(export_check(full, &err), -1); /* nothing is left to write, and yet */
    assert_string_equal(err.message, "could not write: a part was not accepted");
    (void)fclose(full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_would_be_printed_as_a_number_and_is_none_is_refused),
        cmocka_unit_test(two_values_for_one_place_of_a_cube_are_refused),
        cmocka_unit_test(an_empty_cube_is_one_in_json_stat_and_none_in_px),
        cmocka_unit_test(categories_of_one_name_are_told_apart_by_their_codes),
        cmocka_unit_test(another_unit_of_an_indicator_is_a_category_of_its_own),
        cmocka_unit_test(a_cube_too_large_for_px_is_refused),
        cmocka_unit_test(a_long_text_of_px_stands_in_pieces_and_has_no_quote),
        cmocka_unit_test(statuses_that_are_not_the_usual_ones_are_told),
        cmocka_unit_test(no_text_of_a_separated_file_is_a_formula),
        cmocka_unit_test(a_workbook_is_made_in_the_folder_for_temporary_files_and_leaves_nothing_there),
        cmocka_unit_test(a_workbook_that_cannot_be_put_together_is_refused),
        cmocka_unit_test(a_cell_and_a_sheet_hold_what_a_workbook_can_and_no_more),
        cmocka_unit_test(a_number_that_no_double_keeps_is_a_text_of_the_workbook),
        cmocka_unit_test(a_format_is_found_by_its_name),
        cmocka_unit_test(a_part_that_was_not_accepted_is_known_at_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
