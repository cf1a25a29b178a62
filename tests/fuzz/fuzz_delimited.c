/* Delimited text.  Three bytes choose the options: the separator, the encoding, the mapped columns; the fourth is
 * skipped. */
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char separators[] = {0, ';', ',', '\t', '|'};
    static const char *const encodings[] = {"", "utf-8", "utf-16le", "windows-1252"};
    static const struct column_alias aliases[] = {
        {{"datum", 5}, COLUMN_PERIOD},   {{"enhetskod", 9}, COLUMN_ENHET},         {{"mått", 5}, COLUMN_INDIKATOR},
        {{"värde", 6}, COLUMN_VARDE},    {{"måttkolumn", 11}, COLUMN_MATT_KOLUMN}, {{"namn", 4}, COLUMN_INDIKATOR},
        {{"resultat", 8}, COLUMN_UTFALL}};
    static const struct column_alias measures[] = {{{"U", 1}, COLUMN_UTFALL}, {{"M", 1}, COLUMN_UTFALL_MAN}};
    struct text input = text_make((const char *)data, size);
    struct decode_options options = {.name = "export.csv"};
    options.separator = separators[fuzz_choice(&input, sizeof separators)];
    options.encoding = text_of(encodings[fuzz_choice(&input, sizeof encodings / sizeof *encodings)]);
    unsigned choice = fuzz_choice(&input, 8);
    fuzz_choice(&input, 1);
    if (choice & 1) options.stadsdel = TEXT("Bromma");
    if (choice & 2) {
        options.aliases = aliases;
        options.alias_count = sizeof aliases / sizeof *aliases;
        options.measures = measures;
        options.measure_count = sizeof measures / sizeof *measures;
    }
    if (choice & 4) options.totals_label = TEXT("Hela staden");
    fuzz_decode(&connector_delimited, input, &options, FUZZ_PLACES_BYTES);
    return 0;
}
