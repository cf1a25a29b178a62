/* The grammars of one cell: values, targets, periods, decimals.  Each input is tried as each of them. */
#include "tests/fuzz/fuzz.h"

#include "etl/base/limits.h"
#include "etl/base/period.h"
#include "etl/base/target.h"

static void check_number(bool has_number, struct decimal number)
{
    char printed[DECIMAL_PRINT_SIZE];
    unsigned char binary[DECIMAL_BINARY_SIZE];
    struct decimal again, sum;
    if (!has_number) return;
    FUZZ_CHECK(number.unscaled > -1000000000000000000 && number.unscaled < 1000000000000000000 && number.scale <= 18);
    FUZZ_CHECK(decimal_parse(text_of(decimal_print(number, printed)), &again) == 0);
    FUZZ_CHECK(again.unscaled == number.unscaled && again.scale == number.scale);
    FUZZ_CHECK(decimal_compare(number, again) == 0);
    FUZZ_CHECK(decimal_binary(number, binary) <= sizeof binary);
    if (decimal_add(number, number, &sum) == 0) FUZZ_CHECK(sum.unscaled == 2 * number.unscaled);
}

static void check_unit(struct text cell, struct text unit, struct text printed)
{
    FUZZ_CHECK(unit.len <= LIMIT_UNIT);
    FUZZ_CHECK(printed.len <= cell.len);
    if (fuzz_is_utf8(cell)) FUZZ_CHECK(fuzz_is_utf8(unit) && fuzz_is_utf8(printed));
}

static void try_value(struct text cell)
{
    struct arena arena = {0};
    struct value value = {0};
    enum value_fault fault = value_parse(&arena, cell, NULL, &value);
    FUZZ_CHECK(fault != VALUE_FAULT_MEMORY && value_fault_text(fault));
    if (value_looks_legal(cell)) FUZZ_CHECK(fault == VALUE_FAULT_NONE && value.status != VALUE_TEXT);
    if (fault == VALUE_FAULT_NONE) {
        FUZZ_CHECK((unsigned)value.status < VALUE_STATUS_COUNT);
        FUZZ_CHECK(value.has_number == (value.status == VALUE_REPORTED));
        if (value.flags & VALUE_BOUND) FUZZ_CHECK(value.status == VALUE_SUPPRESSED);
        if (text_blank(cell)) FUZZ_CHECK(value.status == VALUE_MISSING);
        check_number(value.has_number, value.number);
        check_unit(cell, value.unit, value.printed);
    }
    arena_free(&arena);
}

static void try_target(struct text cell)
{
    struct arena arena = {0};
    struct target target = {0};
    enum value_fault fault = target_parse(&arena, cell, &target);
    FUZZ_CHECK(fault != VALUE_FAULT_MEMORY);
    if (target_looks_legal(cell)) FUZZ_CHECK(fault == VALUE_FAULT_NONE && target.op != TARGET_TEXT);
    if (target_is_phrase(cell)) FUZZ_CHECK(target_looks_legal(cell));
    if (fault == VALUE_FAULT_NONE) {
        FUZZ_CHECK((unsigned)target.op < TARGET_OPERATOR_COUNT);
        FUZZ_CHECK(target.has_number == (target.op >= TARGET_VALUE && target.op <= TARGET_WITHIN));
        check_number(target.has_number, target.number);
        check_unit(cell, target.unit, target.printed);
    }
    arena_free(&arena);
}

static void try_period(struct text cell)
{
    struct period period, again;
    char first[11], last[11], name[PERIOD_NAME_SIZE];
    if (period_parse(cell, &period)) return;
    FUZZ_CHECK(period.year >= 1900 && period.year <= 2199);
    FUZZ_CHECK(period_from_id(period_id(period), &again) == 0);
    FUZZ_CHECK(again.kind == period.kind && again.year == period.year && again.ordinal == period.ordinal);
    period_days(period, first, last);
    FUZZ_CHECK(strlen(first) == 10 && strlen(last) == 10 && strcmp(first, last) <= 0);
    FUZZ_CHECK(strtol(last, NULL, 10) == period.year);
    FUZZ_CHECK(period_parse(text_of(period_name(period, name)), &again) == 0);
    FUZZ_CHECK(period_id(again) == period_id(period));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *bytes = fuzz_copy(text_make((const char *)data, size));
    struct text cell = text_make(bytes, size);
    struct decimal number;
    try_value(cell);
    try_target(cell);
    try_period(cell);
    if (decimal_parse(cell, &number) == 0) check_number(true, number);
    free(bytes);
    return 0;
}
