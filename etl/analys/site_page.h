/* Writing HTML: the frame that all pages share, and the pieces of tables.  Nothing reaches a page but through HTML(), whose
 * literals are the program's own and whose arguments are escaped. */
#ifndef STADSLAGER_SITE_PAGE_H
#define STADSLAGER_SITE_PAGE_H

#include "etl/analys/site_data.h"
#include "etl/analys/site_folder.h"

struct site {
    struct database *db;
    struct site_folder folder;
    struct site_data data;
    FILE *search; /* assets/sok.js, while pages are written */
    unsigned pages;
    const char *as_of; /* when the warehouse was last brought up to date */
};
struct page {
    FILE *out;
    const char *path, *root; /* "indikator/X.html" and the way back from there: "../" */
    unsigned tables;         /* for their ids */
};

/* TEMPLATE's {} are replaced by the arguments, escaped; aborts when their numbers differ: both are constants. */
void html_write(FILE *out, const char *template, const char *const *arguments);
#define HTML(page, template, ...) html_write((page)->out, (template), (const char *const[]){__VA_ARGS__, NULL})
#define RAW(page, literal)        fputs("" literal, (page)->out)

/* Begins a page and enters it in the search index as KIND (NULL: it is not entered). */
int page_open(struct site *site, const char *path, const char *title, const char *kind, struct page *ret_page,
              struct error *err) CHECK_RESULT;
int page_close(struct site *site, struct page *page, struct error *err) CHECK_RESULT;
/* Gives up after a failure. */
void page_discard(struct page *page);

/* A table in a frame that scrolls by itself, with its caption; ends with page_table_end.  ATTRIBUTES: of the table, a
 * literal. */
void page_table(struct page *page, const char *caption, const char *attributes);
void page_table_end(struct page *page);
/* The place of a chart of the table that comes next; KIND is "stapel", "linje" or "delar". */
void page_chart(struct page *page, const char *kind, const char *title);

/* A cell with the value of KON; with its unit where WITH_UNIT. */
void page_value(struct page *page, const struct site_line *line, enum site_kon kon, bool with_unit);
/* A cell with a number that was worked out here; empty when HAS is false. */
void page_number(struct page *page, bool has, struct decimal value);
/* A cell with a number of the database; empty when it is. */
void page_plain(struct page *page, const char *value);
/* A cell with the change to the year before, with its sign, and what it means ("bättre", …). */
void page_change(struct page *page, const char *change, const char *trend);
/* A cell with a count. */
void page_count(struct page *page, size_t count);
/* The head of a column of numbers. */
#define PAGE_HEAD(name) "<th scope=\"col\" class=\"tal\">" name "</th>"
/* A cell with a target as printed; its number goes to the chart. */
void page_target(struct page *page, const struct site_line *line, enum utfall_column printed, enum utfall_column number,
                 enum utfall_column unit);
void page_judgement(struct page *page, const char *judgement);
/* Four cells: the own target and its judgement, the council's and its judgement. */
void page_targets(struct page *page, const struct site_line *line);
/* Whether the sex's value is in another unit than the total: 91 % of 1 212 persons. */
bool page_has_own_unit(const struct site_line *line, enum site_kon kon);
/* Women's value less men's; false also where these are parts of one whole and say nothing of each other. */
bool page_gap(const struct site_line *line, struct decimal *ret_gap);
/* A less B, numbers of the database; false when one is none. */
bool page_difference(const char *a, const char *b, struct decimal *ret);

/* A code as a file's name: anything but A-Z a-z 0-9 _ - becomes _.  Codes of the registries hold nothing else. */
#define PAGE_NAME_SIZE 160
char *page_name(const char *folder, const char *code, const char *more, const char *ending,
                char buffer[static PAGE_NAME_SIZE]);

#endif
