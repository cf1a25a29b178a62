-- What analysts may see of the new years $1, whose tables are filled and not attached yet.
SELECT lager.skydda_nya_ar($1::int[])
