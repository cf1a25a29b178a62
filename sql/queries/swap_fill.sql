-- Every version of year $2 of fact table $1, and those of load $3.  How many facts that closes, and adds.
SELECT stangda, nya FROM lager.fyll_del($1, $2::int, $3::bigint)
