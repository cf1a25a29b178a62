/* Economy tables: what a column's words say of its amounts, and whether the signs of a table follow the one convention of
 * fact_ekonomi: costs positive, income negative, netto = kostnad + intakt, avvikelse = budget - utfall.  Pure. */
#ifndef STADSLAGER_EKONOMI_H
#define STADSLAGER_EKONOMI_H

#include "etl/facts.h"

struct ekonomi_label {
    enum storhet storhet;
    enum post post; /* POST_EJ_ANGIVEN: the words do not say */
    enum overforing overforing;
    int year; /* 0: the words name none */
};

/* Reads the label of a column ("Justerad budget 2022 / Kostnader").  False when a word of it is not one of those that are
 * understood, or two of them contradict each other: "Avvikelse mellan prognos T2 och bokslut" is no deviation from budget. */
bool ekonomi_column(struct text label, struct ekonomi_label *ret_label);
/* What the label of a row says: "Kostnader (+)", "Hyresintäkter", "Anslag (netto)". */
enum post ekonomi_row_post(struct text label);
/* "mnkr", "tkr", "kr" or "mdkr" for a unit of money as printed; NULL when it is none. */
const char *ekonomi_money(struct text unit);
/* The one unit of money that the words of TITLE name ("Driftbudget (tkr)"); NULL when there is none, or two. */
const char *ekonomi_title_money(struct text title);
/* The one year that TITLE names; 0 when it names none, -1 when several. */
int ekonomi_title_year(struct text title);

enum ekonomi_fault {
    EKONOMI_FINE,
    EKONOMI_BROKEN,  /* a sum or deviation of the row does not hold, whatever the signs */
    EKONOMI_AGAINST, /* it holds with other signs than the table's other rows have */
};

struct ekonomi_amount {
    uint64_t row; /* amounts of one row have the same and stand together */
    struct ekonomi_label label;
    struct decimal number;
    const char *unit;         /* as ekonomi_money gives it */
    enum ekonomi_fault fault; /* out: of its row */
};

/* Judges the amounts of one table.  NULL, or what in its signs contradicts the convention: then none of them is to be
 * loaded.  Where budget, outcome and deviation show that amounts whose columns do not say so are net, their post is set. */
const char *ekonomi_judge(struct ekonomi_amount *amounts, size_t count);

#endif
