/* Report texts of both layouts.  The first byte chooses the options: 1 a stadsdel, 2 a year, 4 and up the number of
 * enheter; the second the encoding; the third is skipped, so that the text can begin on a line of its own. */
#include "tests/fuzz/fuzz.h"

#define ENHETER 5

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct text enheter[ENHETER] = {{"Enheten för mätning", 20},
                                                 {"Familjeenheten", 14},
                                                 {"Enheten för stöd", 17},
                                                 {"Köket", 6},
                                                 {"Biblioteket", 11}};
    static const char *const encodings[] = {"", "utf-8", "utf-16le", "windows-1252"};
    struct text input = text_make((const char *)data, size);
    unsigned choice = fuzz_choice(&input, 4 * (ENHETER + 1));
    struct text encoding = text_of(encodings[fuzz_choice(&input, sizeof encodings / sizeof *encodings)]);
    fuzz_choice(&input, 1);
    struct decode_options options = {
        .name = "export.txt", .enheter = enheter, .enhet_count = choice / 4, .encoding = encoding};
    if (choice & 1) options.stadsdel = TEXT("Bromma");
    if (choice & 2) options.year = 2023;
    fuzz_decode(&connector_rapporttext, input, &options, FUZZ_PLACES_LINES);
    return 0;
}
