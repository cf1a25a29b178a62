/* The small words of report texts that both layouts share: icons, markup, labels.  Source: the layout rules of the
 * exports (README, "What a report looks like"). */
#ifndef STADSLAGER_RAPPORT_WORDS_H
#define STADSLAGER_RAPPORT_WORDS_H

#include "connectors/connector.h"

/* Length in bytes of the status icon A begins with (● ◆ ■ ✓ ✔ ▶ ! ♀ …), 0 when none.  `!` counts only before a blank
 * or at the end. */
size_t words_icon(struct text a);
/* Only icons, dashes, markup signs and white space: a cell that holds no data. */
bool words_icons_only(struct text a);
/* A name without the icons around it, the dash that stands for one, and the markup (tags, asterisks, underscores,
 * heading marks) around it; white space folded.  RET_MARKUP is set to true when markup went. */
struct text words_name(struct arena *arena, struct text cell, bool *ret_markup);
/* The same for the second half of a name: a dash in front belongs to it. */
struct text words_name_rest(struct arena *arena, struct text cell, bool *ret_markup);
/* True when a bracket is open at the end of A. */
bool words_brackets_open(struct text a);
/* A name that cannot end where it does: in a comma, a dash, an open bracket or a word that needs another. */
bool words_name_hangs(struct text name);
/* What NAME ends with when it may be a value that belongs to the cells behind: a share, a decimal fraction, an amount or an
 * integer (`Index 96 %`, `Index 12,5`, `åk 9`); empty when it ends otherwise (`dag 1-14`, `över 65 år`). */
struct text words_value_at_end(struct text name);
/* `1) Avser T2`, `* preliminärt`, `² …`: the text of a footnote. */
bool words_is_footnote(struct text text);
/* Begins with a small letter, a closing bracket or a comma: goes on from what stands above. */
bool words_begins_lower(struct text a);
/* Without tags, asterisks, heading marks and white space at the beginning. */
struct text words_unmarked(struct text a);
/* True when A begins with a tag. */
bool words_tagged(struct text a);
/* Begins with the word "Analys", markup aside. */
bool words_is_analysis(struct text a);
/* The end of a line of a table of contents: dots or a TAB, then a page number. */
bool words_is_contents(struct text line);
/* A without what joins it to its icon or markup: for a status line below a goal.  Empty when it is no status. */
struct text words_status(struct arena *arena, struct text line);
/* The level of the goal heading LINE begins (markup aside) and the rest after the label; NIVA_NONE when it is none. */
enum niva words_goal(struct text line, struct text *ret_rest);
/* True when LINE is a row of a table that holds a goal heading and nothing else. */
bool words_is_goal_row(struct text line);
/* Joins two halves of a name that a page break cut: one blank between, none after "-" glued to a word; a bracket that
 * the converter closed too early is opened again. */
struct text words_join_name(struct arena *arena, struct text head, struct text rest);
/* "Verksamhetsberättelse VB 2024 för NAME": the report's label ("VB"), year and name.  False when LINE is none. */
bool words_title(struct text line, struct text *ret_label, int *ret_year, struct text *ret_name);
/* True when NAME is the board itself ("Bromma stadsdelsnämnd") and not one of its units. */
bool words_is_board(struct text name);
/* Digits and their signs only, with `%` or `st`: a value, never a name. */
bool words_is_number(struct text a);
/* An ISO date: 2022-06-30. */
bool words_is_date(struct text a);
/* Begins like "Tas fram av nämnd", white space aside: a delegation, perhaps cut. */
bool words_starts_delegation(struct text a);
/* The beginning of "Tas fram av nämnd/styrelse", white space aside: a delegation that a page break cut. */
bool words_cut_delegation(struct text a);
/* Case-insensitive (ASCII and å ä ö) beginning. */
bool words_starts_folded(struct text a, const char *prefix);

#endif
