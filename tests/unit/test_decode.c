/* Decode holds a connector to its accounting, and names the notes. */
#include "tests/unit/decode_text.h"

#define OF(array) (sizeof(array) / sizeof *(array))

/* A connector that says what a test wants it to say. */
static struct decode_counts said;
static int said_rc;

static int say(const struct reader *reader, const struct decode_options *options, const struct sink *sink,
               struct decode_counts *ret_counts, struct error *err)
{
    (void)reader;
    (void)options;
    (void)sink;
    *ret_counts = said;
    return said_rc ? error_set(err, EXIT_REFUSED, "said so") : 0;
}

static const struct connector teller = {"teller", "for tests", say, .bulk = false};

static int run(struct error *err)
{
    const struct decode_options options = {.name = "export.txt"};
    const struct reader reader = {0};
    const struct sink sink = {0};
    struct decode_counts counts;
    return decode_export(&teller, &reader, &options, &sink, &counts, err);
}

static void every_line_in_a_record_or_ignored_is_a_success(void **state)
{
    struct error err;
    (void)state;
    said = (struct decode_counts){
        .lines_read = 10, .lines_record = 3, .lines_ignored = {[IGNORED_BLANK] = 2, [IGNORED_TOTAL] = 5}};
    said_rc = 0;
    assert_int_equal(run(&err), 0);
    said = (struct decode_counts){0};
    assert_int_equal(run(&err), 0);
}

static void a_line_that_escapes_is_an_internal_error(void **state)
{
    struct error err;
    (void)state;
    said = (struct decode_counts){.lines_read = 10, .lines_record = 3, .lines_ignored = {[IGNORED_BLANK] = 6}};
    said_rc = 0;
    assert_int_equal(run(&err), -1);
    assert_int_equal(err.class, EXIT_INTERNAL);
    assert_string_equal(err.message, "export.txt: connector \"teller\" read 10 lines but accounts for 9");
}

static void a_line_counted_twice_is_an_internal_error(void **state)
{
    struct error err;
    (void)state;
    said = (struct decode_counts){.lines_read = 10, .lines_record = 10, .lines_ignored = {[IGNORED_HEADER] = 1}};
    said_rc = 0;
    assert_int_equal(run(&err), -1);
    assert_int_equal(err.class, EXIT_INTERNAL);
}

static void a_refusal_of_the_connector_is_passed_on(void **state)
{
    struct error err;
    (void)state;
    said = (struct decode_counts){.lines_read = 10};
    said_rc = -1;
    assert_int_equal(run(&err), -1);
    assert_int_equal(err.class, EXIT_REFUSED);
    assert_string_equal(err.message, "said so");
}

static void ignored_lines_of_every_kind_are_summed(void **state)
{
    struct decode_counts counts = {.lines_read = 1000, .lines_record = 500};
    (void)state;
    assert_int_equal(decode_lines_ignored(&counts), 0);
    for (size_t i = 0; i < IGNORED_COUNT; i++)
        counts.lines_ignored[i] = (uint64_t)1 << i;
    assert_int_equal(decode_lines_ignored(&counts), ((uint64_t)1 << IGNORED_COUNT) - 1);
}

static void notes_are_printed_as_words_with_commas(void **state)
{
    char buffer[DECODE_NOTES_SIZE];
    (void)state;
    assert_string_equal(decode_notes(0, buffer), "");
    assert_string_equal(decode_notes(NOTE_UNCERTAIN, buffer), "osaker");
    assert_string_equal(decode_notes(NOTE_SHIFTED | NOTE_CELL_LOST | NOTE_BY_GOAL_LEVEL, buffer),
                        "forskjuten,cell-saknas,avgjord-av-malniva");
    assert_string_equal(decode_notes(NOTE_UNREADABLE | NOTE_UNCERTAIN, buffer), "osaker,olasbar");
}

static void each_note_has_a_word_of_its_own(void **state)
{
    static const struct {
        unsigned note;
        const char *word;
    } notes[] = {
        {NOTE_UNCERTAIN, "osaker"},
        {NOTE_SHIFTED, "forskjuten"},
        {NOTE_CELL_LOST, "cell-saknas"},
        {NOTE_CELLS_MERGED, "celler-sammanslagna"},
        {NOTE_PERIOD_BELOW, "period-pa-nasta-rad"},
        {NOTE_PAGE_BREAK, "sidbrytning"},
        {NOTE_NAME_JOINED, "namn-sammanfogat"},
        {NOTE_CELL_JOINED, "cell-sammanfogad"},
        {NOTE_BY_GOAL_LEVEL, "avgjord-av-malniva"},
        {NOTE_MARKUP, "markering-borttagen"},
        {NOTE_LOOKALIKE, "fel-alfabet"},
        {NOTE_UNREADABLE, "olasbar"},
    };
    char buffer[DECODE_NOTES_SIZE];
    (void)state;
    assert_int_equal(OF(notes), NOTE_COUNT);
    for (size_t i = 0; i < OF(notes); i++)
        assert_string_equal(decode_notes(notes[i].note, buffer), notes[i].word);
    assert_string_equal(note_name(NOTE_COUNT), "");
}

static void all_notes_at_once_fit_the_buffer(void **state)
{
    char buffer[DECODE_NOTES_SIZE];
    (void)state;
    decode_notes((1u << NOTE_COUNT) - 1, buffer);
    assert_true(strlen(buffer) + 1 < sizeof buffer);
    assert_true(text_ends(text_of(buffer), ",olasbar"));
    decode_notes(~0u, buffer);
    assert_true(text_ends(text_of(buffer), ",olasbar"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_line_in_a_record_or_ignored_is_a_success),
        cmocka_unit_test(a_line_that_escapes_is_an_internal_error),
        cmocka_unit_test(a_line_counted_twice_is_an_internal_error),
        cmocka_unit_test(a_refusal_of_the_connector_is_passed_on),
        cmocka_unit_test(ignored_lines_of_every_kind_are_summed),
        cmocka_unit_test(notes_are_printed_as_words_with_commas),
        cmocka_unit_test(each_note_has_a_word_of_its_own),
        cmocka_unit_test(all_notes_at_once_fit_the_buffer),
    };
    return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
