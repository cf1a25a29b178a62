/* A decode that lacks memory fails: no allocation that is refused, of whatever layout's, becomes a record that reads
 * otherwise.  Each allocation of an arena is one of the system's here, and one of them is refused. */
#include "tests/unit/make_workbook.h"

#include "tests/unit/scarce_memory.h"

#define ARENA_BLOCK_SIZE 1
#define malloc           give
#include "etl/base/arena.c" /* instead of the library's */
#undef malloc

/* ---- one decode ---- */

struct told {
    char *text; /* what the sink got */
    size_t len, size;
};

static void tell(struct told *told, const char *format, ...) PRINTF_LIKE(2, 3);
static void tell(struct told *told, const char *format, ...)
{
    va_list args;
    if (told->size - told->len < 4096) {
        told->size = 2 * told->size + 4096;
        told->text = realloc(told->text, told->size);
        assert_non_null(told->text);
    }
    va_start(args, format);
    int n = vsnprintf(told->text + told->len, told->size - told->len, format, args);
    va_end(args);
    assert_true(n >= 0 && (size_t)n < told->size - told->len);
    told->len += (size_t)n;
}

static int take(void *context, const struct record *r, struct error *err)
{
    struct told *told = context;
    (void)err;
    tell(told, "%d %d-%d %x %d %d|", (int)r->kind, (int)r->place.line, (int)r->lines, r->notes, (int)r->evidence,
         (int)r->niva);
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        tell(told, "%.*s|", TEXT_ARGS(r->cell[i]));
    tell(told, "%.*s|%.*s|%.*s|%.*s|%s|%s", TEXT_ARGS(r->text), TEXT_ARGS(r->status), TEXT_ARGS(r->title),
         TEXT_ARGS(r->previous_report), r->rule ? r->rule : "", r->reason);
    for (size_t i = 0; i < r->tabell_count; i++)
        tell(told, "|%.*s=%.*s %.*s", TEXT_ARGS(r->tabell[i].column), TEXT_ARGS(r->tabell[i].value),
             TEXT_ARGS(r->tabell[i].matt));
    tell(told, "\n");
    return 0;
}

struct input {
    const struct connector *connector;
    struct text bytes;
    struct decode_options options;
};

static int run(const struct input *input, long refuse, struct told *ret_told, struct error *err)
{
    struct text_source source = {input->bytes, 0};
    const struct reader reader = {text_source_read, &source};
    const struct sink sink = {take, ret_told};
    struct decode_counts counts;
    *err = (struct error){0};
    ret_told->len = 0;
    requests = 0;
    refused_at = refuse;
    int rc = decode_export(input->connector, &reader, &input->options, &sink, &counts, err);
    refused_at = 0;
    return rc;
}

/* INPUT gives PART when nothing is refused, and an error, of memory, for each allocation that is. */
static void assert_whole_or_nothing(const struct input *input, const char *part)
{
    struct told told = {0};
    struct error err;
    int rc = run(input, 0, &told, &err);
    long count = requests;
    if (rc) tell(&told, "%s", err.message);
    if (!told.text || !strstr(told.text, part)) fail_msg("it gave %d: %s", rc, told.text ? told.text : "");
    assert_true(count > 0);
    for (long n = 1; n <= count; n++) {
        assert_int_equal(run(input, n, &told, &err), -1);
        assert_int_equal(err.class, EXIT_INTERNAL);
        if (!strstr(err.message, "memory")) fail_msg("allocation %ld of %ld gave: %s", n, count, err.message);
    }
    free(told.text);
}

static void assert_text_needs_all(const char *text, const char *part)
{
    const struct input input = {&connector_rapporttext, text_of(text), {.name = "export.txt", .year = 2023}};
    assert_whole_or_nothing(&input, part);
}

/* ---- layout A ---- */

#define GOAL     "Nämndmål: 1.1.1 Ljusa  parker\n\nUppfylls  helt\n\n"
#define HEADER_A "Indikator\tPeriodens  utfall\tUtfall VB 2022\tÅrsmål\tKF:s årsmål\tPeriod\n"

static void rows_and_their_pieces_behind_a_page_break_need_all_their_memory(void **state)
{
    (void)state;
    assert_text_needs_all("Verksamhetsberättelse VB 2023 för  Parkernas  enhet\n" GOAL HEADER_A
                          "● Antal  lampor i\t40  st\t38\t45\tTas fram av nämnd/s\t2023\n\n" HEADER_A
                          "parken  norr\t\t\t\ttyrelse\t\n"
                          "Analys  av lamporna\n",
                          "|Antal lampor i parken norr|40 st|||38|45|Tas fram av nämnd/s tyrelse|2023|");
    assert_text_needs_all(GOAL HEADER_A "<b>Antal  lampor\t40 st\t38\t45\t\t2023\n\n" HEADER_A "i  parken</b>\n",
                          "|Antal lampor|40 st|||38|45||2023|");
}

static void activities_need_all_their_memory(void **state)
{
    (void)state;
    assert_text_needs_all(GOAL "Aktivitet\tStartdatum\tSlutdatum\tAvvikelse\n✓ Byta  lampor i alla\t2023-01-01\t"
                               "2023-12-31\t\n\nAktivitet\tStartdatum\tSlutdatum\tAvvikelse\nparker  i norr\t\t\t\n",
                          "|Byta lampor i alla parker i norr|");
}

static void rows_that_can_be_read_in_several_ways_need_all_their_memory(void **state)
{
    (void)state;
    assert_text_needs_all("KF:s mål för verksamhetsområdet: 1.1 Ljus\n\n" HEADER_A "Antal lampor\t40\t38\t45\t2023\n"
                          "Antal lyktor\t40 50 107\t45\tTas fram av  nämnd VB 2023\n",
                          "R-FLERTYDIG");
}

/* ---- other tables of layout A ---- */

static void tables_need_all_their_memory(void **state)
{
    (void)state;
    assert_text_needs_all(
        GOAL "Båtar  i hamn\n\nVerksamhet\tBudget  2023\t\tUtfall 2023\t\n\tKostnad\tIntäkt\tKostnad"
             "\tIntäkt\nMnkr\t\t\t\t\n<b>Ekor  och</b>\t\t\t\t\njollar  små\t9,0\t-2,0 \t<i>8,0</i>\t-1,0\n"
             "\t\t\t\t\nSumma  och\t1,0\t2,0\t3,0\t4,0\n\nVerksamhet\tBudget  2023\t\tUtfall 2023\t\n"
             "rest\t\t\t\t\n",
        "Ekor och jollar små");
    assert_text_needs_all(GOAL "Båtar\n\nAntal  båtar\t2021\t2022\nHela\t1\t2\nJollar  (tkr)\t2023\t2024\nHela\t3\t4\n",
                          "Båtar / Antal båtar / Jollar|");
    assert_text_needs_all("Analys av  hamnar\n\nText.\n\nHela\t4,5\t7\nSumma\t5,5\t8\n\n" GOAL, "|Summa|");
}

static void what_groups_and_sums_say_needs_all_its_memory(void **state)
{
    (void)state;
    assert_text_needs_all(GOAL "Båtar\n\n\tAntal\nEkor\t\nGula\t1,0\nJollar\t\nGula\t3,0\nSumma\t4,0\n",
                          "|Båtar / Jollar|");
    assert_text_needs_all(GOAL "Båtar\n\n\tA\tB\tC\tAlla\nEkor\t9\t100\t200\t300\nJollar\t8\t150\t250\t400\n"
                               "Flottar\t7\t110\t210\t320\nKanoter\t6\t120\t220\t340\nSkutor\t230\t350\t580\t9\n",
                          "a cell was lost");
}

static void a_header_whose_rows_stand_on_the_next_page_needs_all_its_memory(void **state)
{
    (void)state;
    assert_text_needs_all(GOAL "Båtar\n\nMnkr\tBudget\tUtfall\n\nEkor\t4,0\t5,0\n", "|Budget=4,0 Mnkr");
}

static void series_in_a_list_need_all_their_memory(void **state)
{
    (void)state;
    assert_text_needs_all(GOAL "Antal  båtar\n\n- VB  2022: 1 106  st\n\n- VB 2023: 1 206 st\n", "|=1 106 st st");
}

/* ---- layout B ---- */

#define HEADER_B                                                                                                       \
    "   Indikator Periodens \nutfall \n\nPeriodens \nutfall \n\nVB \n2022 \n\nÅrsmål KF:s \nårsmål Period \n\n"
#define GOAL_B       "Nämndmål: 1.1.1 Ljusa \nparker \n\n Uppfylls  helt \n\n"
#define CUT          " \n Antal  lampor i \n\n40 38 45 Tas fram \nav \nnämnd/s \n\n2023 \n"
#define BREAKS_OFF   " \n Antal \n\nlampor \n\n40 st 38 st \n"
#define WITH_REST    GOAL_B HEADER_B CUT HEADER_B "parken  norr tyrelse \n\n"
#define ACTIVITIES_B "Aktivitet Startdatum Slutdatum Avvikelse \n\n"

static void rows_in_reading_order_need_all_their_memory(void **state)
{
    (void)state;
    assert_text_needs_all(WITH_REST "Analys \n\nFärre än fem \nindivider. \n\n",
                          "|Antal lampor i parken norr|40|||38|45|Tas fram av nämnd/s tyrelse|2023|");
    assert_text_needs_all(GOAL_B HEADER_B CUT HEADER_B "parken norr \n\ntyrelse \n\nAnalys \n\nJa. \n\n",
                          "|Antal lampor i parken norr|40|||38|45|Tas fram av nämnd/s tyrelse|2023|");
    assert_text_needs_all(GOAL_B HEADER_B " \n **Antal lampor** 40 38 45  2023 \n\n", "|Antal lampor|40|");
}

static void rows_that_break_off_need_all_their_memory(void **state)
{
    static const char *const behind[] = {HEADER_B, "Sid 6 (25) \n\n", "Analys \n\nJa. \n\n",
                                         "",       ACTIVITIES_B,      " \n Antal  stolpar 1 2 3  2023 \n\n"};
    (void)state;
    for (size_t i = 0; i < sizeof behind / sizeof *behind; i++) {
        char text[2000];
        snprintf(text, sizeof text, "%s%s%s", GOAL_B HEADER_B " \n Antal  vägar 1 2 3  2023 \n\n" BREAKS_OFF, behind[i],
                 "Enhetsmål: Fler \n\n");
        assert_text_needs_all(text, "|Antal vägar|1|||2|3||2023|");
    }
}

static void rows_of_other_years_and_with_blanks_inside_need_all_their_memory(void **state)
{
    (void)state;
    assert_text_needs_all(GOAL_B HEADER_B " \n Antal lampor 40 38 45  2022 \n\n" BREAKS_OFF "\n \n45 st  2023 \n\n",
                          "|2022|");
    assert_text_needs_all(GOAL_B HEADER_B
                          " \n Antal lampor 40 45  2023 \n\nAnalys \n\nJa. \n\nAntal vägar 1 2 3  2023 \n\n",
                          "fewer cells");
    assert_text_needs_all(GOAL_B ACTIVITIES_B " \n Byta  lampor 2023-01-01 2023-12-31 Avvikelse \n\n", "Byta lampor");
}

/* ---- delimited text and workbooks ---- */

static void delimited_text_needs_all_its_memory(void **state)
{
    static const struct column_alias aliases[] = {{TEXT("Mått"), COLUMN_MATT_KOLUMN}, {TEXT("Värde"), COLUMN_VARDE}},
                                     measures[] = {{TEXT("Gick bra"), COLUMN_UTFALL}};
    struct input input = {
        .connector = &connector_delimited,
        .bytes = TEXT("Rapport;;;;;\n;;Utfall;;;\nStadsdel;Indikator;2022;2023;Årsmål;Period\n"
                      "B;\"A\n B\";1;2 ;3;2023\nB;A  c;1;;..;2023\nSumma;A;;;;2023\nB;Aa\u030a;1;2;3;2023\n"),
        .options = {.name = "x.csv", .stadsdel = TEXT("Bromma"), .totals_label = TEXT("Summa")}};
    (void)state;
    assert_whole_or_nothing(&input, "|A c|");
    input.bytes =
        TEXT("Stadsdel;Indikator;Utfall 2022;;Utfall 2023;;Period\n;;Totalt;Män;Totalt;Män;\nB;A;1;2;3;4;2023\n");
    assert_whole_or_nothing(&input, "|A|3|4|");
    input.bytes = TEXT(
        "Period;Indikator;Mått;Värde\n2023;A;Utfall;5\n2023;A;Utfall VB 2022;6\n2023;A;Gick bra;7\n2023;A;Vad;8\n");
    assert_whole_or_nothing(
        &(const struct input){&connector_delimited,
                              TEXT("Indikator;Utfall;X;Period\nA;1;2;2023\nIndikator;Utfall;Y;Period\nB;3;4;2023\n"),
                              {.name = "x.csv", .stadsdel = TEXT("Bromma")}},
        "|B|3|");
    input.options.aliases = aliases;
    input.options.alias_count = 2;
    input.options.measures = measures;
    input.options.measure_count = 1;
    assert_whole_or_nothing(&input, "|A|7|");
}

static void units_and_sexes_of_rows_need_all_their_memory(void **state)
{
    const struct input input = {&connector_delimited,
                                TEXT("Stadsdel;Indikator;Kön;Utfall (tkr);Årsmål;Måttenhet;Period\nBromma;Antal  "
                                     "lampor;Flickor;4;5;st  per lampa;2023\n"),
                                {.name = "x.csv"}};
    (void)state;
    assert_whole_or_nothing(&input, "Bromma||Antal lampor||");
}

static void workbooks_need_all_their_memory(void **state)
{
    struct input input = {.connector = &connector_xlsx,
                          .bytes = make_sheet(SHEET(
                              ROW("1", S("A1", "Rapport") S("B1", "för")) ROW("2", S("D2", "Utfall")) ROW(
                                  "3", S("A3", "Stadsdel") S("B3", "Enhet") S("C3", "Indikator") S("D3", "Totalt")
                                           S("E3", "Män") S("F3", "Kvinnor") S("G3", "Årsmål") S("H3", "Period"))
                                  ROW("4", S("A4", "Bromma") SHARED("C4", "1") N("D4", PERCENT1, "0.855")
                                               N("E4", PIECES, "2.5") S("G4", "_x00E5_ 4") N("H4", GENERAL, "2023")))),
                          .options = {.name = "x.xlsx"}};
    (void)state;
    assert_whole_or_nothing(&input, "|Sjukfrånvaro|85,5 %|2,5 st|");
    workbook_free(input.bytes);
    input.bytes =
        make_sheet(SHEET(ROW("1", S("A1", "Stadsdel") S("B1", "Indikator") S("C1", "Utfall") S("E1", "Period")) ROW(
            "2", S("C2", "Totalt") S("D2", "Män")) ROW("3", S("A3", "Bromma") S("B3", "A") N("C3", GENERAL, "5")
                                                                N("D3", GENERAL, "6") N("E3", GENERAL, "2023"))));
    assert_whole_or_nothing(&input, "|A|5|6|");
    workbook_free(input.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_and_their_pieces_behind_a_page_break_need_all_their_memory),
        cmocka_unit_test(activities_need_all_their_memory),
        cmocka_unit_test(rows_that_can_be_read_in_several_ways_need_all_their_memory),
        cmocka_unit_test(tables_need_all_their_memory),
        cmocka_unit_test(what_groups_and_sums_say_needs_all_its_memory),
        cmocka_unit_test(a_header_whose_rows_stand_on_the_next_page_needs_all_its_memory),
        cmocka_unit_test(series_in_a_list_need_all_their_memory),
        cmocka_unit_test(rows_in_reading_order_need_all_their_memory),
        cmocka_unit_test(rows_that_break_off_need_all_their_memory),
        cmocka_unit_test(rows_of_other_years_and_with_blanks_inside_need_all_their_memory),
        cmocka_unit_test(delimited_text_needs_all_its_memory),
        cmocka_unit_test(units_and_sexes_of_rows_need_all_their_memory),
        cmocka_unit_test(workbooks_need_all_their_memory),
    };
    return cmocka_run_group_tests_name("decode_memory", tests, NULL, NULL);
}
