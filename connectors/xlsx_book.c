#include "connectors/xlsx_book.h"

#include <stdlib.h>

#include "connectors/xlsx_text.h"
#include "etl/base/limits.h"

/* ---- relations: how parts name each other (ECMA-376 part 2, 9.3) ---- */

struct relation {
    struct text id, type, target;
    struct relation *next;
};

struct relations {
    const char *name; /* of the export */
    struct arena *arena;
    struct relation *first;
    size_t count;
};

static int on_relation(void *context, int depth, const char *element, const char **attributes, struct error *err)
{
    struct relations *relations = context;
    if (depth != 2 || strcmp(element, "Relationship") != 0) return 0;
    if (text_is(xml_attribute(attributes, "TargetMode"), "External")) return 0;
    if (relations->count++ == LIMIT_ZIP_ENTRIES)
        return error_set(err, EXIT_REFUSED, "%s: has more than %d relations between parts", relations->name,
                         LIMIT_ZIP_ENTRIES);
    struct relation *r = arena_alloc(relations->arena, sizeof *r);
    if (!r) return error_memory(err);
    r->id = text_copy(relations->arena, xml_attribute(attributes, "Id"));
    r->type = text_copy(relations->arena, xml_attribute(attributes, "Type"));
    r->target = text_copy(relations->arena, xml_attribute(attributes, "Target"));
    if (text_failed(r->id) || text_failed(r->type) || text_failed(r->target)) return error_memory(err);
    r->next = relations->first;
    relations->first = r;
    return 0;
}

static int no_end(void *context, int depth, const char *element, struct error *err)
{
    (void)context;
    (void)depth;
    (void)element;
    (void)err;
    return 0;
}

static int no_text(void *context, int depth, struct text piece, struct error *err)
{
    (void)context;
    (void)depth;
    (void)piece;
    (void)err;
    return 0;
}

static const struct relation *relation_of_type(const struct relations *relations, const char *ending)
{
    for (const struct relation *r = relations->first; r; r = r->next)
        if (text_ends(r->type, ending)) return r;
    return NULL;
}

/* The part's name of TARGET as seen from a part in FOLDER ("xl/"): `worksheets/sheet1.xml`, `/xl/styles.xml`, `../a`. */
static struct text resolve(struct arena *arena, struct text folder, struct text target)
{
    struct text base = text_starts(target, "/") ? text_make(NULL, 0) : folder;
    if (text_starts(target, "/")) target = text_from(target, 1);
    while (text_starts(target, "./") || text_starts(target, "../")) {
        bool up = text_starts(target, "../");
        target = text_from(target, up ? 3 : 2);
        if (up && base.len) base.len--;
        while (up && base.len && base.ptr[base.len - 1] != '/')
            base.len--;
    }
    return text_join(arena, base, "", target);
}

static int refuse(const struct xlsx_book *book, const char *what, struct text part, struct error *err)
{
    return error_set(err, EXIT_REFUSED, "%s: %s \"%.*s\"", book->name, what, TEXT_ARGS(text_clip(part, LIMIT_SHOWN)));
}

/* The part called NAME, which must be there once. */
static int find_part(const struct xlsx_book *book, struct text name, int64_t *ret_part, struct error *err)
{
    if (text_failed(name)) return error_memory(err);
    int64_t part = name.len <= LIMIT_PART_NAME ? xlsx_part_find(book->parts, name) : -1;
    if (part == -1) return refuse(book, "is no whole workbook (xlsx): it has no part", name, err);
    if (part == -2) return refuse(book, "has twice the part", name, err);
    *ret_part = part;
    return 0;
}

static int read_relations(struct xlsx_book *book, struct text part, struct relations *ret, struct error *err)
{
    const struct xml_events events = {on_relation, no_end, no_text, ret};
    int64_t index;
    *ret = (struct relations){.name = book->name, .arena = &book->arena};
    return find_part(book, part, &index, err) || xlsx_part_parse(book->parts, index, &events, err) ? -1 : 0;
}

/* ---- the workbook's part ---- */

struct workbook {
    struct xlsx_book *book;
    const struct relations *relations;
    struct text folder;
    bool in_sheets;
};

static int add_sheet(struct workbook *w, const char **attributes, struct error *err)
{
    struct xlsx_book *book = w->book;
    struct text id = xml_attribute(attributes, "id"), state = xml_attribute(attributes, "state");
    struct xlsx_sheet sheet = {.part = -1, .hidden = text_is(state, "hidden") || text_is(state, "veryHidden")};
    const struct relation *r = w->relations->first;
    if (book->sheet_count == LIMIT_SHEETS)
        return error_set(err, EXIT_REFUSED, "%s: has more than %d sheets", book->name, LIMIT_SHEETS);
    sheet.name = text_fold_space(&book->arena, text_copy(&book->arena, xml_attribute(attributes, "name")));
    if (text_failed(sheet.name)) return error_memory(err);
    if (sheet.name.len == 0) sheet.name = TEXT("?"); /* an empty one would mean that there are no sheets */
    while (r && !text_equal(r->id, id))
        r = r->next;
    if (!r) return refuse(book, "has no part for the sheet", sheet.name, err);
    if (text_ends(r->type, "/worksheet") &&
        find_part(book, resolve(&book->arena, w->folder, r->target), &sheet.part, err))
        return -1;
    book->sheets[book->sheet_count++] = sheet;
    return 0;
}

static int on_workbook(void *context, int depth, const char *element, const char **attributes, struct error *err)
{
    struct workbook *w = context;
    if (depth == 1 && strcmp(element, "workbook") != 0)
        return error_set(err, EXIT_REFUSED, "%s: is an office document, but no workbook", w->book->name);
    if (depth == 2) w->in_sheets = !strcmp(element, "sheets");
    if (depth == 2 && !strcmp(element, "workbookPr"))
        w->book->date1904 = xml_is_true(xml_attribute(attributes, "date1904"));
    if (depth != 3 || !w->in_sheets || strcmp(element, "sheet") != 0) return 0;
    return add_sheet(w, attributes, err);
}

/* ---- shared strings ---- */

struct strings {
    struct xlsx_book *book;
    struct cell_text text;
    bool run;     /* in a piece of rich text; others may be how a name is pronounced */
    bool collect; /* in an element t */
    struct run_look look;
};

static int on_string_begin(void *context, int depth, const char *element, const char **attributes, struct error *err)
{
    struct strings *s = context;
    (void)err;
    if (depth == 2) s->text.len = 0;
    if (depth == 3) {
        s->run = !strcmp(element, "r");
        s->look = (struct run_look){.from = s->text.len};
    }
    if (depth == 5 && s->run) run_look_take(&s->look, element, attributes);
    s->collect = !strcmp(element, "t") && (depth == 3 || (depth == 4 && s->run));
    return 0;
}

static int string_added(const struct strings *s, int rc, struct error *err)
{
    if (rc < 0) return error_memory(err);
    if (rc > 0)
        return error_set(err, EXIT_REFUSED, "%s: shared string %zu is longer than %u bytes", s->book->name,
                         s->book->string_count, LIMIT_CELL);
    return 0;
}

static int on_string_text(void *context, int depth, struct text piece, struct error *err)
{
    struct strings *s = context;
    (void)depth;
    return s->collect ? string_added(s, cell_text_add(&s->text, piece), err) : 0;
}

static int keep_string(struct xlsx_book *book, struct text string, struct error *err)
{
    if (text_failed(string)) return error_memory(err);
    if (book->string_count == LIMIT_STRINGS || book->string_bytes > LIMIT_STRINGS_TEXT)
        return error_set(err, EXIT_REFUSED, "%s: has more shared strings than %d, or more than %zu bytes of them",
                         book->name, LIMIT_STRINGS, LIMIT_STRINGS_TEXT);
    if (book->string_count == book->string_capacity) {
        size_t capacity = 2 * book->string_capacity + 1024;
        struct text *strings = realloc(book->strings, capacity * sizeof *strings);
        if (!strings) return error_memory(err);
        book->strings = strings;
        book->string_capacity = capacity;
    }
    book->strings[book->string_count++] = string;
    return 0;
}

static int on_string_end(void *context, int depth, const char *element, struct error *err)
{
    struct strings *s = context;
    s->collect = false;
    if (depth == 3 && s->run) return string_added(s, run_look_end(&s->look, &s->text), err);
    if (depth != 2 || strcmp(element, "si") != 0) return 0;
    s->book->string_bytes += s->text.len;
    return keep_string(s->book, cell_text_take(&s->book->arena, &s->text), err);
}

static int read_strings(struct xlsx_book *book, struct text part, struct error *err)
{
    struct strings s = {.book = book};
    const struct xml_events events = {on_string_begin, on_string_end, on_string_text, &s};
    int64_t index;
    int rc = find_part(book, part, &index, err) || xlsx_part_parse(book->parts, index, &events, err) ? -1 : 0;
    cell_text_free(&s.text);
    return rc;
}

/* ---- number formats ---- */

struct own_format {
    uint64_t id;
    struct number_format format;
};

struct styles {
    struct xlsx_book *book;
    struct own_format *own;
    uint32_t *ids; /* format of each style of cells */
    size_t own_count, own_capacity, id_count, id_capacity;
    bool in_formats, in_cells;
};

static void *grown(void *array, size_t *capacity, size_t size)
{
    size_t more = 2 * *capacity + 64;
    void *larger = realloc(array, more * size);
    if (larger) *capacity = more;
    return larger;
}

static int add_format(struct styles *s, const char **attributes, struct error *err)
{
    uint64_t id;
    if (!xml_number(xml_attribute(attributes, "numFmtId"), UINT32_MAX, &id)) return 0;
    if (s->own_count == LIMIT_STYLES)
        return error_set(err, EXIT_REFUSED, "%s: has more than %d number formats", s->book->name, LIMIT_STYLES);
    if (s->own_count == s->own_capacity) {
        struct own_format *own = grown(s->own, &s->own_capacity, sizeof *own);
        if (!own) return error_memory(err);
        s->own = own;
    }
    s->own[s->own_count].id = id;
    number_format_parse(xml_attribute(attributes, "formatCode"), &s->own[s->own_count++].format);
    return 0;
}

static int add_style(struct styles *s, const char **attributes, struct error *err)
{
    struct text given = xml_attribute(attributes, "numFmtId");
    uint64_t id = 0;
    if (given.len && !xml_number(given, UINT32_MAX, &id)) id = UINT32_MAX; /* of no format that is known */
    if (s->id_count == LIMIT_STYLES)
        return error_set(err, EXIT_REFUSED, "%s: has more than %d cell formats", s->book->name, LIMIT_STYLES);
    if (s->id_count == s->id_capacity) {
        uint32_t *ids = grown(s->ids, &s->id_capacity, sizeof *ids);
        if (!ids) return error_memory(err);
        s->ids = ids;
    }
    s->ids[s->id_count++] = (uint32_t)id;
    return 0;
}

static int on_style(void *context, int depth, const char *element, const char **attributes, struct error *err)
{
    struct styles *s = context;
    if (depth == 2) {
        s->in_formats = !strcmp(element, "numFmts");
        s->in_cells = !strcmp(element, "cellXfs");
    }
    if (depth != 3) return 0;
    if (s->in_formats && !strcmp(element, "numFmt")) return add_format(s, attributes, err);
    return s->in_cells && !strcmp(element, "xf") ? add_style(s, attributes, err) : 0;
}

static int by_id(const void *a, const void *b)
{
    const struct own_format *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

/* ID's format in ARENA; two formats with one id leave it open which is meant. */
static const struct number_format *format_of(const struct styles *s, uint32_t id)
{
    struct own_format key = {.id = id};
    struct own_format *own = s->own_count ? bsearch(&key, s->own, s->own_count, sizeof key, by_id) : NULL;
    struct number_format *format = arena_alloc(&s->book->arena, sizeof *format);
    if (!format) return NULL;
    const char *code = number_format_builtin(id);
    if (own) {
        *format = own->format;
        bool twice = (own > s->own && own[-1].id == id) || (own + 1 < s->own + s->own_count && own[1].id == id);
        if (twice) format->kind = FORMAT_OTHER;
    } else if (code) {
        number_format_parse(text_of(code), format);
    } else {
        format->kind = FORMAT_OTHER;
    }
    return format;
}

static int settle_formats(const struct styles *s, struct error *err)
{
    struct xlsx_book *book = s->book;
    if (s->own_count) qsort(s->own, s->own_count, sizeof *s->own, by_id);
    book->formats = arena_array(&book->arena, s->id_count, sizeof *book->formats);
    if (!book->formats) return error_memory(err);
    for (size_t i = 0; i < s->id_count; i++) {
        bool again = i > 0 && s->ids[i] == s->ids[i - 1];
        book->formats[i] = again ? book->formats[i - 1] : format_of(s, s->ids[i]);
        if (!book->formats[i]) return error_memory(err);
    }
    book->format_count = s->id_count;
    return 0;
}

static int read_styles(struct xlsx_book *book, struct text part, struct error *err)
{
    struct styles s = {.book = book};
    const struct xml_events events = {on_style, no_end, no_text, &s};
    int64_t index;
    int rc = -1;
    if (find_part(book, part, &index, err) || xlsx_part_parse(book->parts, index, &events, err)) goto out;
    rc = settle_formats(&s, err);
out:
    free(s.own);
    free(s.ids);
    return rc;
}

const struct number_format *xlsx_book_format(const struct xlsx_book *book, uint64_t number)
{
    static const struct number_format general = {.kind = FORMAT_GENERAL}, unknown = {.kind = FORMAT_OTHER};
    if (number < book->format_count) return book->formats[number];
    return number == 0 ? &general : &unknown;
}

/* ---- all of it ---- */

/* `xl/workbook.xml` -> FOLDER `xl/`, RELATIONS `xl/_rels/workbook.xml.rels`. */
static int split_name(struct arena *arena, struct text part, struct text *ret_folder, struct text *ret_relations)
{
    size_t slash = part.len;
    while (slash > 0 && part.ptr[slash - 1] != '/')
        slash--;
    *ret_folder = text_part(part, 0, slash);
    struct text file = text_join(arena, text_from(part, slash), "", TEXT(".rels"));
    file = text_join(arena, TEXT("_rels/"), "", file);
    *ret_relations = text_join(arena, *ret_folder, "", file);
    return text_failed(*ret_relations) ? -1 : 0;
}

static int read_workbook(struct xlsx_book *book, struct text part, struct error *err)
{
    struct relations relations;
    struct workbook w = {.book = book, .relations = &relations};
    const struct xml_events events = {on_workbook, no_end, no_text, &w};
    struct text name;
    int64_t index = -1;
    if (text_ends(part, ".bin"))
        return error_set(err, EXIT_REFUSED, "%s: is a binary workbook (xlsb); save it as xlsx", book->name);
    if (split_name(&book->arena, part, &w.folder, &name)) return error_memory(err);
    book->sheets = arena_array(&book->arena, LIMIT_SHEETS, sizeof *book->sheets);
    if (!book->sheets) return error_memory(err);
    if (find_part(book, part, &index, err) || read_relations(book, name, &relations, err)) return -1;
    if (xlsx_part_parse(book->parts, index, &events, err)) return -1;
    const struct relation *strings = relation_of_type(&relations, "/sharedStrings");
    const struct relation *styles = relation_of_type(&relations, "/styles");
    if (strings && read_strings(book, resolve(&book->arena, w.folder, strings->target), err)) return -1;
    return styles ? read_styles(book, resolve(&book->arena, w.folder, styles->target), err) : 0;
}

int xlsx_book_read(const char *name, struct text bytes, struct xlsx_book *ret_book, struct error *err)
{
    struct relations relations;
    *ret_book = (struct xlsx_book){.name = name};
    if (xlsx_parts_open(name, bytes, &ret_book->parts, err)) return -1;
    if (xlsx_part_find(ret_book->parts, TEXT("_rels/.rels")) == -1)
        return error_set(err, EXIT_REFUSED, "%s: is a zip archive, but no workbook (xlsx)", name);
    if (read_relations(ret_book, TEXT("_rels/.rels"), &relations, err)) return -1;
    const struct relation *document = relation_of_type(&relations, "/officeDocument");
    if (!document) return error_set(err, EXIT_REFUSED, "%s: is a zip archive, but no workbook (xlsx)", name);
    return read_workbook(ret_book, resolve(&ret_book->arena, text_make(NULL, 0), document->target), err);
}

void xlsx_book_free(struct xlsx_book *book)
{
    xlsx_parts_close(book->parts);
    free(book->strings);
    arena_free(&book->arena);
}
