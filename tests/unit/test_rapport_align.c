/* Alignment: the cells of a damaged row -> columns, each damage alone, and what decides between readings. */
#include "tests/unit/decode_text.h"

#include <unistr.h>

#include "connectors/rapport_align.h"

#define OF(array) (sizeof(array) / sizeof *(array))

static struct arena arena;

static int give_back(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static const enum column columns[] = {COLUMN_UTFALL, COLUMN_UTFALL_MAN, COLUMN_UTFALL_KVINNOR, COLUMN_FOREGAENDE,
                                      COLUMN_ARSMAL, COLUMN_KF_ARSMAL,  COLUMN_PERIOD};

/* CELLS separated by '|', as they stand behind a row's name. */
static struct align_input input_of(const char *cells)
{
    struct align_input input = {.columns = columns, .column_count = OF(columns), .year = 2023};
    struct text left = text_of(cells);
    for (;;) {
        size_t bar = text_find(left, "|");
        assert_true(input.cell_count < ALIGN_CELLS);
        input.cells[input.cell_count++] = text_part(left, 0, bar == SIZE_MAX ? left.len : bar);
        if (bar == SIZE_MAX) return input;
        left = text_from(left, bar + 1);
    }
}

static struct reading read_input(const struct align_input *input)
{
    struct reading reading;
    struct error err;
    assert_int_equal(align_row(&arena, input, &reading, &err), 0);
    return reading;
}

/* WANT: seven cells and the notes, separated by '|'. */
static void assert_reading(const struct align_input *input, const char *want)
{
    char notes[DECODE_NOTES_SIZE];
    struct reading reading = read_input(input);
    struct text all = {0};
    for (size_t i = 0; i < OF(columns); i++) {
        all = text_join(&arena, all, "", reading.cell[columns[i]]);
        all = text_join(&arena, all, "", TEXT("|"));
    }
    all = text_join(&arena, all, "", text_of(decode_notes(reading.notes, notes)));
    assert_text(all, want);
    bool doubtful = (reading.notes & (NOTE_UNCERTAIN | NOTE_UNREADABLE)) != 0;
    assert_int_equal(doubtful, reading.rule != NULL);
    assert_int_equal(doubtful, reading.reason[0] != '\0');
}

static void assert_read(const char *cells, const char *want)
{
    struct align_input input = input_of(cells);
    assert_reading(&input, want);
}

static bool fits(const char *cells)
{
    struct align_input input = input_of(cells);
    struct error err;
    bool ret = false;
    assert_int_equal(align_fits(&arena, &input, &ret, &err), 0);
    return ret;
}

/* ---- whole rows ---- */

static void a_whole_row_is_read_as_it_stands(void **state)
{
    (void)state;
    assert_read("69 %|73 %|67 %|89 %|91 %|90 %|2023", "69 %|73 %|67 %|89 %|91 %|90 %|2023|");
    assert_read("65|||63|65||2023", "65|||63|65||2023|");
    assert_read("||||60 %||2023", "||||60 %||2023|");
    assert_read("||||||VB 2023", "||||||VB 2023|");
}

static void a_whole_row_is_not_repaired_even_where_another_reading_looks_nicer(void **state)
{
    (void)state;
    struct align_input input = input_of("65|64|66|63|65|60|2023");
    input.niva = NIVA_ENHETSMAL; /* would like an empty KF cell */
    assert_reading(&input, "65|64|66|63|65|60|2023|");
    assert_read("65|64||63|65||2023", "65|64||63|65||2023|"); /* one sex: usual, not a law */
    assert_read("65|||63|65||2019", "65|||63|65||2019|");     /* another year: a finding, not a repair */
}

static void trailing_empty_cells_say_nothing(void **state)
{
    (void)state;
    assert_read("65|||63|65||2023||", "65|||63|65||2023|");
}

static void each_kind_of_period_closes_a_row(void **state)
{
    static const char *const periods[] = {"2023",    "VB 2023", "T1 2023", "Tertial 2 2023", "VP 2023",     "Kv 1 2023",
                                          "HT 2023", "2022/23", "2023-03", "2023-12-31",     "jan-aug 2023"};
    (void)state;
    for (size_t i = 0; i < OF(periods); i++) {
        struct align_input input = input_of("65|||63|65|");
        input.cells[input.cell_count++] = text_of(periods[i]);
        struct reading reading = read_input(&input);
        assert_text(reading.cell[COLUMN_PERIOD], periods[i]);
        assert_int_equal(reading.notes, 0);
    }
}

static void values_of_the_exports_are_legal_in_their_columns(void **state)
{
    (void)state;
    assert_read("1 050 st|544|506|13,1 barn/avd.|+/-1 %|öka|2023", "1 050 st|544|506|13,1 barn/avd.|+/-1 %|öka|2023|");
    assert_read("1,70 kg CO2 per kg livsmedel|||1,2 GWh|Max 10 personer|Tas fram av nämnd/styrelse|2023",
                "1,70 kg CO2 per kg livsmedel|||1,2 GWh|Max 10 personer|Tas fram av nämnd/styrelse|2023|");
    assert_read("<5|..|..|-|minska|Tas fram av nämnd/s tyrelse|2023",
                "<5|..|..|-|minska|Tas fram av nämnd/s tyrelse|2023|");
}

static void words_where_a_number_belongs_are_kept_when_the_row_is_whole(void **state)
{
    (void)state;
    assert_read("Ja|||Nej|Ja||2023", "Ja|||Nej|Ja||2023|");
    assert_false(fits("Ja|||Nej|Ja||2023")); /* but do not tell a row from a fragment */
}

/* ---- one damage at a time ---- */

static void a_lost_empty_cell_is_put_back_where_the_sexes_stay_in_pairs(void **state)
{
    (void)state;
    assert_read("85 %||80 %|90 %|Tas fram av nämnd|2023", "85 %|||80 %|90 %|Tas fram av nämnd|2023|cell-saknas");
    assert_read("66,67||75|75 %|75 %|VB 2023", "66,67|||75|75 %|75 %|VB 2023|cell-saknas");
}

static void two_lost_empty_cells_are_put_back(void **state)
{
    (void)state;
    assert_read("85 %|80 %|öka|Tas fram av nämnd|2023", "85 %|||80 %|öka|Tas fram av nämnd|2023|cell-saknas");
}

static void a_lost_last_cell_leaves_the_row_unreadable(void **state)
{
    (void)state;
    assert_read("85 %|84 %|86 %|80 %|90 %|90 %", "85 %|84 %|86 %|80 %|90 %|90 %||osaker,olasbar");
    assert_read("85 %|84 %|86 %|80 %|90 %|90 %|", "85 %|84 %|86 %|80 %|90 %|90 %||osaker,olasbar");
}

static void a_delegation_merged_with_the_period_is_parted(void **state)
{
    (void)state;
    assert_read("72|70 %|73 %|84|72 %|Tas fram av nämnd VB 2023",
                "72|70 %|73 %|84|72 %|Tas fram av nämnd|VB 2023|celler-sammanslagna");
    assert_read("72|70 %|73 %|84|72 %|Tas fram av nämnd 2023",
                "72|70 %|73 %|84|72 %|Tas fram av nämnd|2023|celler-sammanslagna");
    assert_read("72|70 %|73 %|84|72 %|Tas fram av nämnd/styrelse VB 2023",
                "72|70 %|73 %|84|72 %|Tas fram av nämnd/styrelse|VB 2023|celler-sammanslagna");
}

static void a_value_merged_with_the_period_is_parted(void **state)
{
    (void)state;
    assert_read("72 %|70 %|73 %|84 %|72 %|75 % VB 2023", "72 %|70 %|73 %|84 %|72 %|75 %|VB 2023|celler-sammanslagna");
    assert_read("72 %|70 %|73 %|84 %|72 %|75 % 2023", "72 %|70 %|73 %|84 %|72 %|75 %|2023|celler-sammanslagna");
}

static void two_merged_values_are_parted(void **state)
{
    (void)state;
    assert_read("72 %|70 %|73 %|84 % 72 %|75 %|2023", "72 %|70 %|73 %|84 %|72 %|75 %|2023|celler-sammanslagna");
    assert_read("72 % 70 %|73 %|84 %|72 %|75 %|2023", "72 %|70 %|73 %|84 %|72 %|75 %|2023|celler-sammanslagna");
}

static void a_merged_pair_with_one_reading_beside_a_lost_cell_is_read(void **state)
{
    (void)state;
    assert_read("72||84|72 %|Tas fram av nämnd VB 2023",
                "72|||84|72 %|Tas fram av nämnd|VB 2023|cell-saknas,celler-sammanslagna");
}

static void a_period_on_the_row_below_completes_the_row(void **state)
{
    (void)state;
    struct align_input input = input_of("1,5 %|1,2 %|1,7 %|1,4 %|2 %|Tas fram av nämnd|");
    input.fragment[COLUMN_PERIOD] = TEXT("VB 2023");
    assert_reading(&input, "1,5 %|1,2 %|1,7 %|1,4 %|2 %|Tas fram av nämnd|VB 2023|period-pa-nasta-rad");
    input.cell_count--; /* the last cell is lost too */
    assert_reading(&input, "1,5 %|1,2 %|1,7 %|1,4 %|2 %|Tas fram av nämnd|VB 2023|period-pa-nasta-rad");
}

static void a_piece_from_the_row_below_is_joined_to_the_cell_of_its_column(void **state)
{
    (void)state;
    struct align_input input = input_of("5,4 %|1,2 %|7,8 %|6,9 %|5 %|Tas fram av nämnd/s|VB 2023");
    input.fragment[COLUMN_KF_ARSMAL] = TEXT("tyrelse");
    assert_reading(&input, "5,4 %|1,2 %|7,8 %|6,9 %|5 %|Tas fram av nämnd/s tyrelse|VB 2023|cell-sammanfogad");
}

static void a_cut_delegation_without_its_end_is_not_read(void **state)
{
    (void)state;
    assert_read("5,4 %|1,2 %|7,8 %|6,9 %|5 %|Tas fram av nämnd/s|VB 2023",
                "5,4 %|1,2 %|7,8 %|6,9 %|5 %|Tas fram av nämnd/s|VB 2023|osaker,olasbar");
}

static void three_damages_are_not_guessed_at(void **state)
{
    (void)state;
    assert_read("85 %|90 %|öka|2023", "85 %|90 %|öka|2023||||osaker,olasbar");
}

static void more_cells_than_columns_are_unreadable(void **state)
{
    (void)state;
    assert_read("85 %|84 %|86 %|80 %|90 %|90 %|2023|5", "85 %|84 %|86 %|80 %|90 %|90 %|2023|osaker,olasbar");
    struct align_input input = input_of("85 %|84 %|86 %|80 %|90 %|90 %|2023");
    input.too_many = true;
    assert_reading(&input, "85 %|84 %|86 %|80 %|90 %|90 %|2023|osaker,olasbar");
}

static void what_does_not_belong_in_a_column_is_named_in_the_reason(void **state)
{
    (void)state;
    struct align_input input = input_of("85 %|84 %|86 %|12.4.5|90 %|90 %|2023");
    struct reading reading = read_input(&input);
    assert_string_equal(reading.rule, "R-OLASBAR");
    assert_non_null(strstr(reading.reason, "foregaende"));
    assert_non_null(strstr(reading.reason, "12.4.5"));
}

static void a_reason_is_cut_between_characters(void **state)
{
    char cell[102];
    (void)state;
    for (size_t shift = 0; shift < 2; shift++) { /* ö has two bytes: one of the shifts cuts inside */
        memset(cell, 'x', sizeof cell);
        for (size_t i = 1 + shift; i + 2 < sizeof cell; i += 2)
            memcpy(cell + i, "ö", 2);
        struct align_input input = input_of("85 %|84 %|86 %||90 %|90 %|2023");
        input.cells[3] = text_make(cell, sizeof cell - 1);
        struct reading reading = read_input(&input);
        assert_string_equal(reading.rule, "R-OLASBAR");
        assert_null(u8_check((const uint8_t *)reading.reason, strlen(reading.reason)));
    }
}

/* ---- several readings ---- */

/* Five values for the total, the sexes, the previous value and two targets: one of the last three is missing. */
#define AMBIGUOUS "87,97 %|87|89|91 %|88,5 %|2023"

static void several_readings_leave_only_the_cells_on_which_all_agree(void **state)
{
    (void)state;
    assert_read(AMBIGUOUS, "87,97 %|87|89||||2023|osaker,cell-saknas");
    struct align_input input = input_of(AMBIGUOUS);
    struct reading reading = read_input(&input);
    assert_string_equal(reading.rule, "R-FLERTYDIG");
    assert_non_null(strstr(reading.reason, "3 ways"));
}

static void a_local_goal_decides_for_the_reading_without_a_kf_target(void **state)
{
    (void)state;
    struct align_input input = input_of(AMBIGUOUS);
    input.niva = NIVA_NAMNDMAL;
    assert_reading(&input, "87,97 %|87|89|91 %|88,5 %||2023|cell-saknas,avgjord-av-malniva");
    input.niva = NIVA_ENHETSMAL;
    assert_reading(&input, "87,97 %|87|89|91 %|88,5 %||2023|cell-saknas,avgjord-av-malniva");
}

static void a_goal_of_kf_decides_for_the_reading_with_a_kf_target(void **state)
{
    (void)state;
    struct align_input input = input_of("87 %|88 %|öka|2023");
    input.columns =
        (const enum column[]){COLUMN_UTFALL, COLUMN_FOREGAENDE, COLUMN_ARSMAL, COLUMN_KF_ARSMAL, COLUMN_PERIOD};
    input.column_count = 5;
    input.niva = NIVA_VERKSAMHETSMAL;
    struct reading reading = read_input(&input);
    /* öka is no outcome: 87 | 88 | öka | - or 87 | 88 | - | öka or 87 | - | 88 | öka or - | 87 | 88 | öka */
    assert_text(reading.cell[COLUMN_KF_ARSMAL], "öka");
    assert_true(reading.notes & NOTE_UNCERTAIN);
    input.niva = NIVA_ENHETSMAL;
    reading = read_input(&input);
    assert_text(reading.cell[COLUMN_ARSMAL], "öka");
    assert_text(reading.cell[COLUMN_KF_ARSMAL], "");
    assert_int_equal(reading.notes, NOTE_CELL_LOST | NOTE_BY_GOAL_LEVEL);
}

static void a_goal_level_that_leaves_several_readings_leaves_the_row_uncertain(void **state)
{
    (void)state;
    struct align_input input = input_of(AMBIGUOUS);
    input.niva = NIVA_VERKSAMHETSMAL;
    struct reading reading = read_input(&input);
    assert_true(reading.notes & NOTE_UNCERTAIN);
    assert_text(reading.cell[COLUMN_UTFALL], "87,97 %");
    assert_text(reading.cell[COLUMN_FOREGAENDE], "");
    assert_text(reading.cell[COLUMN_ARSMAL], "");
    assert_text(reading.cell[COLUMN_KF_ARSMAL], "88,5 %");
    assert_text(reading.cell[COLUMN_PERIOD], "2023");
}

static void a_kf_text_is_never_an_outcome(void **state)
{
    (void)state;
    assert_read("85 %|||Tas fram av nämnd|Tas fram av nämnd||2023",
                "85 %|||Tas fram av nämnd|Tas fram av nämnd||2023|osaker,olasbar");
}

static void a_sex_without_a_total_is_not_a_reading(void **state)
{
    (void)state;
    assert_read("|84 %|86 %|80 %|90 %||2023", "|84 %|86 %|80 %|90 %||2023|osaker,olasbar");
}

/* ---- fits ---- */

static void a_row_of_data_fits_and_a_fragment_does_not(void **state)
{
    (void)state;
    assert_true(fits("65|||63|65||2023"));
    assert_true(fits("66,67||75|75 %|75 %|VB 2023"));
    assert_false(fits("||||||"));
    assert_false(fits("|||||tyrelse|"));
    assert_false(fits("till personer med stöd||||||"));
    assert_false(fits("Målet höjdes under 2022||||||"));
}

static void fewer_columns_are_read_by_the_same_rules(void **state)
{
    static const enum column few[] = {COLUMN_UTFALL, COLUMN_ARSMAL, COLUMN_COUNT, COLUMN_PERIOD};
    struct align_input input = input_of("65|70|vad som helst|2023");
    (void)state;
    input.columns = few;
    input.column_count = OF(few);
    assert_reading(&input, "65||||70||2023|");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_row_is_read_as_it_stands),
        cmocka_unit_test(a_whole_row_is_not_repaired_even_where_another_reading_looks_nicer),
        cmocka_unit_test(trailing_empty_cells_say_nothing),
        cmocka_unit_test(each_kind_of_period_closes_a_row),
        cmocka_unit_test(values_of_the_exports_are_legal_in_their_columns),
        cmocka_unit_test(words_where_a_number_belongs_are_kept_when_the_row_is_whole),
        cmocka_unit_test(a_lost_empty_cell_is_put_back_where_the_sexes_stay_in_pairs),
        cmocka_unit_test(two_lost_empty_cells_are_put_back),
        cmocka_unit_test(a_lost_last_cell_leaves_the_row_unreadable),
        cmocka_unit_test(a_delegation_merged_with_the_period_is_parted),
        cmocka_unit_test(a_value_merged_with_the_period_is_parted),
        cmocka_unit_test(two_merged_values_are_parted),
        cmocka_unit_test(a_merged_pair_with_one_reading_beside_a_lost_cell_is_read),
        cmocka_unit_test(a_period_on_the_row_below_completes_the_row),
        cmocka_unit_test(a_piece_from_the_row_below_is_joined_to_the_cell_of_its_column),
        cmocka_unit_test(a_cut_delegation_without_its_end_is_not_read),
        cmocka_unit_test(three_damages_are_not_guessed_at),
        cmocka_unit_test(more_cells_than_columns_are_unreadable),
        cmocka_unit_test(what_does_not_belong_in_a_column_is_named_in_the_reason),
        cmocka_unit_test(several_readings_leave_only_the_cells_on_which_all_agree),
        cmocka_unit_test(a_local_goal_decides_for_the_reading_without_a_kf_target),
        cmocka_unit_test(a_goal_of_kf_decides_for_the_reading_with_a_kf_target),
        cmocka_unit_test(a_goal_level_that_leaves_several_readings_leaves_the_row_uncertain),
        cmocka_unit_test(a_kf_text_is_never_an_outcome),
        cmocka_unit_test(a_sex_without_a_total_is_not_a_reading),
        cmocka_unit_test(a_row_of_data_fits_and_a_fragment_does_not),
        cmocka_unit_test(fewer_columns_are_read_by_the_same_rules),
        cmocka_unit_test(a_reason_is_cut_between_characters),
    };
    return cmocka_run_group_tests_name("rapport_align", tests, NULL, give_back);
}
