-- What analysts may see of the years $1, whose rows no trigger saw.
SELECT lager.skydda_ar(ar) FROM unnest($1::smallint[]) AS ar ORDER BY ar
