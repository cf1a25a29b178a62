#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <unistr.h>

#include "etl/base/encoding.h"

#define OUT_SIZE       4096
#define BYTES(literal) (const unsigned char *)(literal), sizeof(literal) - 1

static struct encoding_step decode(enum encoding encoding, const unsigned char *in, size_t size, char out[OUT_SIZE])
{
    assert_true(size * ENCODING_GROWTH < OUT_SIZE);
    struct encoding_step step = encoding_decode(encoding, in, size, out);
    assert_true(step.used <= size && step.written <= ENCODING_GROWTH * step.used);
    out[step.written] = '\0';
    return step;
}

static void expect(enum encoding encoding, const unsigned char *in, size_t size, const char *text)
{
    char out[OUT_SIZE];
    struct encoding_step step = decode(encoding, in, size, out);
    assert_string_equal(out, text);
    assert_int_equal(step.fault, ENCODING_FINE);
    assert_int_equal(step.used, size);
    assert_int_equal(encoding_source_length(encoding, text_make(out, step.written)), size);
}

static void expect_fault(enum encoding encoding, const unsigned char *in, size_t size, enum encoding_fault fault,
                         size_t at)
{
    char out[OUT_SIZE];
    struct encoding_step step = decode(encoding, in, size, out);
    assert_int_equal(step.fault, fault);
    assert_int_equal(step.used, at);
}

static void utf8_passes_as_it_is(void **state)
{
    (void)state;
    expect(ENCODING_UTF8, BYTES("åäö\t\r\n–€\xf0\x9f\x98\x80 a long enough run of plain letters"),
           "åäö\t\r\n–€\xf0\x9f\x98\x80 a long enough run of plain letters");
    expect(ENCODING_UTF8, BYTES(""), "");
    expect(ENCODING_UTF8, BYTES("\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf"),
           "\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf");
}

static void overlong_forms_surrogates_and_strays_are_not_utf8(void **state)
{
    (void)state;
    expect_fault(ENCODING_UTF8, BYTES("ab\xc0\x80"), ENCODING_INVALID, 2);
    expect_fault(ENCODING_UTF8, BYTES("\xc1\xbf"), ENCODING_INVALID, 0);
    expect_fault(ENCODING_UTF8, BYTES("\xe0\x9f\xbf"), ENCODING_INVALID, 0);
    expect_fault(ENCODING_UTF8, BYTES("\xf0\x8f\xbf\xbf"), ENCODING_INVALID, 0);
    expect_fault(ENCODING_UTF8, BYTES("\xed\xa0\x80"), ENCODING_INVALID, 0);
    expect_fault(ENCODING_UTF8, BYTES("\xf4\x90\x80\x80"), ENCODING_INVALID, 0);
    expect_fault(ENCODING_UTF8, BYTES("\xf5\x80\x80\x80"), ENCODING_INVALID, 0);
    expect_fault(ENCODING_UTF8, BYTES("å\x80"), ENCODING_INVALID, 2);
    expect_fault(ENCODING_UTF8, BYTES("\xe5r"), ENCODING_INVALID, 0);
}

/* The same verdict as libunistring's, on every sequence of lead and second byte and on random tails. */
static void the_verdict_on_utf8_is_that_of_a_reference(void **state)
{
    (void)state;
    uint32_t seed = 1;
    for (unsigned lead = 0x80; lead < 0x100; lead++)
        for (unsigned second = 0; second < 0x100; second++) {
            seed = seed * 1664525 + 1013904223;
            unsigned char in[4] = {(unsigned char)lead, (unsigned char)second,
                                   (unsigned char)(0x80 | (seed >> 24 & 0x5f)),
                                   (unsigned char)(0x80 | (seed >> 16 & 0x7f))};
            bool cut;
            for (size_t size = 1; size <= 4; size++) {
                int reference = u8_mblen(in, size);
                size_t length = encoding_utf8_length(in, size, &cut);
                assert_int_equal(length, reference > 0 ? reference : 0);
            }
        }
}

static void a_character_cut_at_the_end_of_a_piece_waits_for_the_next(void **state)
{
    (void)state;
    expect_fault(ENCODING_UTF8, BYTES("ab\xc3"), ENCODING_CUT, 2);
    expect_fault(ENCODING_UTF8, BYTES("ab\xe2\x80"), ENCODING_CUT, 2);
    expect_fault(ENCODING_UTF8, BYTES("ab\xf0\x9f\x98"), ENCODING_CUT, 2);
    expect_fault(ENCODING_UTF16LE, BYTES("a\0b"), ENCODING_CUT, 2);
    expect_fault(ENCODING_UTF16LE, BYTES("a\0\x3d\xd8"), ENCODING_CUT, 2);
}

static void control_characters_are_faults_in_every_encoding(void **state)
{
    (void)state;
    for (unsigned c = 0; c < 0x80; c++) {
        unsigned char in[20] = "abcdefghijklmnopqrs", wide[] = {'a', 0, (unsigned char)c, 0};
        bool allowed = c >= 0x20 ? c != 0x7f : c == '\t' || c == '\n' || c == '\r';
        enum encoding_fault fault = allowed ? ENCODING_FINE : ENCODING_CONTROL;
        in[11] = (unsigned char)c;
        expect_fault(ENCODING_UTF8, in, 19, fault, allowed ? 19 : 11);
        expect_fault(ENCODING_WINDOWS1252, in, 19, fault, allowed ? 19 : 11);
        expect_fault(ENCODING_UTF16LE, wide, 4, fault, allowed ? 4 : 2);
        assert_int_equal(encoding_ascii_run(in, 19), allowed ? 19 : 11);
    }
    expect_fault(ENCODING_UTF8, BYTES("ab\xc2\x85"), ENCODING_CONTROL, 2);
    expect_fault(ENCODING_UTF16LE, BYTES("a\0\x85\0"), ENCODING_CONTROL, 2);
}

static void windows_1252_is_not_latin_1(void **state)
{
    (void)state;
    expect(ENCODING_WINDOWS1252,
           BYTES("H\xe4sselby \x96 \x80 5\xa0"
                 "000 \x94 \xff"),
           "Hässelby – € 5\u00a0000 ” ÿ");
    expect(ENCODING_WINDOWS1252, BYTES("\x8a\x8c\x8e\x9a\x9c\x9e\x9f\x83\x88\x98\x99\x89"), "ŠŒŽšœžŸƒˆ˜™‰");
}

static void the_five_undefined_bytes_of_windows_1252_are_faults(void **state)
{
    (void)state;
    const unsigned char undefined[] = {0x81, 0x8d, 0x8f, 0x90, 0x9d};
    for (size_t i = 0; i < sizeof undefined; i++) {
        const unsigned char in[] = {'a', 0xe5, undefined[i], 'b'};
        expect_fault(ENCODING_WINDOWS1252, in, sizeof in, ENCODING_INVALID, 2);
    }
    size_t defined = 0;
    for (unsigned c = 0x80; c < 0x100; c++) {
        const unsigned char in = (unsigned char)c;
        char out[OUT_SIZE];
        defined += decode(ENCODING_WINDOWS1252, &in, 1, out).used;
    }
    assert_int_equal(defined, 128 - 5);
}

static void utf16_is_decoded_with_its_pairs(void **state)
{
    (void)state;
    expect(ENCODING_UTF16LE, BYTES("\xc5\0r\0\x13\x20\x3d\xd8\x00\xde\xac\x20"), "År–\xf0\x9f\x98\x80€");
    expect_fault(ENCODING_UTF16LE, BYTES("a\0\x00\xde"), ENCODING_INVALID, 2);
    expect_fault(ENCODING_UTF16LE,
                 BYTES("a\0\x3d\xd8"
                       "b\0"),
                 ENCODING_INVALID, 2);
}

static void a_byte_order_mark_says_the_encoding(void **state)
{
    (void)state;
    size_t length;
    assert_int_equal(encoding_from_mark(BYTES("\xef\xbb\xbfx"), &length), ENCODING_UTF8);
    assert_int_equal(length, 3);
    assert_int_equal(encoding_from_mark(BYTES("\xff\xfex"), &length), ENCODING_UTF16LE);
    assert_int_equal(length, 2);
    assert_int_equal(encoding_from_mark(BYTES("\xfe\xffx"), &length), ENCODING_UNKNOWN);
    assert_int_equal(length, 2);
    assert_int_equal(encoding_from_mark(BYTES("abc"), &length), ENCODING_UNKNOWN);
    assert_int_equal(length, 0);
    assert_int_equal(encoding_from_mark(BYTES("\xef\xbb"), &length), ENCODING_UNKNOWN);
}

static void utf16_without_a_mark_is_recognised_by_its_nuls(void **state)
{
    (void)state;
    assert_true(encoding_looks_utf16le(BYTES("P\0e\0r\0i\0o\0d\0\xe5\0\x13\x20")));
    assert_false(encoding_looks_utf16le(BYTES("Period;Indikator")));
    assert_false(encoding_looks_utf16le(BYTES("\0P\0e\0r\0i")));
    assert_false(encoding_looks_utf16le(BYTES("P\0e\0\0\0r\0")));
    assert_false(encoding_looks_utf16le(BYTES("P\0")));
}

static void utf8_read_as_windows_1252_is_recognised(void **state)
{
    (void)state;
    assert_int_equal(encoding_find_mojibake(BYTES("abc å")), 4);
    assert_int_equal(encoding_find_mojibake(BYTES("a – b")), 2);
    assert_int_equal(encoding_find_mojibake(BYTES("a\u00a0b")), 1);
    assert_int_equal(encoding_find_mojibake(BYTES("\xc3rlig \xe5r H\xd6G")), 12);
    assert_int_equal(encoding_find_mojibake(BYTES("")), 0);
}

static void names_of_encodings_are_read_in_any_case(void **state)
{
    (void)state;
    enum encoding encoding = ENCODING_UTF8;
    assert_true(encoding_from_name(TEXT("Windows-1252"), &encoding));
    assert_int_equal(encoding, ENCODING_WINDOWS1252);
    assert_true(encoding_from_name(TEXT("utf-8"), &encoding));
    assert_int_equal(encoding, ENCODING_UTF8);
    assert_true(encoding_from_name(TEXT("UTF-16le"), &encoding));
    assert_int_equal(encoding, ENCODING_UTF16LE);
    assert_true(encoding_from_name(TEXT(""), &encoding));
    assert_int_equal(encoding, ENCODING_UNKNOWN);
    assert_false(encoding_from_name(TEXT("latin-1"), &encoding));
    assert_false(encoding_from_name(TEXT("unknown"), &encoding));
}

static void lengths_in_the_source_are_told_from_the_decoded_text(void **state)
{
    (void)state;
    struct text text = TEXT("Hässelby – Vällingby \xf0\x9f\x98\x80 å"); /* 25 characters, one of them a pair */
    assert_int_equal(encoding_source_length(ENCODING_UTF8, text), text.len);
    assert_int_equal(encoding_source_length(ENCODING_WINDOWS1252, text), 24);
    assert_int_equal(encoding_source_length(ENCODING_UTF16LE, text), 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_passes_as_it_is),
        cmocka_unit_test(overlong_forms_surrogates_and_strays_are_not_utf8),
        cmocka_unit_test(the_verdict_on_utf8_is_that_of_a_reference),
        cmocka_unit_test(a_character_cut_at_the_end_of_a_piece_waits_for_the_next),
        cmocka_unit_test(control_characters_are_faults_in_every_encoding),
        cmocka_unit_test(windows_1252_is_not_latin_1),
        cmocka_unit_test(the_five_undefined_bytes_of_windows_1252_are_faults),
        cmocka_unit_test(utf16_is_decoded_with_its_pairs),
        cmocka_unit_test(a_byte_order_mark_says_the_encoding),
        cmocka_unit_test(utf16_without_a_mark_is_recognised_by_its_nuls),
        cmocka_unit_test(utf8_read_as_windows_1252_is_recognised),
        cmocka_unit_test(names_of_encodings_are_read_in_any_case),
        cmocka_unit_test(lengths_in_the_source_are_told_from_the_decoded_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
