/* Workbooks.  The first byte chooses what the rest is: 0 the file as it is; 1 the XML of the parts, each ended by a byte
 * 0x1E, in the order workbook, relations, styles, shared strings, sheets: packed into an archive here, since a mutation
 * never makes a valid checksum; 2 the same with the usual relations and without the part for them. */
#include <zip.h>

#include "tests/fuzz/fuzz.h"

#define PARTS 12

static const char usual_relations[] =
    "<Relationships>"
    "<Relationship Id=\"rId1\" Type=\"http://x/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
    "<Relationship Id=\"rId2\" Type=\"http://x/relationships/worksheet\" Target=\"worksheets/sheet2.xml\"/>"
    "<Relationship Id=\"rId3\" Type=\"http://x/relationships/worksheet\" Target=\"worksheets/sheet3.xml\"/>"
    "<Relationship Id=\"rId8\" Type=\"http://x/relationships/styles\" Target=\"styles.xml\"/>"
    "<Relationship Id=\"rId9\" Type=\"http://x/relationships/sharedStrings\" Target=\"sharedStrings.xml\"/>"
    "</Relationships>";
static const char root_relations[] =
    "<Relationships><Relationship Id=\"rId1\" "
    "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" "
    "Target=\"xl/workbook.xml\"/></Relationships>";

static void add_part(zip_t *zip, const char *name, struct text bytes)
{
    zip_source_t *source = zip_source_buffer(zip, bytes.ptr, bytes.len, 0);
    FUZZ_CHECK(source);
    zip_int64_t index = zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8);
    FUZZ_CHECK(index >= 0);
    FUZZ_CHECK(zip_set_file_compression(zip, (zip_uint64_t)index, ZIP_CM_STORE, 0) == 0);
}

/* The bytes of an archive of PARTS; the caller frees them. */
static struct text pack(struct text parts, bool with_relations)
{
    static const char *const names[] = {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
                                        "xl/sharedStrings.xml"};
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *archive = zip_source_buffer_create(NULL, 0, 0, &error);
    FUZZ_CHECK(archive);
    zip_source_keep(archive);
    zip_t *zip = zip_open_from_source(archive, ZIP_TRUNCATE, &error);
    FUZZ_CHECK(zip);
    add_part(zip, "[Content_Types].xml", TEXT("<Types/>"));
    add_part(zip, "_rels/.rels", TEXT(root_relations));
    if (!with_relations) add_part(zip, names[1], TEXT(usual_relations));
    for (unsigned i = 0, sheet = 1; i < PARTS && parts.len; i++) {
        char name[64];
        if (i == 1 && !with_relations) continue;
        if (i < sizeof names / sizeof *names)
            snprintf(name, sizeof name, "%s", names[i]);
        else
            snprintf(name, sizeof name, "xl/worksheets/sheet%u.xml", sheet++);
        add_part(zip, name, fuzz_segment(&parts));
    }
    FUZZ_CHECK(zip_close(zip) == 0);
    FUZZ_CHECK(zip_source_open(archive) == 0);
    zip_stat_t stat;
    FUZZ_CHECK(zip_source_stat(archive, &stat) == 0);
    char *bytes = malloc((size_t)stat.size + 1);
    FUZZ_CHECK(bytes);
    FUZZ_CHECK(zip_source_read(archive, bytes, stat.size) == (zip_int64_t)stat.size);
    zip_source_close(archive);
    zip_source_free(archive);
    return text_make(bytes, (size_t)stat.size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text input = text_make((const char *)data, size);
    const struct decode_options options = {.name = "export.xlsx", .stadsdel = TEXT("Bromma")};
    unsigned choice = fuzz_choice(&input, 3);
    if (choice == 0) {
        fuzz_decode(&connector_xlsx, input, &options, FUZZ_PLACES_SHEET);
        return 0;
    }
    struct text packed = pack(input, choice == 1);
    fuzz_decode(&connector_xlsx, packed, &options, FUZZ_PLACES_SHEET);
    free((void *)(uintptr_t)packed.ptr);
    return 0;
}
