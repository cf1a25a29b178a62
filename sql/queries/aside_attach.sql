-- The year becomes part of the fact tables, with its keys.  $1 year.  False: a key stands twice.
SELECT lager.anslut_ar($1::int)
