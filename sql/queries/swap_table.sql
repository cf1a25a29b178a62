-- A table that is to take the place of year $2 of fact table $1.  False: there can be none.
SELECT lager.skapa_del_bredvid($1, $2::int)
