/* The small words of report texts: icons, markup, labels, titles, goals. */
#include "tests/unit/decode_text.h"

#include "connectors/rapport_words.h"
#include "etl/base/limits.h"

static struct arena arena;

static int give_back(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void assert_name(const char *cell, const char *want, bool want_markup)
{
    bool markup = false;
    assert_text(words_name(&arena, text_of(cell), &markup), want);
    assert_int_equal(markup, want_markup);
}

static void assert_joined(const char *head, const char *rest, const char *want)
{
    assert_text(words_join_name(&arena, text_of(head), text_of(rest)), want);
}

static void assert_goal(const char *line, enum niva niva, const char *want)
{
    struct text rest = {0};
    assert_int_equal(words_goal(text_of(line), &rest), niva);
    if (niva != NIVA_NONE) assert_text(rest, want);
}

/* ---- icons ---- */

static void every_status_icon_is_known_by_its_length(void **state)
{
    static const char *const icons[] = {"●", "◆", "■", "✓", "✔", "▶", "♀"};
    (void)state;
    for (size_t i = 0; i < sizeof icons / sizeof *icons; i++) {
        assert_int_equal(words_icon(text_of(icons[i])), strlen(icons[i]));
        assert_true(words_icons_only(text_of(icons[i])));
    }
    assert_int_equal(words_icon(TEXT("Andel")), 0);
    assert_int_equal(words_icon(TEXT("")), 0);
}

static void an_exclamation_mark_is_an_icon_only_when_it_stands_alone(void **state)
{
    (void)state;
    assert_int_equal(words_icon(TEXT("!")), 1);
    assert_int_equal(words_icon(TEXT("! Antal")), 1);
    assert_int_equal(words_icon(TEXT("!Antal")), 0);
}

static void a_cell_of_icons_dashes_and_markup_holds_no_data(void **state)
{
    (void)state;
    assert_true(words_icons_only(TEXT("")));
    assert_true(words_icons_only(TEXT(" \u00a0 ")));
    assert_true(words_icons_only(TEXT(" ● ♀ ")));
    assert_true(words_icons_only(TEXT("—")));
    assert_true(words_icons_only(TEXT("-----")));
    assert_true(words_icons_only(TEXT("**")));
    assert_true(words_icons_only(TEXT("<p></p>")));
    assert_false(words_icons_only(TEXT("● 5")));
    assert_false(words_icons_only(TEXT("<5")));
    assert_false(words_icons_only(TEXT("0")));
}

/* ---- names ---- */

static void a_name_loses_icons_blanks_and_the_dash_that_stands_for_an_icon(void **state)
{
    (void)state;
    assert_name("  Ledarskapsindex ", "Ledarskapsindex", false);
    assert_name("● ♀ Ledarskapsindex", "Ledarskapsindex", false);
    assert_name("Ledarskapsindex ♀", "Ledarskapsindex", false);
    assert_name("— Ledarskapsindex", "Ledarskapsindex", false);
    assert_name("- Ledarskapsindex", "Ledarskapsindex", false);
    assert_name("! Ledarskapsindex", "Ledarskapsindex", false);
}

static void a_name_keeps_its_full_stop_its_quotes_and_its_own_dashes(void **state)
{
    (void)state;
    assert_name("Antal hus med märket \"Grönt hus\".", "Antal hus med märket \"Grönt hus\".", false);
    assert_name("Trygghet - LSS – vuxna", "Trygghet - LSS – vuxna", false);
    assert_name("-50-åringar", "-50-åringar", false);
    assert_name("Antal rop (Hej!)", "Antal rop (Hej!)", false);
}

static void a_name_loses_the_markup_around_it_and_says_so(void **state)
{
    (void)state;
    assert_name("<p>Antal möten</p>", "Antal möten", true);
    assert_name("<b><i>Antal möten</i></b>", "Antal möten", true);
    assert_name("**Antal möten**", "Antal möten", true);
    assert_name("_Antal möten_", "Antal möten", true);
    assert_name("## Antal möten", "Antal möten", true);
    assert_name("● **Antal möten** ♀", "Antal möten", true);
}

static void a_less_than_sign_in_a_name_is_no_tag(void **state)
{
    (void)state;
    assert_name("Antal grupper <5 barn", "Antal grupper <5 barn", false);
    assert_name("<5 barn i gruppen", "<5 barn i gruppen", false);
}

static void white_space_inside_a_name_is_folded(void **state)
{
    (void)state;
    assert_name("Antal \u00a0 möten  per\tår", "Antal möten per år", false);
}

static void the_halves_of_a_name_are_joined_by_one_blank(void **state)
{
    (void)state;
    assert_joined("Andel som vet var de ska ", " vända sig", "Andel som vet var de ska vända sig");
    assert_joined("", "vända sig", "vända sig");
    assert_joined("Andel", "", "Andel");
}

static void a_name_cut_after_a_hyphen_is_joined_without_a_blank(void **state)
{
    (void)state;
    assert_joined("Antal ABC-", "utbildningar", "Antal ABC-utbildningar");
    assert_joined("Antal insatser -", "Unga", "Antal insatser - Unga");
}

static void a_hyphen_that_stands_for_a_shared_ending_keeps_its_blank(void **state)
{
    (void)state;
    assert_joined("Antal kultur-", "och fritidsdagar", "Antal kultur- och fritidsdagar");
    assert_joined("Antal kultur-", "eller fritidsdagar", "Antal kultur- eller fritidsdagar");
}

static void a_bracket_closed_too_early_is_opened_again(void **state)
{
    (void)state;
    assert_joined("Andel nöjda (stöd och hjälp)", "till unga)", "Andel nöjda (stöd och hjälp till unga)");
    assert_joined("Andel nöjda (stöd)", "bland unga", "Andel nöjda (stöd) bland unga");
    assert_joined("Andel nöjda (stöd)", "(unga)", "Andel nöjda (stöd) (unga)");
    assert_joined("Andel nöjda (stöd och", "hjälp)", "Andel nöjda (stöd och hjälp)");
}

/* ---- analysis ---- */

static void analysis_is_known_with_and_without_markup(void **state)
{
    (void)state;
    assert_true(words_is_analysis(TEXT("Analys")));
    assert_true(words_is_analysis(TEXT("Analys Vi ser en ökning")));
    assert_true(words_is_analysis(TEXT("Analys: ökning")));
    assert_true(words_is_analysis(TEXT(" <p>Analys</p> <p>Vi ser</p>")));
    assert_true(words_is_analysis(TEXT("<i>Analys</i>")));
    assert_true(words_is_analysis(TEXT("**Analys**")));
}

static void a_longer_word_that_begins_with_analysis_is_none(void **state)
{
    (void)state;
    assert_false(words_is_analysis(TEXT("Analysgruppens möten")));
    assert_false(words_is_analysis(TEXT("Analysår")));
    assert_false(words_is_analysis(TEXT("Antal analyser")));
}

static void tags_are_known_and_comparisons_are_not(void **state)
{
    (void)state;
    assert_true(words_tagged(TEXT(" <p>text")));
    assert_true(words_tagged(TEXT("</ul>")));
    assert_true(words_tagged(TEXT("<table border=\"1\">")));
    assert_false(words_tagged(TEXT("<5")));
    assert_false(words_tagged(TEXT("text <p>")));
    assert_false(words_tagged(TEXT("<p")));
    assert_false(words_tagged(TEXT("<")));
}

/* ---- contents ---- */

static void a_line_of_contents_ends_in_a_page_number_after_a_tab_or_dots(void **state)
{
    (void)state;
    assert_true(words_is_contents(TEXT("Nämndmål: 1.1.1 Trygga gator\t12")));
    assert_true(words_is_contents(TEXT("Nämndmål: 1.1.1 Trygga gator.......12")));
    assert_true(words_is_contents(TEXT("Nämndmål: 1.1.1 Trygga gator ..... 12 ")));
    assert_false(words_is_contents(TEXT("Nämndmål: 1.1.1 Trygga gator")));
    assert_false(words_is_contents(TEXT("Nämndmål: 1.1.1 Trygga gator 12")));
    assert_false(words_is_contents(TEXT("Trygga gator... 12")));
    assert_false(words_is_contents(TEXT("2022")));
    assert_false(words_is_contents(TEXT("")));
}

/* ---- goals ---- */

static void a_goal_heading_gives_its_level_and_loses_its_label(void **state)
{
    (void)state;
    assert_goal("KF:s inriktningsmål: 1. En levande stad", NIVA_INRIKTNINGSMAL, "1. En levande stad");
    assert_goal("KF:s mål för verksamhetsområdet: 1.2. Trygga gator", NIVA_VERKSAMHETSMAL, "1.2. Trygga gator");
    assert_goal("Nämndmål: 1.2.1 Ljusa parker", NIVA_NAMNDMAL, "1.2.1 Ljusa parker");
    assert_goal("Nämndmål: Ljusa parker", NIVA_NAMNDMAL, "Ljusa parker");
    assert_goal("Enhetsmål: Fler lampor", NIVA_ENHETSMAL, "Fler lampor");
}

static void a_goal_heading_is_known_under_heading_marks_and_asterisks(void **state)
{
    (void)state;
    assert_goal("## Nämndmål: Ljusa parker", NIVA_NAMNDMAL, "Ljusa parker");
    assert_goal("**Nämndmål: Ljusa parker", NIVA_NAMNDMAL, "Ljusa parker");
    assert_goal("**Nämndmål:** Ljusa parker", NIVA_NAMNDMAL, "Ljusa parker");
    assert_goal("*Enhetsmål:* Fler lampor", NIVA_ENHETSMAL, "Fler lampor");
    assert_goal("  Enhetsmål: Fler lampor", NIVA_ENHETSMAL, "Fler lampor");
}

static void a_sentence_about_a_goal_is_no_heading(void **state)
{
    (void)state;
    assert_goal("Nämndmålet uppfylls helt.", NIVA_NONE, "");
    assert_goal("Enhetsmålen: se bilaga", NIVA_NONE, "");
    assert_goal("Verksamhetsmål: mer ljus", NIVA_NONE, "");
    assert_goal("Vårt enhetsmål: fler lampor", NIVA_NONE, "");
}

static void a_status_line_loses_its_icon(void **state)
{
    static const struct {
        const char *line, *want;
    } lines[] = {
        {"● Uppfylls helt", "Uppfylls helt"},
        {" Uppfylls delvis", "Uppfylls delvis"},
        {"◆ Uppfylls delvis", "Uppfylls delvis"},
        {"Uppfylls inte", "Uppfylls inte"},
        {"Uppfylles helt", "Uppfylles helt"},
        {"— Inga data", "Inga data"},
        {"Inga data", "Inga data"},
        {"— Ingen", "Ingen"},
        {"■ Uppfylls inte", "Uppfylls inte"},
        {"**Uppfylls helt**", "Uppfylls helt"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_text(words_status(&arena, text_of(lines[i].line)), lines[i].want);
}

static void a_sentence_about_a_status_is_no_status(void **state)
{
    static const char *const lines[] = {"Målet uppfylls helt.", "Uppfylls helt.", "Uppfylls helt under året",
                                        "Ingen förändring",     "Beskrivning",    ""};
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_text(words_status(&arena, text_of(lines[i])), "");
}

/* ---- titles ---- */

static void a_title_gives_label_year_and_name(void **state)
{
    struct text label, name;
    int year = 0;
    (void)state;
    assert_true(words_title(TEXT("Verksamhetsberättelse VB 2024 för Parkenheten"), &label, &year, &name));
    assert_text(label, "VB");
    assert_int_equal(year, 2024);
    assert_text(name, "Parkenheten");
    assert_true(words_title(TEXT("# **Verksamhetsberättelse 2019 för Parkenheten**"), &label, &year, &name));
    assert_text(label, "");
    assert_int_equal(year, 2019);
    assert_text(name, "Parkenheten");
    assert_true(words_title(TEXT("Tertialrapport T2 2023 för Parkenheten"), &label, &year, &name));
    assert_text(label, "T2");
}

static void a_sentence_that_begins_like_a_title_is_none(void **state)
{
    struct text label, name;
    int year;
    (void)state;
    assert_false(words_title(TEXT("Verksamhetsberättelsen 2024 för Parkenheten"), &label, &year, &name));
    assert_false(words_title(TEXT("Verksamhetsberättelse VB 2024"), &label, &year, &name));
    assert_false(words_title(TEXT("Verksamhetsberättelse VB 24 för Parkenheten"), &label, &year, &name));
    assert_false(words_title(TEXT("Verksamhetsberättelse VB 2024 för Parkenheten\t3"), &label, &year, &name));
    assert_false(words_title(TEXT("Verksamhetsberättelse VB 2024 för "), &label, &year, &name));
    assert_false(words_title(TEXT("Vår verksamhetsberättelse VB 2024 för Parken"), &label, &year, &name));
}

static void the_board_is_told_from_its_units(void **state)
{
    (void)state;
    assert_true(words_is_board(TEXT("Bromma stadsdelsnämnd")));
    assert_true(words_is_board(TEXT("Bromma stadsdelsförvaltning")));
    assert_true(words_is_board(TEXT("Stadsdelsnämnden i Bromma")));
    assert_false(words_is_board(TEXT("Parkenheten")));
    assert_false(words_is_board(TEXT("Förskolan Stadsdelen")));
}

/* ---- beginnings ---- */

static void the_beginning_of_a_delegation_is_known_white_space_aside(void **state)
{
    (void)state;
    assert_true(words_starts_delegation(TEXT("Tas fram av")));
    assert_true(words_starts_delegation(TEXT("Tas fram av nämnd/s")));
    assert_true(words_starts_delegation(TEXT("Tas fr am av nämnd")));
    assert_true(words_starts_delegation(TEXT("tas fram av nämnd")));
    assert_false(words_starts_delegation(TEXT("Tas fram")));
    assert_false(words_starts_delegation(TEXT("Tas från början")));
    assert_false(words_starts_delegation(TEXT("")));
}

static void a_delegation_is_cut_when_only_its_beginning_is_there(void **state)
{
    (void)state;
    assert_true(words_cut_delegation(TEXT("Tas fram")));
    assert_true(words_cut_delegation(TEXT("Tas fram av")));
    assert_true(words_cut_delegation(TEXT("Tas fram av nämnd/s")));
    assert_false(words_cut_delegation(TEXT("Tas fram av nämnd/styrelse")));
    assert_false(words_cut_delegation(TEXT("Tas fram av VB")));
    assert_false(words_cut_delegation(TEXT("Tas")));
}

static void a_date_is_an_iso_date(void **state)
{
    (void)state;
    assert_true(words_is_date(TEXT("2023-12-31")));
    assert_false(words_is_date(TEXT("2023-12")));
    assert_false(words_is_date(TEXT("2023-02-30")));
    assert_false(words_is_date(TEXT("31-12-2023")));
    assert_false(words_is_date(TEXT("")));
}

static void a_beginning_is_compared_without_case_in_swedish_letters_too(void **state)
{
    (void)state;
    assert_true(words_starts_folded(TEXT("NÄMNDMÅL: x"), "Nämndmål:"));
    assert_true(words_starts_folded(TEXT("nämndmål: x"), "NÄMNDMÅL:"));
    assert_false(words_starts_folded(TEXT("Namndmål: x"), "Nämndmål:"));
    assert_false(words_starts_folded(TEXT("Nämnd"), "Nämndmål:"));
}

/* ---- what lies just beside what is known ---- */

static void signs_beside_the_pictures_are_letters_of_a_name(void **state)
{
    static const char *const icons[] = {"\u2190", "\u21ff", "\u2300", "\u23ff",     "\u25a0",     "\u27bf", "\u2b00",
                                        "\u2bff", "\ue000", "\uf8ff", "\U0001f000", "\U0001faff", "\ufe0f", "\u200d"};
    static const char *const letters[] = {"\u20ac",     "\u2200",     "\u22ff", "\u2400",   "\u259f",
                                          "\u27c0",     "\u2aff",     "\u2c00", "\uf900",   "\ufe10",
                                          "\U0001efff", "\U0001fb00", "\u200b", "\xe2\x97", "\xff"};
    (void)state;
    for (size_t i = 0; i < sizeof icons / sizeof *icons; i++)
        assert_int_equal(words_icon(text_of(icons[i])), strlen(icons[i]));
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        assert_int_equal(words_icon(text_of(letters[i])), 0);
}

static void a_tag_is_a_letter_behind_its_bracket_and_ends(void **state)
{
    char longest[200] = "<a";
    (void)state;
    assert_true(words_tagged(TEXT("<Z>")));
    assert_true(words_tagged(TEXT("</A>x")));
    assert_false(words_tagged(TEXT("<@x>")));
    assert_false(words_tagged(TEXT("<[x>")));
    assert_false(words_tagged(TEXT("<{x>")));
    assert_false(words_tagged(TEXT("</>")));
    assert_false(words_tagged(TEXT("<abc")));
    memset(longest + 2, ' ', 150);
    longest[152] = '>';
    assert_false(words_tagged(text_of(longest)));
    assert_name("Antal (> 5) <b>", "Antal (> 5)", true);
    assert_name("Antal 5 <6>", "Antal 5 <6>", false);
    assert_name("Antal -> fler>", "Antal -> fler>", false);
    assert_name("Stopp !", "Stopp !", false); /* an icon stands in front, not behind */
}

static void a_page_number_has_four_digits_at_most(void **state)
{
    (void)state;
    assert_true(words_is_contents(TEXT("Trygga gator\t1234")));
    assert_false(words_is_contents(TEXT("Trygga gator\t12345")));
    assert_false(words_is_contents(TEXT(" 12")));
    assert_true(words_is_contents(TEXT(".... 12")));
    assert_false(words_is_contents(TEXT("... 12")));
}

static void a_name_that_needs_another_word_hangs(void **state)
{
    static const char *const hanging[] = {"Andel barn,", "Andel ABC-",     "Andel barn/",
                                          "Andel (barn", "Andel barn och", "Andel barn mellan"};
    static const char *const whole[] = {"Andel barn", "Andel (barn)", "Andel barn) (", "Och", "Andel moch"};
    (void)state;
    for (size_t i = 0; i < sizeof hanging / sizeof *hanging; i++)
        assert_true(words_name_hangs(text_of(hanging[i])));
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        assert_false(words_name_hangs(text_of(whole[i])));
}

static void a_value_at_the_end_of_a_name_is_told_from_an_age_and_a_span(void **state)
{
    (void)state;
    assert_text(words_value_at_end(TEXT("Index 96 %")), "96 %");
    assert_text(words_value_at_end(TEXT("Index 12,5")), "12,5");
    assert_text(words_value_at_end(TEXT("Besök 40 st")), "40 st");
    assert_text(words_value_at_end(TEXT("Elever i åk 9")), "9");
    assert_text(words_value_at_end(TEXT("Sjukfrånvaro dag 1-14")), "");
    assert_text(words_value_at_end(TEXT("Brukare över 65 år")), "");
    assert_text(words_value_at_end(TEXT("Brukare 65+")), "");
    assert_text(words_value_at_end(TEXT("Andel i %")), "");
    assert_text(words_value_at_end(TEXT("2023")), "");
    assert_text(words_value_at_end(TEXT("")), "");
}

static void what_goes_on_begins_small_or_with_a_closing_sign(void **state)
{
    static const char *const on[] = {"a", "z", "å", "ö", ")", ", och"}, *const own[] = {"A", "Å", "Ö", "1",
                                                                                        "{", "(", "`"};
    (void)state;
    for (size_t i = 0; i < sizeof on / sizeof *on; i++)
        assert_true(words_begins_lower(text_of(on[i])));
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        assert_false(words_begins_lower(text_of(own[i])));
}

static void a_hyphen_is_glued_only_to_a_word_before_it(void **state)
{
    (void)state;
    assert_joined("-", "50-åringar", "- 50-åringar");
    assert_joined("Andel (a) b)", "c)", "Andel (a) b) c)");
}

static void a_title_has_a_year_of_this_calendar_and_a_name(void **state)
{
    char longest[LIMIT_TITLE_NAME + 100] = "Verksamhetsplan VP 2024 för ";
    struct text label, name;
    int year;
    (void)state;
    assert_true(words_title(TEXT("Verksamhetsplan VP 2024 för Parkenheten"), &label, &year, &name));
    assert_text(label, "VP");
    assert_true(words_title(TEXT("Tertialrapport T1 2199 för Parkenheten ●"), &label, &year, &name));
    assert_text(label, "T1");
    assert_text(name, "Parkenheten");
    assert_true(words_title(TEXT("Delårsrapport 1900 för P"), &label, &year, &name));
    assert_false(words_title(TEXT("Verksamhetsplan VP 1899 för Parkenheten"), &label, &year, &name));
    assert_false(words_title(TEXT("Verksamhetsplan VP 2200 för Parkenheten"), &label, &year, &name));
    assert_false(words_title(TEXT("Verksamhetsplan VP 2024 för **"), &label, &year, &name));
    assert_false(words_title(TEXT("Verksamhetsplan VP 2024 av Parkenheten"), &label, &year, &name));
    memset(longest + strlen(longest), 'x', LIMIT_TITLE_NAME + 1);
    assert_false(words_title(text_of(longest), &label, &year, &name));
    longest[strlen(longest) - 1] = '\0';
    assert_true(words_title(text_of(longest), &label, &year, &name));
}

static void the_board_goes_by_its_letters_too(void **state)
{
    (void)state;
    assert_true(words_is_board(TEXT("Bromma SDN")));
    assert_true(words_is_board(TEXT("Bromma SDF")));
    assert_false(words_is_board(TEXT("BrommaSDN")));
}

static void a_number_may_be_counted_in_pieces(void **state)
{
    (void)state;
    assert_true(words_is_number(TEXT("1 050 st")));
    assert_true(words_is_number(TEXT("-1,5 %")));
    assert_false(words_is_number(TEXT(" st")));
    assert_false(words_is_number(TEXT("")));
    assert_false(words_is_number(TEXT("5 kg")));
}

static void a_date_is_a_day_in_ten_signs(void **state)
{
    (void)state;
    assert_true(words_is_date(TEXT("2023-12-31")));
    assert_false(words_is_date(TEXT("2023-02-30")));
    assert_false(words_is_date(TEXT("2023-12")));
    assert_false(words_is_date(TEXT("kv. 1 2023"))); /* ten too, and a quarter if anything */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_status_icon_is_known_by_its_length),
        cmocka_unit_test(an_exclamation_mark_is_an_icon_only_when_it_stands_alone),
        cmocka_unit_test(a_cell_of_icons_dashes_and_markup_holds_no_data),
        cmocka_unit_test(a_name_loses_icons_blanks_and_the_dash_that_stands_for_an_icon),
        cmocka_unit_test(a_name_keeps_its_full_stop_its_quotes_and_its_own_dashes),
        cmocka_unit_test(a_name_loses_the_markup_around_it_and_says_so),
        cmocka_unit_test(a_less_than_sign_in_a_name_is_no_tag),
        cmocka_unit_test(white_space_inside_a_name_is_folded),
        cmocka_unit_test(the_halves_of_a_name_are_joined_by_one_blank),
        cmocka_unit_test(a_name_cut_after_a_hyphen_is_joined_without_a_blank),
        cmocka_unit_test(a_hyphen_that_stands_for_a_shared_ending_keeps_its_blank),
        cmocka_unit_test(a_bracket_closed_too_early_is_opened_again),
        cmocka_unit_test(analysis_is_known_with_and_without_markup),
        cmocka_unit_test(a_longer_word_that_begins_with_analysis_is_none),
        cmocka_unit_test(tags_are_known_and_comparisons_are_not),
        cmocka_unit_test(a_line_of_contents_ends_in_a_page_number_after_a_tab_or_dots),
        cmocka_unit_test(a_goal_heading_gives_its_level_and_loses_its_label),
        cmocka_unit_test(a_goal_heading_is_known_under_heading_marks_and_asterisks),
        cmocka_unit_test(a_sentence_about_a_goal_is_no_heading),
        cmocka_unit_test(a_status_line_loses_its_icon),
        cmocka_unit_test(a_sentence_about_a_status_is_no_status),
        cmocka_unit_test(a_title_gives_label_year_and_name),
        cmocka_unit_test(a_sentence_that_begins_like_a_title_is_none),
        cmocka_unit_test(the_board_is_told_from_its_units),
        cmocka_unit_test(the_beginning_of_a_delegation_is_known_white_space_aside),
        cmocka_unit_test(a_delegation_is_cut_when_only_its_beginning_is_there),
        cmocka_unit_test(a_date_is_an_iso_date),
        cmocka_unit_test(a_beginning_is_compared_without_case_in_swedish_letters_too),
        cmocka_unit_test(signs_beside_the_pictures_are_letters_of_a_name),
        cmocka_unit_test(a_tag_is_a_letter_behind_its_bracket_and_ends),
        cmocka_unit_test(a_page_number_has_four_digits_at_most),
        cmocka_unit_test(a_name_that_needs_another_word_hangs),
        cmocka_unit_test(a_value_at_the_end_of_a_name_is_told_from_an_age_and_a_span),
        cmocka_unit_test(what_goes_on_begins_small_or_with_a_closing_sign),
        cmocka_unit_test(a_hyphen_is_glued_only_to_a_word_before_it),
        cmocka_unit_test(a_title_has_a_year_of_this_calendar_and_a_name),
        cmocka_unit_test(the_board_goes_by_its_letters_too),
        cmocka_unit_test(a_number_may_be_counted_in_pieces),
        cmocka_unit_test(a_date_is_a_day_in_ten_signs),
    };
    return cmocka_run_group_tests_name("rapport_words", tests, NULL, give_back);
}
