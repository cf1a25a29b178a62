-- The year becomes part of the fact tables, with the keys it has.  $1 year.  False: nothing was left in it.
SELECT lager.anslut_ar($1::int)
