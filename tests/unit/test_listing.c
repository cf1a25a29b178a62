/* Rows as text, CSV and JSON: nothing in a cell can leave its cell, become a formula or reach a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "etl/facts.h"
#include "etl/history/flags.h"
#include "etl/history/listing.h"
#include "tests/unit/scarce_calls.h"

/* What WRITE makes of CELL; the caller frees. */
static char *written(void (*write)(FILE *, struct text), struct text cell)
{
    char *buffer = NULL;
    size_t size;
    FILE *out = open_memstream(&buffer, &size);
    assert_non_null(out);
    write(out, cell);
    assert_int_equal(fclose(out), 0);
    return buffer;
}

static void assert_written(void (*write)(FILE *, struct text), struct text cell, const char *expected)
{
    char *found = written(write, cell);
    assert_string_equal(found, expected);
    free(found);
}

static void a_cell_of_csv_is_quoted_where_it_must_be(void **state)
{
    (void)state;
    assert_written(listing_csv_cell, TEXT("Förskolan Solen"), "Förskolan Solen");
    assert_written(listing_csv_cell, TEXT("a,b"), "\"a,b\"");
    assert_written(listing_csv_cell, TEXT("säg \"nej\""), "\"säg \"\"nej\"\"\"");
    assert_written(listing_csv_cell, TEXT("a\nb"), "\"a\nb\"");
    assert_written(listing_csv_cell, TEXT("a\rb"), "\"a\rb\"");
    assert_written(listing_csv_cell, TEXT(""), "");
    assert_written(listing_csv_cell, text_make("\0=1", 3), "");
}

static void a_cell_of_csv_is_never_a_formula_and_a_number_stays_one(void **state)
{
    static const char *const formulas[] = {"=1+1", "+a", "-a",         "@SUM(A1)", "\t=1",  "\r=1", " =1", "-1-cmd",
                                           "-1 %", "+",  "\xc2\xa0=1", "-1.5.2",   "+1,5.", "-.5",  "- 1", " \t1"};
    static const char *const numbers[] = {"-1", "-1.5", "+2,5", "0", "-1000000.25", " 1", "  "};
    (void)state;
    for (size_t i = 0; i < sizeof formulas / sizeof *formulas; i++) {
        char *found = written(listing_csv_cell, text_of(formulas[i]));
        assert_memory_equal(found, "\"'", 2);
        free(found);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char *found = written(listing_csv_cell, text_of(numbers[i]));
        assert_null(strchr(found, '\''));
        free(found);
    }
}

static void control_characters_and_what_is_not_text_are_escaped(void **state)
{
    (void)state;
    assert_written(listing_escape, TEXT("åäö – 85 %"), "åäö – 85 %");
    assert_written(listing_escape, TEXT("a\tb\nc\\d"), "a\\tb\\nc\\\\d");
    assert_written(listing_escape, TEXT("\x1b[31m\x7f"), "\\x1b[31m\\x7f");
    assert_written(listing_escape, TEXT("\xe5ker \xc3"), "\\xe5ker \\xc3");
    assert_written(listing_escape, TEXT("\xc2\x9b"), "\\xc2\\x9b");
    assert_written(listing_escape, TEXT("\xc2\xa0\xe2\x80\x93\xf0\x9f\x98\x80"),
                   "\xc2\xa0\xe2\x80\x93\xf0\x9f\x98\x80");
    assert_written(listing_escape, TEXT("\xc1\xbf \xf5\x80\x80\x80 \xe2\x80"),
                   "\\xc1\\xbf \\xf5\\x80\\x80\\x80 \\xe2\\x80");
    assert_written(listing_escape, text_make("a\0b", 3), "a\\x00b");
}

/* ---- rows ---- */

/* Two rows of a column of each type, the second of them null but for the first cell. */
static PGresult *two_rows(void)
{
    static const struct {
        const char *name, *value;
        Oid type;
    } columns[] = {{"text", "a\tb", 25},     {"number", "-7", 23},        {"small", "1", 21},
                   {"large", "7", 20},       {"exact", "1.50", 1700},     {"yes", "t", 16},
                   {"no", "f", 16},          {"json", "{\"a\": 1}", 114}, {"jsonb", "[1]", 3802},
                   {"bytes", "\\x41ff", 17}, {"flaggor", "2097152", 23}};
    enum { COUNT = sizeof columns / sizeof *columns };
    PGresAttDesc described[COUNT] = {{0}};
    PGresult *result = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    char name[16], value[16];
    assert_non_null(result);
    for (int i = 0; i < COUNT; i++)
        described[i] = (PGresAttDesc){.name = memcpy(calloc(1, sizeof name), columns[i].name, strlen(columns[i].name)),
                                      .typid = columns[i].type};
    assert_true(PQsetResultAttrs(result, COUNT, described));
    for (int i = 0; i < COUNT; i++) {
        free(described[i].name);
        (void)snprintf(value, sizeof value, "%s", columns[i].value);
        assert_true(PQsetvalue(result, 0, i, value, (int)strlen(value)));
        assert_true(PQsetvalue(result, 1, i, i ? NULL : value, i ? -1 : (int)strlen(value)));
    }
    return result;
}

/* What RESULT is in FORMAT, to be freed; -1 where memory ran out. */
static int listed(const PGresult *result, enum listing_format format, const char *members, char **ret,
                  struct error *err)
{
    size_t size;
    struct error ignored;
    FILE *out = open_memstream(ret, &size);
    struct listing listing = {.out = out, .format = format, .before = members};
    assert_non_null(out);
    int rc = listing_rows(&listing, result, err);
    if (rc == 0) assert_int_equal(listing.rows, PQntuples(result));
    if (listing_end(&listing, rc ? &ignored : err)) rc = -1;
    assert_int_equal(fclose(out), 0);
    return rc;
}

static void assert_listed(const PGresult *result, enum listing_format format, const char *members, const char *expected)
{
    char *text;
    struct error err;
    assert_int_equal(listed(result, format, members, &text, &err), 0);
    assert_string_equal(text, expected);
    free(text);
}

static void each_type_is_listed_as_what_it_is(void **state)
{
    PGresult *result = two_rows(), *none = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    (void)state;
    assert_listed(result, LISTING_TEXT, NULL,
                  "text\tnumber\tsmall\tlarge\texact\tyes\tno\tjson\tjsonb\tbytes\tflaggor\n"
                  "a\\tb\t-7\t1\t7\t1.50\tt\tf\t{\"a\": 1}\t[1]\tA\\xff\tett-kon\n"
                  "a\\tb\t\t\t\t\t\t\t\t\t\t\n");
    assert_listed(result, LISTING_CSV, NULL,
                  "text,number,small,large,exact,yes,no,json,jsonb,bytes,flaggor\n"
                  "a\tb,-7,1,7,1.50,t,f,\"{\"\"a\"\": 1}\",[1],A\\xff,ett-kon\n"
                  "a\tb,,,,,,,,,,\n");
    assert_listed(
        result, LISTING_JSON, "\"run\": 1, ",
        "{\"run\": 1, \"rows\": [\n"
        "  {\"text\": \"a\\tb\", \"number\": -7, \"small\": 1, \"large\": 7, \"exact\": \"1.50\", \"yes\": true, "
        "\"no\": false, \"json\": {\"a\": 1}, \"jsonb\": [1], \"bytes\": \"A\\\\xff\", \"flaggor\": \"ett-kon\"},\n"
        "  {\"text\": \"a\\tb\", \"number\": null, \"small\": null, \"large\": null, \"exact\": null, \"yes\": null, "
        "\"no\": null, \"json\": null, \"jsonb\": null, \"bytes\": null, \"flaggor\": null}\n]}\n");
    assert_listed(none, LISTING_JSON, NULL, "{\"rows\": []}\n");
    PQclear(none);
    PQclear(result);
}

static void what_cannot_be_written_is_an_error(void **state)
{
    PGresult *result = two_rows();
    (void)state;
    for (int format = LISTING_TEXT; format <= LISTING_JSON; format++) {
        struct listing listing = {.out = fopen("/dev/full", "we"), .format = (enum listing_format)format};
        struct error err;
        assert_non_null(listing.out);
        assert_int_equal(listing_rows(&listing, result, &err), 0); /* it stands in the stream yet */
        assert_int_equal(listing_end(&listing, &err), -1);
        assert_int_equal(err.class, EXIT_INTERNAL);
        assert_string_equal(err.message, "could not write the output: No space left on device");
        (void)fclose(listing.out);
        listing = (struct listing){.out = fopen("/dev/full", "we"), .format = (enum listing_format)format};
        assert_non_null(listing.out);
        assert_int_equal(setvbuf(listing.out, NULL, _IONBF, 0), 0);
        assert_int_equal(listing_rows(&listing, result, &err),
                         -1); /* none is kept back: at once, and at the end again */
        assert_int_equal(listing_end(&listing, &err), -1);
        (void)fclose(listing.out);
    }
    PQclear(result);
}

static void rows_that_lack_memory_are_an_error_or_all_there(void **state)
{
    PGresult *result = two_rows();
    (void)state;
    for (int format = LISTING_TEXT; format <= LISTING_JSON; format++) {
        char *whole, *text;
        struct error err;
        requests = 0;
        assert_int_equal(listed(result, (enum listing_format)format, NULL, &whole, &err), 0);
        long count = requests;
        assert_true(format != LISTING_JSON || count > 5);
        for (long n = 1; n <= count; n++) {
            requests = 0;
            refused_at = n;
            int rc = listed(result, (enum listing_format)format, NULL, &text, &err);
            refused_at = 0;
            if (rc == 0)
                assert_string_equal(text, whole);
            else
                assert_string_equal(err.message, "out of memory");
            free(text);
        }
        free(whole);
    }
    PQclear(result);
}

static void the_formats_have_names(void **state)
{
    enum listing_format format;
    (void)state;
    assert_int_equal(listing_format_parse("csv", &format), 0);
    assert_int_equal(format, LISTING_CSV);
    assert_int_equal(listing_format_parse("json", &format), 0);
    assert_int_equal(format, LISTING_JSON);
    assert_int_equal(listing_format_parse("xml", &format), -1);
    assert_int_equal(listing_format_parse("", &format), -1);
}

static void flags_are_named_and_unknown_ones_numbered(void **state)
{
    char buffer[FLAGS_SIZE];
    (void)state;
    assert_string_equal(flags_words(0, buffer), "");
    assert_string_equal(flags_words(NOTE_SHIFTED | FLAG_OUT_OF_RANGE, buffer), "forskjuten, utanfor-granser");
    assert_string_equal(flags_words(1u << 31, buffer), "bit-31");
    assert_true(strlen(flags_words(~0u, buffer)) < FLAGS_SIZE - 1);
    assert_non_null(strstr(buffer, "bit-31"));
}

static void each_flag_has_a_name_of_its_own(void **state)
{
    char one[FLAGS_SIZE], other[FLAGS_SIZE];
    (void)state;
    for (unsigned a = 0; a < 32; a++)
        for (unsigned b = 0; b < a; b++)
            assert_string_not_equal(flags_words(1u << a, one), flags_words(1u << b, other));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cell_of_csv_is_quoted_where_it_must_be),
        cmocka_unit_test(a_cell_of_csv_is_never_a_formula_and_a_number_stays_one),
        cmocka_unit_test(control_characters_and_what_is_not_text_are_escaped),
        cmocka_unit_test(each_type_is_listed_as_what_it_is),
        cmocka_unit_test(what_cannot_be_written_is_an_error),
        cmocka_unit_test(rows_that_lack_memory_are_an_error_or_all_there),
        cmocka_unit_test(the_formats_have_names),
        cmocka_unit_test(flags_are_named_and_unknown_ones_numbered),
        cmocka_unit_test(each_flag_has_a_name_of_its_own),
    };
    json_set_alloc_funcs(give, free);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
