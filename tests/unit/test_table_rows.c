/* Tables with one value per line: the measure column says which of our columns a line's value is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "connectors/table_rows.h"
#include "tests/unit/decode_text.h"

#define HEADER "Datum;Enhetskod;Måttkod;Mått;Värde\n"

static const struct column_alias per_line[] = {
    {TEXT("Datum"), COLUMN_PERIOD},     {TEXT("Enhetskod"), COLUMN_ENHET}, {TEXT("Måttkod"), COLUMN_INDIKATOR},
    {TEXT("Mått"), COLUMN_MATT_KOLUMN}, {TEXT("Värde"), COLUMN_VARDE},
};
static const struct column_alias words[] = {
    {TEXT("Flickor"), COLUMN_UTFALL_KVINNOR}, {TEXT("Utfall 2020"), COLUMN_UTFALL}, {TEXT("Män"), COLUMN_FOREGAENDE}};
#define OPTIONS .name = "x.csv", .stadsdel = TEXT("Bromma"), .aliases = per_line, .alias_count = 5

static struct decoded decode_options_with(const struct decode_options *options, const char *text)
{
    struct decoded d = decode_bytes(&connector_delimited, text_of(text), 0, options);
    if (d.rc == 0) assert_accounted(&d, text_of(text));
    return d;
}

static struct decoded decode_lines(const char *text)
{
    const struct decode_options options = {OPTIONS};
    struct decoded d = decode_options_with(&options, text);
    if (d.rc) fail_msg("refused: %s", d.err.message);
    return d;
}

/* The one value column that the N-th record has. */
static void assert_only(const struct decoded *d, size_t n, enum column column, const char *value)
{
    const struct record *r = record_of(d, RECORD_INDIKATOR, n);
    unsigned keys = 1u << COLUMN_STADSDEL | 1u << COLUMN_ENHET | 1u << COLUMN_INDIKATOR | 1u << COLUMN_PERIOD;
    assert_int_equal(r->present, keys | 1u << column);
    for (enum column c = COLUMN_UTFALL; c <= COLUMN_KF_ARSMAL; c++)
        assert_text(r->cell[c], c == column ? value : "");
    assert_int_equal(r->notes, 0);
}

static void assert_doubtful(const char *text, const char *rule, const char *reason)
{
    struct decoded d = decode_lines(text);
    const struct record *r = record_of(&d, RECORD_INDIKATOR, 0);
    assert_true(r->notes & NOTE_UNCERTAIN);
    assert_string_equal(r->rule, rule);
    assert_string_equal(r->reason, reason);
    decoded_free(&d);
}

static void each_line_gives_one_column(void **state)
{
    struct decoded d =
        decode_lines(HEADER "2023;Solen;A;Utfall;86,5 %\n2023;Solen;A;Män;85 %\n2023;Solen;A;Kvinnor;88 %\n"
                            "2023;Solen;A;Föregående års utfall;84 %\n2023;Solen;A;Årsmål;87 %\n"
                            "2023;;A;KF:s årsmål;öka\n");
    (void)state;
    assert_int_equal(d.count, 6);
    assert_only(&d, 0, COLUMN_UTFALL, "86,5 %");
    assert_only(&d, 1, COLUMN_UTFALL_MAN, "85 %");
    assert_only(&d, 2, COLUMN_UTFALL_KVINNOR, "88 %");
    assert_only(&d, 3, COLUMN_FOREGAENDE, "84 %");
    assert_only(&d, 4, COLUMN_ARSMAL, "87 %");
    assert_only(&d, 5, COLUMN_KF_ARSMAL, "öka");
    const struct record *r = record_of(&d, RECORD_INDIKATOR, 2);
    assert_text(r->cell[COLUMN_STADSDEL], "Bromma");
    assert_text(r->cell[COLUMN_ENHET], "Solen");
    assert_text(r->cell[COLUMN_INDIKATOR], "A");
    assert_text(r->cell[COLUMN_PERIOD], "2023");
    assert_int_equal(r->place.line, 4);
    decoded_free(&d);
}

static void the_value_stands_where_its_place_says(void **state)
{
    static const char text[] = HEADER "2023;Solen;A;Män;85 %\n";
    struct decoded d = decode_lines(text);
    (void)state;
    const struct record *r = record_of(&d, RECORD_INDIKATOR, 0);
    assert_memory_equal(text + r->cell_offset[COLUMN_UTFALL_MAN], "85 %", 4);
    assert_int_equal(r->cell_offset[COLUMN_UTFALL], 0);
    decoded_free(&d);
}

static void an_empty_value_is_present_and_empty(void **state)
{
    struct decoded d = decode_lines(HEADER "2023;Solen;A;Utfall;\n2023;Solen;A;Män;..\n");
    (void)state;
    assert_only(&d, 0, COLUMN_UTFALL, "");
    assert_only(&d, 1, COLUMN_UTFALL_MAN, "..");
    decoded_free(&d);
}

static void words_are_matched_by_their_folded_key(void **state)
{
    struct decoded d = decode_lines(HEADER "2023;S;A;  PERIODENS  utfall ;1\n2023;S;A;utfall kvinnor/flickor;2\n");
    (void)state;
    assert_only(&d, 0, COLUMN_UTFALL, "1");
    assert_only(&d, 1, COLUMN_UTFALL_KVINNOR, "2");
    decoded_free(&d);
}

static void configured_words_come_before_the_known_ones(void **state)
{
    const struct decode_options options = {OPTIONS, .measures = words, .measure_count = 3};
    struct decoded d = decode_options_with(
        &options, HEADER "2023;S;A;Flickor;1\n2023;S;A;Män;2\n2023;S;A;Utfall 2020;3\n2023;S;A;Kvinnor;4\n");
    (void)state;
    assert_int_equal(d.rc, 0);
    assert_only(&d, 0, COLUMN_UTFALL_KVINNOR, "1");
    assert_only(&d, 1, COLUMN_FOREGAENDE, "2");
    assert_only(&d, 2, COLUMN_UTFALL, "3"); /* configured: its year is not questioned */
    assert_only(&d, 3, COLUMN_UTFALL_KVINNOR, "4");
    decoded_free(&d);
}

static void more_words_than_are_remembered_are_read_all_the_same(void **state)
{
    char text[8000] = HEADER;
    size_t len = strlen(text);
    (void)state;
    for (int year = 1990; year < 2030; year++)
        for (int repeat = 0; repeat < 2; repeat++)
            len += (size_t)snprintf(text + len, sizeof text - len, "%d;S;A;Utfall %d;%d\n", year, year, year);
    struct decoded d = decode_lines(text);
    assert_int_equal(d.count, 80);
    for (size_t i = 0; i < 80; i++) {
        char year[8];
        (void)snprintf(year, sizeof year, "%d", 1990 + (int)(i / 2));
        assert_only(&d, i, COLUMN_UTFALL, year);
    }
    decoded_free(&d);
}

static void a_report_in_the_word_names_the_previous_value(void **state)
{
    struct decoded d = decode_lines(HEADER "VB 2023;S;A;Utfall VB 2022;80 %\nVB 2023;S;A;Utfall;81 %\n");
    (void)state;
    assert_only(&d, 0, COLUMN_FOREGAENDE, "80 %");
    assert_text(record_of(&d, RECORD_INDIKATOR, 0)->previous_report, "VB 2022");
    assert_text(record_of(&d, RECORD_INDIKATOR, 1)->previous_report, "");
    decoded_free(&d);
}

static void a_year_in_the_word_must_fit_the_row(void **state)
{
    (void)state;
    struct decoded d = decode_lines(HEADER "VB 2023;S;A;Utfall 2023;80 %\n");
    assert_only(&d, 0, COLUMN_UTFALL, "80 %");
    decoded_free(&d);
    assert_doubtful(HEADER "2023;S;A;Utfall 2022;1\n", "D-PERIOD",
                    "the column of utfall is headed 2022, the row's period is of 2023");
    assert_doubtful(HEADER "2022;S;A;Utfall VB 2022;1\n", "D-PERIOD",
                    "the column of foregaende is headed 2022, the row's period is of 2022");
}

static void an_unknown_word_is_no_guess(void **state)
{
    (void)state;
    assert_doubtful(HEADER "2023;S;A;Median;1\n", "D-MATT", "\"Median\" names no column that is known");
    assert_doubtful(HEADER "2023;S;A;Period;1\n", "D-MATT", "\"Period\" names no column that is known");
    assert_doubtful(HEADER "2023;S;A;;1\n", "D-MATT", "\"\" names no column that is known");
}

static void title_lines_totals_and_prose_are_ignored_as_elsewhere(void **state)
{
    struct decoded d = decode_lines("Uttag 2023\n\n" HEADER "2023;S;A;Utfall;1\n2023;Totalt;A;Utfall;9\n;;;;\n" HEADER
                                    "Källa: systemet\n");
    (void)state;
    assert_int_equal(d.count, 1);
    assert_int_equal(d.counts.lines_ignored[IGNORED_CONTENTS], 1);
    assert_int_equal(d.counts.lines_ignored[IGNORED_BLANK], 1);
    assert_int_equal(d.counts.lines_ignored[IGNORED_HEADER], 2);
    assert_int_equal(d.counts.lines_ignored[IGNORED_TOTAL], 1);
    assert_int_equal(d.counts.lines_ignored[IGNORED_EMPTY_ROW], 1);
    assert_int_equal(d.counts.lines_ignored[IGNORED_PROSE], 1);
    decoded_free(&d);
}

static void assert_header_refused(const char *header, const char *part)
{
    const struct decode_options options = {OPTIONS};
    struct decoded d = decode_options_with(&options, header);
    assert_int_equal(d.rc, -1);
    assert_int_equal(d.err.class, EXIT_REFUSED);
    if (!strstr(d.err.message, part)) fail_msg("the message is: %s", d.err.message);
    decoded_free(&d);
}

static void a_header_is_of_one_kind_only(void **state)
{
    (void)state;
    assert_header_refused("Datum;Enhetskod;Måttkod;Mått;Värde;Utfall\n",
                          "x.csv:1: the header has value columns and a column varde, for one value per line");
    assert_header_refused("Datum;Enhetskod;Måttkod;Mått;Utfall\n",
                          "x.csv:1: the header has value columns and a column matt_kolumn");
    assert_header_refused("Datum;Enhetskod;Måttkod;Mått\n", "no header found");
    assert_header_refused("Datum;Enhetskod;Måttkod;Värde\n", "no header found");
    assert_header_refused("Datum;Enhetskod;Måttkod;Mått;Värde;Värde\n",
                          "x.csv:1: column 5 \"Värde\" and column 6 \"Värde\" both mean varde");
}

static void a_source_without_such_columns_keeps_all_of_its_own(void **state)
{
    const struct decode_options options = {.name = "x.csv"};
    struct decoded d = decode_options_with(&options, "Stadsdel;Indikator;Utfall;Män;Period\nBromma;A;1;2;2023\n");
    (void)state;
    const struct record *r = record_of(&d, RECORD_INDIKATOR, 0);
    assert_int_equal(r->present, 1u << COLUMN_STADSDEL | 1u << COLUMN_INDIKATOR | 1u << COLUMN_UTFALL |
                                     1u << COLUMN_UTFALL_MAN | 1u << COLUMN_PERIOD);
    assert_int_equal(r->sheet.len, 0);
    assert_int_equal(r->raw.len, 0);
    assert_int_equal(r->cell_column[COLUMN_UTFALL], 0);
    decoded_free(&d);
}

static void a_long_reason_is_not_cut_inside_a_letter(void **state)
{
    char text[400] = HEADER "2023;S;A;";
    (void)state;
    for (int i = 0; i < 100; i++)
        strncat(text, "å", sizeof text - strlen(text) - 1);
    strncat(text, ";1\n", sizeof text - strlen(text) - 1);
    struct decoded d = decode_lines(text);
    const struct record *r = record_of(&d, RECORD_INDIKATOR, 0);
    assert_string_equal(r->rule, "D-MATT");
    assert_string_equal(r->reason, "\"åååååååååååååååååååå\" names no column that is known");
    decoded_free(&d);
}

static void a_place_names_line_or_sheet(void **state)
{
    char where[TABLE_WHERE_SIZE];
    (void)state;
    assert_string_equal(table_where("x.csv", text_make(NULL, 0), 7, where), "x.csv:7");
    assert_string_equal(table_where("x.xlsx", TEXT("Data"), 7, where), "x.xlsx: sheet \"Data\", row 7");
}

static void rows_say_whether_commas_part_their_cells(void **state)
{
    const struct decode_options options = {.name = "x.csv", .stadsdel = TEXT("Bromma")};
    struct decoded commas = decode_options_with(&options, "Indikator,Utfall,Period\nA,\"1,234\",2023\n");
    struct decoded others = decode_options_with(&options, "Indikator;Utfall;Period\nA;1,234;2023\n");
    (void)state;
    assert_true(record_of(&commas, RECORD_INDIKATOR, 0)->commas_part);
    assert_false(record_of(&others, RECORD_INDIKATOR, 0)->commas_part);
    decoded_free(&commas);
    decoded_free(&others);
}

/* ---- a row for each sex ---- */

static void the_outcome_of_a_row_of_one_sex_goes_into_its_column(void **state)
{
    const struct decode_options options = {.name = "x.csv", .stadsdel = TEXT("Bromma")};
    struct decoded d = decode_options_with(&options, "Indikator;Kön;Utfall;Årsmål;Period\nA;Totalt;86;90;2023\n"
                                                     "A;Män;85;90;2023\nA;flicka;87;91;2023\nA;;88;90;2023\n");
    const unsigned keys = 1u << COLUMN_STADSDEL | 1u << COLUMN_INDIKATOR | 1u << COLUMN_PERIOD;
    const unsigned both = 1u << COLUMN_UTFALL | 1u << COLUMN_ARSMAL;
    const unsigned present[] = {both, 1u << COLUMN_UTFALL_MAN, 1u << COLUMN_UTFALL_KVINNOR, both};
    (void)state;
    assert_string_equal(rows_of(&d), "A|86||||90||2023|\nA||85|||||2023|\nA|||87||||2023|\nA|88||||90||2023|\n");
    assert_int_equal(d.count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(d.records[i].present, keys | present[i]);
        assert_int_equal(d.records[i].notes, 0);
    }
    decoded_free(&d);
}

static void assert_sex(const char *text, enum column column, const char *value)
{
    const struct column_alias aliases[] = {{TEXT("Datum"), COLUMN_PERIOD},
                                           {TEXT("Mått"), COLUMN_MATT_KOLUMN},
                                           {TEXT("Värde"), COLUMN_VARDE},
                                           {TEXT("Namn"), COLUMN_INDIKATOR},
                                           {TEXT("Grupp"), COLUMN_KON}};
    const struct decode_options options = {
        .name = "x.csv", .stadsdel = TEXT("Bromma"), .aliases = aliases, .alias_count = 5};
    struct decoded d = decode_options_with(&options, text);
    if (d.rc) fail_msg("refused: %s", d.err.message);
    const struct record *r = record_of(&d, RECORD_INDIKATOR, 0);
    if (column == COLUMN_COUNT) {
        assert_int_equal(r->notes, NOTE_UNCERTAIN | NOTE_UNREADABLE);
        assert_string_equal(r->rule, "D-KON");
        assert_string_equal(r->reason, value);
    } else {
        assert_int_equal(r->notes, 0);
        assert_text(r->cell[column], value);
        for (enum column c = COLUMN_UTFALL; c <= COLUMN_KF_ARSMAL; c++)
            if (c != column) assert_false(r->present & 1u << c);
    }
    decoded_free(&d);
}

static void one_value_per_line_may_say_its_sex_beside_it(void **state)
{
    (void)state;
    assert_sex("Datum;Namn;Grupp;Mått;Värde\n2023;A;Pojkar;Utfall;1\n", COLUMN_UTFALL_MAN, "1");
    assert_sex("Datum;Namn;Grupp;Mått;Värde\n2023;A;Totalt;Utfall;1\n", COLUMN_UTFALL, "1");
    assert_sex("Datum;Namn;Grupp;Mått;Värde\n2023;A;Totalt;Årsmål;1\n", COLUMN_ARSMAL, "1");
    assert_sex("Datum;Namn;Grupp;Mått;Värde\n2023;A;Kvinnor/flickor;Utfall kvinnor;1\n", COLUMN_UTFALL_KVINNOR, "1");
}

static void a_sex_that_is_not_known_or_contradicts_the_columns_is_in_doubt(void **state)
{
    static const char other[] = "\"Män\" is not whose values the row's columns hold";
    (void)state;
    assert_sex("Namn;Grupp;Utfall;Datum\nA;Okänt;1;2023\n", COLUMN_COUNT,
               "\"Okänt\" is neither men, women nor the total");
    assert_sex("Namn;Grupp;Utfall;Utfall män;Datum\nA;Män;1;;2023\n", COLUMN_COUNT, other);
    assert_sex("Datum;Namn;Grupp;Mått;Värde\n2023;A;Män;Utfall kvinnor;1\n", COLUMN_COUNT, other);
    assert_sex("Datum;Namn;Grupp;Mått;Värde\n2023;A;Män;Årsmål;1\n", COLUMN_COUNT, other);
    assert_sex("Datum;Namn;Grupp;Mått;Värde\n2023;A;Totalt;Utfall män;1\n", COLUMN_COUNT,
               "\"Totalt\" is not whose values the row's columns hold");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_outcome_of_a_row_of_one_sex_goes_into_its_column),
        cmocka_unit_test(one_value_per_line_may_say_its_sex_beside_it),
        cmocka_unit_test(a_sex_that_is_not_known_or_contradicts_the_columns_is_in_doubt),
        cmocka_unit_test(each_line_gives_one_column),
        cmocka_unit_test(rows_say_whether_commas_part_their_cells),
        cmocka_unit_test(the_value_stands_where_its_place_says),
        cmocka_unit_test(an_empty_value_is_present_and_empty),
        cmocka_unit_test(words_are_matched_by_their_folded_key),
        cmocka_unit_test(configured_words_come_before_the_known_ones),
        cmocka_unit_test(more_words_than_are_remembered_are_read_all_the_same),
        cmocka_unit_test(a_report_in_the_word_names_the_previous_value),
        cmocka_unit_test(a_year_in_the_word_must_fit_the_row),
        cmocka_unit_test(an_unknown_word_is_no_guess),
        cmocka_unit_test(title_lines_totals_and_prose_are_ignored_as_elsewhere),
        cmocka_unit_test(a_header_is_of_one_kind_only),
        cmocka_unit_test(a_source_without_such_columns_keeps_all_of_its_own),
        cmocka_unit_test(a_long_reason_is_not_cut_inside_a_letter),
        cmocka_unit_test(a_place_names_line_or_sheet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
