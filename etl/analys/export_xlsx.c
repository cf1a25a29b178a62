/* A workbook (libxlsxwriter).  Its cells hold IEEE doubles, the only place of the program where a value meets one: a number
 * of at most 15 significant digits, which every double gives back as it was, is written as a number; a longer one as text. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "etl/analys/export.h"
#include "etl/base/decimal.h"

#define EXACT_BELOW INT64_C(1000000000000000) /* 10^15 */

struct book {
    char path[4096]; /* the library writes to a path; removed as soon as it is read */
    lxw_workbook *workbook;
    lxw_worksheet *sheet;
    lxw_row_t row;
};

static int library(lxw_error rc, struct error *err)
{
    return rc ? error_set(err, EXIT_INTERNAL, "could not write the workbook: %s", lxw_strerror(rc)) : 0;
}

static int make_path(struct book *book, struct error *err)
{
    const char *folder = getenv("TMPDIR");
    if (!folder || !*folder) folder = "/tmp";
    int n = snprintf(book->path, sizeof book->path, "%s/stadslager-XXXXXX", folder);
    int fd = n > 0 && (size_t)n < sizeof book->path ? mkstemp(book->path) : -1;
    if (fd >= 0) return close(fd);
    book->path[0] = '\0';
    return error_set(err, EXIT_INTERNAL, "could not make a temporary file in \"%s\": %s", folder, strerror(errno));
}

static int begin(struct export *x, struct error *err)
{
    struct book *book = x->state = arena_alloc(&x->arena, sizeof *book);
    if (!book) return error_memory(err);
    if (make_path(book, err)) return -1;
    lxw_workbook_options options = {.constant_memory = LXW_TRUE};
    book->workbook = workbook_new_opt(book->path, &options);
    book->sheet = book->workbook ? workbook_add_worksheet(book->workbook, "Utfall") : NULL;
    if (!book->sheet) return error_memory(err);
    lxw_doc_properties properties = {.title = "Utfall", .created = 1}; /* no clock: the same data, the same bytes */
    if (library(workbook_set_properties(book->workbook, &properties), err)) return -1;
    lxw_format *bold = workbook_add_format(book->workbook);
    if (!bold) return error_memory(err);
    format_set_bold(bold);
    for (size_t c = 0; c < TABLE_COLUMNS; c++) {
        lxw_error rc = worksheet_set_column(book->sheet, (lxw_col_t)c, (lxw_col_t)c, table_columns[c].width, NULL);
        if (!rc) rc = worksheet_write_string(book->sheet, 0, (lxw_col_t)c, table_columns[c].header, bold);
        if (library(rc, err)) return -1;
    }
    worksheet_freeze_panes(book->sheet, 1, 0);
    book->row = 1;
    return 0;
}

/* False when TEXT has more digits than a double is sure to keep.  Both operands of the division are exact, so its result is
 * the double nearest to the decimal. */
static bool is_exact(const char *text, double *ret)
{
    struct decimal d;
    if (decimal_parse(text_of(text), &d)) return false;
    if (d.unscaled <= -EXACT_BELOW || d.unscaled >= EXACT_BELOW) return false;
    double power = 1;
    for (int i = 0; i < d.scale; i++)
        power *= 10;
    *ret = (double)d.unscaled / power;
    return true;
}

static int row(struct export *x, const char *const cell[static UTFALL_COLUMNS], struct error *err)
{
    struct book *book = x->state;
    if (book->row >= LXW_ROW_MAX) {
        (void)error_set(err, EXIT_REFUSED, "a workbook holds %d rows, and there are more", LXW_ROW_MAX);
        return error_hint(err, "Choose fewer with --year, --period, --stadsdel or --indikator, or another format.");
    }
    for (size_t c = 0; c < TABLE_COLUMNS; c++) {
        double number;
        struct table_cell_out out = table_cell_of(cell, c);
        if (!*out.text) continue;
        lxw_error rc = out.is_number && is_exact(out.text, &number)
                           ? worksheet_write_number(book->sheet, book->row, (lxw_col_t)c, number, NULL)
                           : worksheet_write_string(book->sheet, book->row, (lxw_col_t)c, out.text, NULL);
        if (library(rc, err)) return -1;
    }
    book->row++;
    return 0;
}

static int copy_out(const char *path, FILE *out, struct error *err)
{
    char buffer[65536];
    size_t n;
    FILE *in = fopen(path, "rbe");
    if (!in) return error_set(err, EXIT_INTERNAL, "could not open \"%s\": %s", path, strerror(errno));
    while ((n = fread(buffer, 1, sizeof buffer, in)) > 0 && fwrite(buffer, 1, n, out) == n) {
    }
    bool failed = ferror(in);
    fclose(in);
    return failed ? error_set(err, EXIT_INTERNAL, "could not read \"%s\"", path) : 0;
}

static int end(struct export *x, struct error *err)
{
    struct book *book = x->state;
    lxw_workbook *workbook = book->workbook;
    lxw_error rc =
        book->row > 1 ? worksheet_autofilter(book->sheet, 0, 0, book->row - 1, TABLE_COLUMNS - 1) : LXW_NO_ERROR;
    lxw_error closed = workbook_close(workbook);
    book->workbook = NULL; /* closing frees it, failed or not */
    if (library(rc ? rc : closed, err)) return -1;
    return copy_out(book->path, x->out, err);
}

static void free_book(struct export *x)
{
    struct book *book = x->state;
    if (!book) return;
    if (book->workbook) (void)workbook_close(book->workbook);
    if (*book->path) unlink(book->path);
}

const struct export_format export_xlsx = {"xlsx", "a workbook", begin, row, end, free_book};
