-- Keys and indices of the tables $1, without the rows at the offsets $2; $3 sessions do this at the same time.  False: a key stands twice.
SELECT lager.nycklar_bredvid($1::text[], $2::bigint[], $3::int)
