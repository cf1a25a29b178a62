-- Facts of the rows in drift.stage_row, out of the tables of the new year $1 and into staging.  How many.
SELECT lager.hall_inne($1::int)
