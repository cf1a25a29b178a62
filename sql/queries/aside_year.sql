-- Tables for a new year, beside the fact tables.  $1 year.  False: the year is not new.
SELECT lager.skapa_ar_bredvid($1::int)
