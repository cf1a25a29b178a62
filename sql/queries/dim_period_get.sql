-- The period, added when it is missing.  $1 id, $2 year, $3 kind, $4-$7 tertial, quarter, month, half-year, $8 and $9 days, $10 name.
WITH found AS (
    SELECT id FROM lager.dim_period WHERE id = $1::int
), added AS (
    INSERT INTO lager.dim_period (id, ar, slag, tertial, kvartal, manad, halvar, forsta_dag, sista_dag, namn)
    SELECT $1::int, $2::smallint, $3, $4::smallint, $5::smallint, $6::smallint, $7::smallint, $8::date, $9::date, $10
     WHERE NOT EXISTS (SELECT FROM found) RETURNING id
)
SELECT id FROM found UNION ALL SELECT id FROM added
