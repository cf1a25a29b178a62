/* Report texts as documents: titles, reports and their units, goals, what is refused, and that no line escapes. */
#include "tests/unit/decode_text.h"

#include "etl/base/limits.h"

#define HEADER                                                                                                         \
    "Indikator\tPeriodens utfall\tUtfall män/ pojkar\tUtfall kvinnor/ flickor\tUtfall VB 2022\tÅrsmål\tKF:s "       \
    "årsmål\tPeriod\n"
#define INDEX     "  Ledarskapsindex\t84\t\t\t74\t80\t\t2023\n"
#define INDEX_ROW "Ledarskapsindex|84|||74|80||2023|\n"
#define GOAL      "Nämndmål: 1.1.1 Ljusa parker\n\n"

static const struct text two_units[] = {{"Parkenheten", 11}, {"Torgenheten", 11}};

/* ---- goals ---- */

static void each_level_of_goals_is_known(void **state)
{
    (void)state;
    assert_goals(
        "KF:s inriktningsmål: 1. En levande stad\n\nKF:s mål för verksamhetsområdet: 1.1 Trygga gator\n\n"
        "KF:s mål för verksamhetsområdet: 1.2. Ljusa gator\n\nNämndmål: 1.2.1 Ljusa parker\n\nNämndmål: Ljusa "
        "torg\n\nEnhetsmål: Fler lampor\n",
        "inriktningsmål|1. En levande stad|\nverksamhetsmål|1.1 Trygga gator|\nverksamhetsmål|1.2. Ljusa gator|\n"
        "nämndmål|1.2.1 Ljusa parker|\nnämndmål|Ljusa torg|\nenhetsmål|Fler lampor|\n");
}

static void headings_may_carry_heading_marks_and_asterisks(void **state)
{
    (void)state;
    assert_goals(
        "## Nämndmål: 1.2.1 Ljusa parker\n\n**Enhetsmål: Fler lampor**\n\n*Enhetsmål:* Nya lampor\n\n### "
        "**Enhetsmål:** Röda lampor\n",
        "nämndmål|1.2.1 Ljusa parker|\nenhetsmål|Fler lampor|\nenhetsmål|Nya lampor|\nenhetsmål|Röda lampor|\n");
}

static void a_status_is_the_first_line_with_text_below_its_heading(void **state)
{
    static const struct {
        const char *line, *status;
    } lines[] = {
        {"● Uppfylls helt", "Uppfylls helt"},
        {" Uppfylls delvis", "Uppfylls delvis"},
        {"◆ Uppfylls delvis", "Uppfylls delvis"},
        {"Uppfylls inte", "Uppfylls inte"},
        {"Uppfylles helt", "Uppfylles helt"},
        {"— Inga data", "Inga data"},
        {"Inga data", "Inga data"},
        {"— Ingen", "Ingen"},
        {"Målet uppfylls helt.", ""},
        {"Inga data finns.", ""},
        {"Beskrivning", ""},
    };
    static const char *const between[] = {"\n", "\n\n", "\n\n\n\n", "\n \n\n"};
    char text[500], want[200];
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        for (size_t b = 0; b < sizeof between / sizeof *between; b++) {
            snprintf(text, sizeof text, "Nämndmål: 1.1.1 Ljusa parker%s%s\n\nProsa.\n", between[b], lines[i].line);
            snprintf(want, sizeof want, "nämndmål|1.1.1 Ljusa parker|%s\n", lines[i].status);
            assert_goals(text, want);
        }
}

static void a_status_further_down_is_prose(void **state)
{
    (void)state;
    assert_goals("Nämndmål: 1.1.1 Ljusa parker\n\nProsa.\n\nUppfylls helt\n", "nämndmål|1.1.1 Ljusa parker|\n");
}

static void a_status_belongs_to_its_goal_only(void **state)
{
    (void)state;
    assert_goals("KF:s inriktningsmål: 1. En stad\n\nNämndmål: 1.1.1 Ljusa parker\n\nUppfylls helt\n",
                 "inriktningsmål|1. En stad|\nnämndmål|1.1.1 Ljusa parker|Uppfylls helt\n");
}

static void a_goal_stands_on_the_line_of_its_heading_and_owns_its_status(void **state)
{
    (void)state;
    struct decoded d = decode_text("Prosa.\n\nNämndmål: 1.1.1 Ljusa parker\n\n\nUppfylls helt\n");
    const struct record *r = record_of(&d, RECORD_MAL, 0);
    assert_int_equal(r->place.line, 3);
    assert_int_equal(r->place.offset, 8);
    assert_int_equal(r->lines, 2);
    assert_int_equal(d.counts.lines_ignored[IGNORED_BLANK], 3);
    assert_int_equal(d.counts.lines_ignored[IGNORED_PROSE], 1);
    assert_int_equal(d.counts.rows_read, 0);
    decoded_free(&d);
}

static void tables_of_contents_hold_no_goals(void **state)
{
    (void)state;
    struct decoded d = decode_text(
        "KF:s inriktningsmål: 1. En stad\t4\nNämndmål: 1.1.1 Ljusa parker\t12\nNämndmål: 1.1.2 Varma parker.......13\n"
        "Sammanfattande analys\t3\n\nNämndmål: 1.1.1 Ljusa parker\n");
    assert_string_equal(goals_of(&d), "nämndmål|1.1.1 Ljusa parker|\n");
    assert_int_equal(d.counts.lines_ignored[IGNORED_CONTENTS], 4);
    decoded_free(&d);
}

static void a_label_without_words_is_no_goal(void **state)
{
    (void)state;
    assert_goals("Enhetsmål:\n\n" GOAL, "nämndmål|1.1.1 Ljusa parker|\n");
}

static void a_goal_forgets_those_below_the_one_before(void **state)
{
    (void)state;
    struct decoded d = decode_text("KF:s inriktningsmål: 1. En stad\n" GOAL
                                   "Enhetsmål: Fler lampor\nKF:s inriktningsmål: 2. En till\n" HEADER INDEX);
    const struct record *r = record_of(&d, RECORD_INDIKATOR, 0);
    assert_text(r->goal[NIVA_INRIKTNINGSMAL], "2. En till");
    assert_text(r->goal[NIVA_NAMNDMAL], "");
    assert_text(r->goal[NIVA_ENHETSMAL], "");
    assert_int_equal(r->niva, NIVA_INRIKTNINGSMAL);
    decoded_free(&d);
}

static void goals_above_a_goal_are_in_its_record(void **state)
{
    (void)state;
    struct decoded d = decode_text("KF:s inriktningsmål: 1. En stad\n" GOAL);
    const struct record *r = record_of(&d, RECORD_MAL, 1);
    assert_text(r->goal[NIVA_INRIKTNINGSMAL], "1. En stad");
    assert_text(r->goal[NIVA_NAMNDMAL], "1.1.1 Ljusa parker");
    decoded_free(&d);
}

/* ---- titles and units ---- */

static void a_title_line_names_the_unit_of_what_follows(void **state)
{
    (void)state;
    struct decoded d = decode_text("Verksamhetsberättelse VB 2023 för Parkenheten\n\n" GOAL HEADER INDEX
                                   "\nVerksamhetsberättelse VB 2023 för Torgenheten\n\n" GOAL);
    assert_text(record_of(&d, RECORD_MAL, 0)->cell[COLUMN_ENHET], "Parkenheten");
    assert_text(record_of(&d, RECORD_INDIKATOR, 0)->cell[COLUMN_ENHET], "Parkenheten");
    assert_text(record_of(&d, RECORD_MAL, 1)->cell[COLUMN_ENHET], "Torgenheten");
    assert_true(record_of(&d, RECORD_MAL, 0)->present & 1u << COLUMN_ENHET);
    assert_int_equal(d.counts.lines_ignored[IGNORED_CONTENTS], 2);
    decoded_free(&d);
}

static void a_title_that_names_the_board_leaves_the_unit_empty(void **state)
{
    (void)state;
    struct decoded d = decode_text("Verksamhetsberättelse VB 2023 för Bromma stadsdelsnämnd\n\n" GOAL);
    assert_text(record_of(&d, RECORD_MAL, 0)->cell[COLUMN_ENHET], "");
    decoded_free(&d);
}

static void a_new_report_forgets_the_goals_of_the_one_before(void **state)
{
    (void)state;
    struct decoded d = decode_text("Verksamhetsberättelse VB 2023 för Parkenheten\n" GOAL
                                   "Verksamhetsberättelse VB 2023 för Torgenheten\n" HEADER INDEX);
    const struct record *r = record_of(&d, RECORD_INDIKATOR, 0);
    assert_text(r->goal[NIVA_NAMNDMAL], "");
    assert_int_equal(r->niva, NIVA_NONE);
    decoded_free(&d);
}

static void a_title_repeated_as_a_page_head_begins_no_new_report(void **state)
{
    (void)state;
    struct decoded d = decode_text("Verksamhetsberättelse VB 2023 för Parkenheten\n" GOAL
                                   "Verksamhetsberättelse VB 2023 för Parkenheten\n" HEADER INDEX);
    assert_text(record_of(&d, RECORD_INDIKATOR, 0)->goal[NIVA_NAMNDMAL], "1.1.1 Ljusa parker");
    decoded_free(&d);
}

static void a_title_of_another_year_than_configured_is_refused(void **state)
{
    const struct decode_options options = {.name = "export.txt", .year = 2024};
    (void)state;
    assert_refused_with(&options, text_of("Prosa\nVerksamhetsberättelse VB 2023 för Parkenheten\n" GOAL),
                        ":2: the title says 2023");
    struct decoded d = decode_with(&options, "Verksamhetsberättelse VB 2024 för Parkenheten\n" GOAL);
    assert_int_equal(d.count, 1);
    decoded_free(&d);
}

static void a_title_of_another_district_than_configured_is_refused(void **state)
{
    const struct decode_options options = {.name = "export.txt", .stadsdel = TEXT("Bromma")};
    (void)state;
    assert_refused_with(&options, text_of("Verksamhetsberättelse VB 2023 för Farsta stadsdelsnämnd\n" GOAL), ":1: ");
}

static void the_configured_units_are_those_of_the_reports_in_order(void **state)
{
    const struct decode_options options = {
        .name = "export.txt", .stadsdel = TEXT("Bromma"), .year = 2023, .enheter = two_units, .enhet_count = 2};
    (void)state;
    struct decoded d =
        decode_with(&options, "Sammanfattande analys\n" GOAL "Sammanfattande analys \n" GOAL HEADER INDEX);
    assert_text(record_of(&d, RECORD_MAL, 0)->cell[COLUMN_ENHET], "Parkenheten");
    assert_text(record_of(&d, RECORD_MAL, 1)->cell[COLUMN_ENHET], "Torgenheten");
    assert_text(record_of(&d, RECORD_INDIKATOR, 0)->cell[COLUMN_ENHET], "Torgenheten");
    assert_text(record_of(&d, RECORD_INDIKATOR, 0)->cell[COLUMN_STADSDEL], "Bromma");
    decoded_free(&d);
}

static void more_reports_than_configured_units_are_refused(void **state)
{
    const struct decode_options options = {.name = "export.txt", .enheter = two_units, .enhet_count = 2};
    (void)state;
    assert_refused_with(
        &options, text_of("Sammanfattande analys\n" GOAL "Sammanfattande analys\n" GOAL "Sammanfattande analys\n"),
        "report 3 begins");
}

static void fewer_reports_than_configured_units_are_refused(void **state)
{
    const struct decode_options options = {.name = "export.txt", .enheter = two_units, .enhet_count = 2};
    (void)state;
    assert_refused_with(&options, text_of("Sammanfattande analys\n" GOAL), "2 enheter are configured, but only 1");
}

static void a_second_report_of_nobody_is_refused(void **state)
{
    (void)state;
    assert_refused("Sammanfattande analys\n" GOAL "Sammanfattande analys\n" GOAL, "nothing says whose it is");
}

static void one_report_without_title_or_units_is_the_boards(void **state)
{
    (void)state;
    struct decoded d = decode_text("Sammanfattande analys\n" GOAL);
    assert_text(record_of(&d, RECORD_MAL, 0)->cell[COLUMN_ENHET], "");
    decoded_free(&d);
}

static void the_summary_below_a_title_begins_no_other_report(void **state)
{
    (void)state;
    struct decoded d = decode_text("Verksamhetsberättelse VB 2023 för Parkenheten\nSammanfattande analys\n" GOAL
                                   "Verksamhetsberättelse VB 2023 för Torgenheten\n## Sammanfattande analys\n" GOAL);
    assert_text(record_of(&d, RECORD_MAL, 1)->cell[COLUMN_ENHET], "Torgenheten");
    decoded_free(&d);
}

/* ---- refusals ---- */

static void an_empty_text_is_refused(void **state)
{
    (void)state;
    assert_refused("", "is empty");
}

static void a_text_of_white_space_is_refused(void **state)
{
    (void)state;
    assert_refused("\n \n\t\n", "holds no report");
}

static void random_bytes_are_refused(void **state)
{
    const struct decode_options options = {.name = "export.txt"};
    unsigned char bytes[2000];
    uint32_t x = 1;
    (void)state;
    for (int round = 0; round < 50; round++) {
        for (size_t i = 0; i < sizeof bytes; i++) {
            x = x * 1664525u + 1013904223u;
            bytes[i] = (unsigned char)(x >> 24);
        }
        assert_refused_with(&options, text_make((const char *)bytes, sizeof bytes), "is not");
    }
}

static void bytes_that_are_no_text_are_refused_with_line_and_offset(void **state)
{
    const struct decode_options utf8 = {.name = "export.txt", .encoding = TEXT("utf-8")};
    const struct decode_options found_out = {.name = "export.txt"};
    (void)state;
    assert_refused_with(&utf8, text_of("Prosa\nN\xe4mndm\xe5l: x\n"), ":2: is not UTF-8 text: byte 0xe4 at offset 7");
    assert_refused_with(&utf8, text_of("Prosa\xc3"), ":1: is not UTF-8 text: byte 0xc3 at offset 5");
    assert_refused_with(&found_out, text_of("Prosa\nN\x81mndm\xe5l: x\n"), ":2: is not Windows-1252 text: byte 0x81");
    assert_refused_with(&found_out, text_of("L\xc3\xa4sa\nN\xe4mndm\xe5l: x\n"), ":2: is not UTF-8 text: byte 0xe4");
    assert_refused_with(&found_out, text_of("\xfe\xff\0N"), "is big-endian UTF-16");
}

static void a_text_in_windows_1252_is_read_and_its_places_are_those_of_its_bytes(void **state)
{
    static const char text[] = "L\xe4get \x96 bra\n\nN\xe4mndm\xe5l: 1.1.1 Gr\xf6na tak\n\nUppfylls helt\n";
    const struct decode_options options = {.name = "export.txt"};
    struct decoded d = decode_with(&options, text);
    (void)state;
    assert_int_equal(d.count, 1);
    assert_string_equal(goals_of(&d), "nämndmål|1.1.1 Gröna tak|Uppfylls helt\n");
    assert_int_equal(d.records[0].place.offset, strlen("Laget - bra") + 2);
    decoded_free(&d);
}

static void a_text_that_is_encoded_twice_is_refused(void **state)
{
    const struct decode_options options = {.name = "export.txt"};
    (void)state;
    assert_refused_with(&options, text_of("Prosa\n\nN\u00c3\u00a4mndm\u00c3\u00a5l: 1.1.1 Tak\n"),
                        ":3: is encoded twice");
}

static void control_characters_are_refused(void **state)
{
    const struct decode_options options = {.name = "export.txt"};
    (void)state;
    assert_refused_with(&options, text_make(GOAL "\0", sizeof GOAL), ":3: is not text: byte 0x00");
    assert_refused_with(&options, text_of(GOAL "\x1b[0m\n"), ":3: is not text: byte 0x1b");
}

static void an_html_page_is_refused(void **state)
{
    (void)state;
    assert_refused("<!DOCTYPE html>\n<html><body>" GOAL "</body></html>\n", "is an HTML page");
    assert_refused(" \n<HTML>\n" GOAL, "is an HTML page");
    assert_refused("\ufeff<!doctype html>\n" GOAL, "is an HTML page");
}

static void a_text_without_goals_and_tables_is_refused(void **state)
{
    (void)state;
    assert_refused("Protokoll\n\nMötet öppnas.\nA\tB\n1\t2\n", "holds no report");
    assert_refused("Nämndmål: 1.1.1 Ljusa parker\t12\n", "holds no report");
    assert_refused("Verksamhetsberättelse VB 2023 för Parkenheten\n\nSidan kunde inte visas.\n", "holds no report");
}

static void a_refusal_says_what_the_connector_reads(void **state)
{
    const struct decode_options options = {.name = "export.txt"};
    (void)state;
    struct decoded d = decode_bytes(&connector_rapporttext, TEXT("Hej\n"), 0, &options);
    assert_true(strstr(d.err.hint, "rapporttext") != NULL);
    assert_int_equal(d.counts.lines_read, 1); /* set though refused */
    assert_int_equal(d.counts.bytes, 4);
    decoded_free(&d);
}

static void a_line_longer_than_the_limit_is_refused(void **state)
{
    const struct decode_options options = {.name = "export.txt"};
    const size_t size = LIMIT_LINE + 100;
    char *bytes = test_malloc(size);
    (void)state;
    memset(bytes, 'a', size);
    memcpy(bytes, GOAL, sizeof GOAL - 1);
    assert_refused_with(&options, text_make(bytes, size), ":3: the line is longer");
    test_free(bytes);
}

/* ---- reading ---- */

#define WHOLE                                                                                                          \
    "Verksamhetsberättelse VB 2023 för Parkenheten\nSammanfattande analys\t3\n\nSammanfattande "                     \
    "analys\nProsa.\n\n" GOAL "● Uppfylls helt\n\n" HEADER INDEX "Analys\t\t\t\t\t\t\t\n\n" HEADER                     \
    "mer\t\t\t\t\t\t\t\n\t\t\t\t\t\t\t\n\nMnkr\tUtfall\nDrift\t1,0\n\nSlut.\n"

static void it_does_not_matter_in_what_pieces_the_bytes_come(void **state)
{
    const struct decode_options options = {.name = "export.txt"};
    (void)state;
    for (size_t piece = 1; piece < 40; piece += 3) {
        struct decoded d = decode_bytes(&connector_rapporttext, TEXT(WHOLE), piece, &options);
        assert_int_equal(d.rc, 0);
        assert_accounted(&d, TEXT(WHOLE));
        assert_string_equal(rows_of(&d), INDEX_ROW);
        decoded_free(&d);
    }
}

static void every_kind_of_ignored_line_is_counted_apart(void **state)
{
    (void)state;
    struct decoded d = decode_text(WHOLE);
    const uint64_t *n = d.counts.lines_ignored;
    assert_int_equal(n[IGNORED_CONTENTS], 2);
    assert_int_equal(n[IGNORED_PROSE], 3);
    assert_int_equal(n[IGNORED_BLANK], 7);
    assert_int_equal(n[IGNORED_HEADER], 3);
    assert_int_equal(n[IGNORED_ANALYSIS], 2);
    assert_int_equal(n[IGNORED_EMPTY_ROW], 1);
    assert_int_equal(d.counts.lines_record, 4);
    decoded_free(&d);
}

static void crlf_line_ends_are_line_ends(void **state)
{
    char crlf[2 * sizeof WHOLE];
    size_t len = 0;
    (void)state;
    for (size_t i = 0; i < sizeof WHOLE; i++) {
        if (WHOLE[i] == '\n') crlf[len++] = '\r';
        crlf[len++] = WHOLE[i];
    }
    struct decoded d = decode_text(crlf);
    assert_string_equal(rows_of(&d), INDEX_ROW);
    assert_string_equal(goals_of(&d), "nämndmål|1.1.1 Ljusa parker|Uppfylls helt\n");
    assert_int_equal(d.counts.lines_ignored[IGNORED_BLANK], 7);
    decoded_free(&d);
}

static void a_byte_order_mark_is_no_text(void **state)
{
    (void)state;
    struct decoded d = decode_text("\ufeff" GOAL);
    assert_string_equal(goals_of(&d), "nämndmål|1.1.1 Ljusa parker|\n");
    assert_int_equal(record_of(&d, RECORD_MAL, 0)->place.offset, 3);
    decoded_free(&d);
    assert_rows("\ufeff" HEADER INDEX, INDEX_ROW);
}

static void the_last_line_may_lack_its_end(void **state)
{
    (void)state;
    assert_goals("Nämndmål: 1.1.1 Ljusa parker", "nämndmål|1.1.1 Ljusa parker|\n");
    assert_goals("Nämndmål: 1.1.1 Ljusa parker\nUppfylls helt", "nämndmål|1.1.1 Ljusa parker|Uppfylls helt\n");
    assert_rows(HEADER "Ledarskapsindex\t84\t\t\t74\t80\t\t2023", INDEX_ROW);
    assert_rows(HEADER "Ledarskapsindex\t84\t\t\t74\t80\t\t2023\r\n\r", INDEX_ROW);
}

static void a_text_cut_anywhere_is_accounted_for_or_refused(void **state)
{
    const struct decode_options options = {.name = "export.txt"};
    (void)state;
    for (size_t len = 0; len < sizeof WHOLE; len++) {
        struct text cut = text_part(TEXT(WHOLE), 0, len);
        struct decoded d = decode_bytes(&connector_rapporttext, cut, 0, &options);
        if (d.rc)
            assert_int_equal(d.err.class, EXIT_REFUSED);
        else
            assert_accounted(&d, cut);
        decoded_free(&d);
    }
}

static int refuse_record(void *context, const struct record *record, struct error *err)
{
    int *calls = context;
    (void)record;
    ++*calls;
    return error_set(err, EXIT_DATABASE, "the sink is full");
}

static void an_error_of_the_sink_ends_the_decoding(void **state)
{
    const struct decode_options options = {.name = "export.txt"};
    struct text_source source = {TEXT(WHOLE), 0};
    int calls = 0;
    const struct reader reader = {text_source_read, &source};
    const struct sink sink = {refuse_record, &calls};
    struct decode_counts counts;
    struct error err;
    (void)state;
    assert_int_equal(connector_rapporttext.decode(&reader, &options, &sink, &counts, &err), -1);
    assert_int_equal(calls, 1);
    assert_int_equal(err.class, EXIT_DATABASE);
    assert_string_equal(err.message, "the sink is full");
}

static ssize_t break_off(void *context, void *buffer, size_t size, struct error *err)
{
    (void)context;
    (void)buffer;
    (void)size;
    return error_set(err, EXIT_INTERNAL, "the disk is gone");
}

static void an_error_of_the_reader_ends_the_decoding(void **state)
{
    const struct decode_options options = {.name = "export.txt"};
    struct decoded kept = {0};
    const struct reader reader = {break_off, NULL};
    const struct sink sink = {decoded_keep, &kept};
    struct error err;
    (void)state;
    assert_int_equal(connector_rapporttext.decode(&reader, &options, &sink, &kept.counts, &err), -1);
    assert_string_equal(err.message, "the disk is gone");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_level_of_goals_is_known),
        cmocka_unit_test(headings_may_carry_heading_marks_and_asterisks),
        cmocka_unit_test(a_status_is_the_first_line_with_text_below_its_heading),
        cmocka_unit_test(a_status_further_down_is_prose),
        cmocka_unit_test(a_status_belongs_to_its_goal_only),
        cmocka_unit_test(a_goal_stands_on_the_line_of_its_heading_and_owns_its_status),
        cmocka_unit_test(tables_of_contents_hold_no_goals),
        cmocka_unit_test(a_label_without_words_is_no_goal),
        cmocka_unit_test(a_goal_forgets_those_below_the_one_before),
        cmocka_unit_test(goals_above_a_goal_are_in_its_record),
        cmocka_unit_test(a_title_line_names_the_unit_of_what_follows),
        cmocka_unit_test(a_title_that_names_the_board_leaves_the_unit_empty),
        cmocka_unit_test(a_new_report_forgets_the_goals_of_the_one_before),
        cmocka_unit_test(a_title_repeated_as_a_page_head_begins_no_new_report),
        cmocka_unit_test(a_title_of_another_year_than_configured_is_refused),
        cmocka_unit_test(the_configured_units_are_those_of_the_reports_in_order),
        cmocka_unit_test(more_reports_than_configured_units_are_refused),
        cmocka_unit_test(fewer_reports_than_configured_units_are_refused),
        cmocka_unit_test(a_second_report_of_nobody_is_refused),
        cmocka_unit_test(one_report_without_title_or_units_is_the_boards),
        cmocka_unit_test(the_summary_below_a_title_begins_no_other_report),
        cmocka_unit_test(an_empty_text_is_refused),
        cmocka_unit_test(a_text_of_white_space_is_refused),
        cmocka_unit_test(random_bytes_are_refused),
        cmocka_unit_test(bytes_that_are_no_text_are_refused_with_line_and_offset),
        cmocka_unit_test(a_text_in_windows_1252_is_read_and_its_places_are_those_of_its_bytes),
        cmocka_unit_test(a_text_that_is_encoded_twice_is_refused),
        cmocka_unit_test(control_characters_are_refused),
        cmocka_unit_test(an_html_page_is_refused),
        cmocka_unit_test(a_text_without_goals_and_tables_is_refused),
        cmocka_unit_test(a_refusal_says_what_the_connector_reads),
        cmocka_unit_test(a_line_longer_than_the_limit_is_refused),
        cmocka_unit_test(it_does_not_matter_in_what_pieces_the_bytes_come),
        cmocka_unit_test(every_kind_of_ignored_line_is_counted_apart),
        cmocka_unit_test(crlf_line_ends_are_line_ends),
        cmocka_unit_test(a_byte_order_mark_is_no_text),
        cmocka_unit_test(the_last_line_may_lack_its_end),
        cmocka_unit_test(a_text_cut_anywhere_is_accounted_for_or_refused),
        cmocka_unit_test(an_error_of_the_sink_ends_the_decoding),
        cmocka_unit_test(an_error_of_the_reader_ends_the_decoding),
        cmocka_unit_test(a_title_of_another_district_than_configured_is_refused),
    };
    return cmocka_run_group_tests_name("rapporttext", tests, NULL, NULL);
}
