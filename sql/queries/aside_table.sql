-- A table for a new year, beside the fact tables.  $1 its name.
SELECT lager.skapa_bredvid($1)
