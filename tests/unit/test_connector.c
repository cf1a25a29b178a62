#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "connectors/connector.h"

static void a_connector_is_found_by_its_name(void **state)
{
    (void)state;
    assert_ptr_equal(connector_find(TEXT("delimited")), &connector_delimited);
    assert_ptr_equal(connector_find(TEXT("rapporttext")), &connector_rapporttext);
    assert_ptr_equal(connector_find(TEXT("xlsx")), &connector_xlsx);
    assert_string_equal(connector_delimited.name, "delimited");
}

static void an_unknown_or_partial_name_finds_nothing(void **state)
{
    (void)state;
    assert_null(connector_find(TEXT("delimite")));
    assert_null(connector_find(TEXT("delimitedx")));
    assert_null(connector_find(TEXT("")));
}

static void every_connector_has_a_name_a_line_of_help_and_a_decoder(void **state)
{
    (void)state;
    size_t count = 0;
    for (; connectors[count]; count++) {
        assert_non_null(connectors[count]->name);
        assert_true(connectors[count]->what[0] != '\0');
        assert_non_null(connectors[count]->decode);
    }
    assert_int_equal(count, 3);
}

static void columns_are_named_as_decode_heads_them(void **state)
{
    (void)state;
    static const char *const expected[COLUMN_COUNT] = {
        "stadsdel", "enhet",     "indikator", "utfall", "utfall_man", "utfall_kvinnor", "foregaende",
        "arsmal",   "kf_arsmal", "period",    "start",  "slut",       "avvikelse"};
    for (int c = 0; c < COLUMN_COUNT; c++)
        assert_string_equal(column_name((enum column)c), expected[c]);
    assert_string_equal(column_name(COLUMN_COUNT), "");
}

static void levels_of_goals_have_their_swedish_names(void **state)
{
    (void)state;
    assert_string_equal(niva_name(NIVA_NONE), "");
    assert_string_equal(niva_name(NIVA_INRIKTNINGSMAL), "inriktningsmål");
    assert_string_equal(niva_name(NIVA_VERKSAMHETSMAL), "verksamhetsmål");
    assert_string_equal(niva_name(NIVA_NAMNDMAL), "nämndmål");
    assert_string_equal(niva_name(NIVA_ENHETSMAL), "enhetsmål");
    assert_string_equal(niva_name(NIVA_COUNT), "");
}

static const char *name_of(enum note note)
{
    unsigned bit = 0;
    while (!((unsigned)note >> bit & 1))
        bit++;
    return note_name(bit);
}

static void every_note_has_the_name_of_its_bit(void **state)
{
    (void)state;
    assert_string_equal(name_of(NOTE_UNCERTAIN), "osaker");
    assert_string_equal(name_of(NOTE_SHIFTED), "forskjuten");
    assert_string_equal(name_of(NOTE_CELL_LOST), "cell-saknas");
    assert_string_equal(name_of(NOTE_CELLS_MERGED), "celler-sammanslagna");
    assert_string_equal(name_of(NOTE_PERIOD_BELOW), "period-pa-nasta-rad");
    assert_string_equal(name_of(NOTE_PAGE_BREAK), "sidbrytning");
    assert_string_equal(name_of(NOTE_NAME_JOINED), "namn-sammanfogat");
    assert_string_equal(name_of(NOTE_CELL_JOINED), "cell-sammanfogad");
    assert_string_equal(name_of(NOTE_BY_GOAL_LEVEL), "avgjord-av-malniva");
    assert_string_equal(name_of(NOTE_MARKUP), "markering-borttagen");
    assert_string_equal(name_of(NOTE_LOOKALIKE), "fel-alfabet");
    assert_string_equal(name_of(NOTE_UNREADABLE), "olasbar");
    assert_string_equal(note_name(NOTE_COUNT), "");
}

static void every_reason_to_ignore_a_line_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int i = 0; i < IGNORED_COUNT; i++) {
        assert_true(ignored_name((enum ignored)i)[0] != '\0');
        for (int j = 0; j < i; j++)
            assert_string_not_equal(ignored_name((enum ignored)i), ignored_name((enum ignored)j));
    }
    assert_string_equal(ignored_name(IGNORED_TOTAL), "total");
    assert_string_equal(ignored_name(IGNORED_COUNT), "");
}

static void a_place_in_a_workbook_is_its_sheet_and_its_cell(void **state)
{
    char buffer[RECORD_WHERE_SIZE];
    struct record record = {.place = {.line = 12}};
    (void)state;
    assert_string_equal(record_where(&record, COLUMN_UTFALL, buffer), "");
    record.sheet = TEXT("Data");
    record.cell_column[COLUMN_UTFALL] = 6;
    record.cell_column[COLUMN_PERIOD] = 28;
    assert_string_equal(record_where(&record, COLUMN_UTFALL, buffer), "sheet \"Data\", cell F12");
    assert_string_equal(record_where(&record, COLUMN_PERIOD, buffer), "sheet \"Data\", cell AB12");
    assert_string_equal(record_where(&record, COLUMN_ENHET, buffer), "sheet \"Data\", row 12");
    assert_string_equal(record_where(&record, COLUMN_COUNT, buffer), "sheet \"Data\", row 12");
    record.sheet = TEXT("ååååååååååååååååååååååå"); /* 46 bytes: cut at 40, between two letters */
    assert_string_equal(record_where(&record, COLUMN_COUNT, buffer), "sheet \"åååååååååååååååååååå\", row 12");
}

static void columns_of_sheets_have_letters(void **state)
{
    char buffer[COLUMN_LETTERS_SIZE];
    (void)state;
    assert_string_equal(column_letters(1, buffer), "A");
    assert_string_equal(column_letters(26, buffer), "Z");
    assert_string_equal(column_letters(27, buffer), "AA");
    assert_string_equal(column_letters(256, buffer), "IV");
    assert_string_equal(column_letters(16384, buffer), "XFD");
    assert_string_equal(column_letters(0, buffer), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_connector_is_found_by_its_name),
        cmocka_unit_test(an_unknown_or_partial_name_finds_nothing),
        cmocka_unit_test(every_connector_has_a_name_a_line_of_help_and_a_decoder),
        cmocka_unit_test(columns_are_named_as_decode_heads_them),
        cmocka_unit_test(levels_of_goals_have_their_swedish_names),
        cmocka_unit_test(every_note_has_the_name_of_its_bit),
        cmocka_unit_test(every_reason_to_ignore_a_line_has_a_name_of_its_own),
        cmocka_unit_test(a_place_in_a_workbook_is_its_sheet_and_its_cell),
        cmocka_unit_test(columns_of_sheets_have_letters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
