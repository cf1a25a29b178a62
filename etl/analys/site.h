/* The static web site: pages of what analysts may see, for a browser and nothing else. */
#ifndef STADSLAGER_SITE_H
#define STADSLAGER_SITE_H

#include "etl/analys/site_page.h"

/* Reads the warehouse DB (see analys_open) and writes the site to PATH, in one step (see site_folder.h).  The same warehouse
 * gives the same bytes.  RET_PAGES: how many. */
int site_write(struct database *db, const char *path, unsigned *ret_pages, struct error *err) CHECK_RESULT;

/* The same from opening the warehouse to closing it, for `report` and for the end of `run`. */
int site_report(struct config *config, const char *path, unsigned *ret_pages, struct error *err) CHECK_RESULT;

/* The pages, one kind per file. */
int site_write_assets(struct site *site, struct error *err) CHECK_RESULT;
int site_write_start(struct site *site, struct error *err) CHECK_RESULT;       /* index.html */
int site_write_indikatorer(struct site *site, struct error *err) CHECK_RESULT; /* indikator/CODE.html and its data/ */
int site_write_stadsdelar(struct site *site, struct error *err) CHECK_RESULT;  /* stadsdel/CODE.html, enhet/CODE.html */
int site_write_kvalitet(struct site *site, struct error *err) CHECK_RESULT;    /* kvalitet.html */

#endif
