-- Facts of the rows in drift.stage_row, from the tables of the new year $1 into staging.  How many.
SELECT lager.hall_inne($1::int)
