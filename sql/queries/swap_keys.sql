-- Keys of the table that is filled for year $2 of fact table $1.
SELECT lager.nyckla_del($1, $2::int)
