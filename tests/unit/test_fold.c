#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "etl/base/fold.h"

static struct arena arena;

static int free_arena(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void assert_key(const char *name, const char *key)
{
    struct text found = fold_key(&arena, text_of(name));
    assert_false(text_failed(found));
    if (!text_is(found, key)) fail_msg("\"%s\" has the key \"%.*s\"", name, TEXT_ARGS(found));
}

static void case_and_white_space_do_not_matter(void **state)
{
    (void)state;
    assert_key("Andel  barn\u00a0i \u202fkö ", "andelbarnikö");
    assert_key("ÅRSMÅL", "årsmål");
    assert_key("ABC- utbildning", "abc-utbildning");
    assert_key("", "");
    assert_key(" \u200b\ufeff", "");
}

static void brackets_quotes_and_emphasis_are_left_out(void **state)
{
    (void)state;
    assert_key("insats (stöd [och] service)", "insatsstödochservice");
    assert_key("\"trygg\" \u201dsäker\u201d \u2019ren\u2019 \u00abvälskött\u00bb", "tryggsäkerrenvälskött");
    assert_key("**Nämndmål** _kursiv_", "nämndmålkursiv");
    assert_key("## Rubrik", "rubrik");
}

static void a_full_stop_is_left_out_at_the_end_only(void **state)
{
    (void)state;
    assert_key("Antal insatser.", "antalinsatser");
    assert_key("Antal insatser. ", "antalinsatser");
    assert_key("barn/avd. per år", "barn/avd.perår");
    assert_key("m.m.\u2026", "m.m");
}

static void status_icons_are_left_out(void **state)
{
    static const char *const icons[] = {"\u25cf", "\u25c6", "\u25a0", "\u2713", "\u2714",
                                        "\u25b6", "!",      "\u2640", "\u2014"};
    char name[16];
    (void)state;
    for (size_t i = 0; i < sizeof icons / sizeof *icons; i++) {
        size_t n = strlen(icons[i]);
        memcpy(name, icons[i], n);
        memcpy(name + n, " mål", sizeof " mål");
        assert_key(name, "mål");
    }
    assert_key("Antal barn \u2640", "antalbarn");
}

static void all_dashes_are_one(void **state)
{
    (void)state;
    assert_key("dag 1-14", "dag1-14");
    assert_key("dag 1\u201314", "dag1-14");
    assert_key("dag 1\u201414", "dag1-14");
    assert_key("dag 1\u221214", "dag1-14");
    assert_key("dag 1\u201114", "dag1-14");
}

static void tags_are_left_out_and_a_smaller_sign_is_not_a_tag(void **state)
{
    (void)state;
    assert_key("<p>Andel <b>barn</b></p>", "andelbarn");
    assert_key("<table border=\"1\">x</table>", "x");
    assert_key("barn < 5 år", "barn<5år");
    assert_key("a <b c", "a<bc");
    assert_key("a <b <i>c", "a<bc");
}

static void compatibility_forms_and_decomposed_letters_are_one(void **state)
{
    (void)state;
    assert_key("A\u030atga\u0308rd", "åtgärd");
    assert_key("m\u00b2", "m2");
    assert_key("e\ufb00ekt \uff21", "effekta");
    assert_key("\u212bngström", "ångström");
    assert_key("50\u00a0000\u2007m\u00b3", "50000m3");
    assert_key("re\u00adgion", "region"); /* soft hyphen */
}

static void letters_of_other_scripts_become_the_latin_ones_they_look_like(void **state)
{
    (void)state;
    assert_key("\u0410ndel b\u0430rn", "andelbarn");
    assert_key("gru\u0440\u0440er", "grupper");
    assert_key("\u0391ntal t\u03bfm", "antaltom");
    assert_key("\u04d3ldre", "äldre");
    assert_key("\u0430\u0308ldre", "äldre");
}

static void a_syllable_of_another_script_is_read_by_its_sound(void **state)
{
    (void)state;
    assert_key("äldreкураторer", "äldrekuratorer");
    assert_key("äldreкурatorer", "äldrekuratorer");
    assert_key("Äldreкуратор", "äldrekurator");
    assert_key("ÄLDREКУРАТОР", "äldrekurator");
}

static void a_lookalike_is_noticed(void **state)
{
    (void)state;
    assert_true(fold_has_lookalike(TEXT("äldreкураторer")));
    assert_true(fold_has_lookalike(TEXT("\u0391ntal")));
    assert_false(fold_has_lookalike(TEXT("äldrekuratorer \u2013 åéü \u25cf \u00b5g")));
    assert_false(fold_has_lookalike(TEXT("")));
    assert_false(fold_has_lookalike(TEXT("\xd0")));
}

static void a_key_is_its_own_key(void **state)
{
    static const char *const names[] = {"äldreкураторer (stöd).", "<p>A\u030a \u2014 M\u00b2</p>",
                                        "## **Mål: 1.2.** \u2713", "\ufdfa \u0130 \u023a", "- - x"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct text key = fold_key(&arena, text_of(names[i])), again = fold_key(&arena, key);
        assert_true(text_equal(key, again));
    }
}

static void bytes_that_are_not_utf8_have_no_key(void **state)
{
    (void)state;
    assert_true(text_failed(fold_key(&arena, TEXT("k\xf6"))));
    assert_true(text_failed(fold_key(&arena, TEXT("k\xc3"))));
    assert_true(text_failed(fold_nfc(&arena, TEXT("k\xc3"))));
    assert_false(fold_is_storable(TEXT("k\xc3")));
    assert_false(fold_is_storable(text_make("a\0b", 3)));
    assert_true(fold_is_storable(TEXT("kö")));
    assert_true(fold_is_storable(text_make(NULL, 0)));
}

static void memory_that_runs_out_is_told(void **state)
{
    struct arena full = {.limit = 1};
    (void)state;
    assert_true(text_failed(fold_key(&full, TEXT("Andel barn"))));
    assert_true(text_failed(fold_nfc(&full, TEXT("a\u030a"))));
    arena_free(&full);
}

static void nfc_leaves_what_is_composed_where_it_is(void **state)
{
    struct text composed = TEXT("Årsmål \u2013 Äldreкурator"), part;
    (void)state;
    assert_ptr_equal(fold_nfc(&arena, composed).ptr, composed.ptr);
    part = fold_nfc(&arena, TEXT("A\u030arsma\u030al"));
    assert_true(text_is(part, "Årsmål"));
    assert_int_equal(fold_nfc(&arena, text_make(NULL, 0)).len, 0);
}

static void a_short_text_is_lowered_and_composed_in_a_buffer(void **state)
{
    char buffer[FOLD_SHORT_SIZE], wide[FOLD_SHORT_SIZE + 1];
    (void)state;
    assert_true(text_is(fold_short(TEXT(" Tas  fram\tAV NA\u0308MND "), FOLD_BLANKS_OUT, buffer), "tasframavnämnd"));
    assert_true(text_is(fold_short(TEXT(" VB \u00a0 2022"), FOLD_BLANKS_ONE, buffer), "vb 2022"));
    assert_int_equal(fold_short(TEXT("  "), FOLD_BLANKS_ONE, buffer).len, 0);
    assert_int_equal(fold_short(TEXT("a\xff"), FOLD_BLANKS_ONE, buffer).len, 0);
    assert_int_equal(fold_short(text_make("a\0", 2), FOLD_BLANKS_ONE, buffer).len, 0);
    memset(wide, 'x', sizeof wide);
    assert_int_equal(fold_short(text_make(wide, sizeof wide), FOLD_BLANKS_ONE, buffer).len, 0);
    for (size_t i = 0; i + 2 <= sizeof wide; i += 2) /* U+0344 grows under NFC */
        memcpy(wide + i, "\xcd\x84", 2);
    assert_int_equal(fold_short(text_make(wide, 120), FOLD_BLANKS_ONE, buffer).len, 0);
}

static void a_character_of_ascii_is_kept_in_lower_case_or_left_out(void **state)
{
    (void)state;
    for (int c = 1; c < 0x80; c++) {
        char name[] = {'x', (char)c, 'y', '\0'}, key[] = {'x', (char)c, 'y', '\0'};
        if (c <= ' ' || c == 0x7f || strchr("()[]{}\"'`*_!", c))
            memcpy(key, "xy", 3);
        else if (c >= 'A' && c <= 'Z')
            key[1] = (char)(c - 'A' + 'a');
        assert_key(name, key);
    }
    assert_key("-#- x", "x");
    assert_key("x-#", "x-#");
}

static void a_text_may_compose_from_the_first_byte_that_can_wherever_it_stands(void **state)
{
    (void)state;
    char bytes[20];
    for (size_t len = 1; len <= sizeof bytes; len++)
        for (size_t at = 0; at < len; at++)
            for (unsigned b = 0; b < 0x100; b++) {
                memset(bytes, at % 2 ? 0xcb : 'a', sizeof bytes);
                bytes[at] = (char)b;
                assert_int_equal(fold_may_compose(text_make(bytes, len)), b >= 0xcc);
            }
    assert_false(fold_may_compose((struct text){0}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(case_and_white_space_do_not_matter),
        cmocka_unit_test(brackets_quotes_and_emphasis_are_left_out),
        cmocka_unit_test(a_full_stop_is_left_out_at_the_end_only),
        cmocka_unit_test(status_icons_are_left_out),
        cmocka_unit_test(all_dashes_are_one),
        cmocka_unit_test(tags_are_left_out_and_a_smaller_sign_is_not_a_tag),
        cmocka_unit_test(compatibility_forms_and_decomposed_letters_are_one),
        cmocka_unit_test(letters_of_other_scripts_become_the_latin_ones_they_look_like),
        cmocka_unit_test(a_syllable_of_another_script_is_read_by_its_sound),
        cmocka_unit_test(a_lookalike_is_noticed),
        cmocka_unit_test(a_key_is_its_own_key),
        cmocka_unit_test(bytes_that_are_not_utf8_have_no_key),
        cmocka_unit_test(memory_that_runs_out_is_told),
        cmocka_unit_test(nfc_leaves_what_is_composed_where_it_is),
        cmocka_unit_test(a_short_text_is_lowered_and_composed_in_a_buffer),
        cmocka_unit_test(a_character_of_ascii_is_kept_in_lower_case_or_left_out),
        cmocka_unit_test(a_text_may_compose_from_the_first_byte_that_can_wherever_it_stands),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
