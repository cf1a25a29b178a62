-- The cell, added when it is missing.  $1 title, $2 number of the table, $3 row label, $4 number of the row, $5 column label,
-- $6 number of the column, $7 key.
WITH found AS (
    SELECT id FROM lager.dim_tabellcell WHERE nyckel = $7
), added AS (
    INSERT INTO lager.dim_tabellcell (titel, tabell_nr, radetikett, rad_nr, kolumnetikett, kolumn_nr, nyckel)
    SELECT $1, $2::int, $3, $4::int, $5, $6::int, $7
     WHERE NOT EXISTS (SELECT FROM found) RETURNING id
)
SELECT id FROM found UNION ALL SELECT id FROM added
