-- The years $2 of fact tables $1, side by side, are exchanged.  False: others hold the tables.
SELECT lager.byt_delar($1::text[], $2::int[])
