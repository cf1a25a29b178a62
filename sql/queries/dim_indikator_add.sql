-- An indicator of the registry.  $1 code, $2 name, $3 folded name, $4 unit, $5 kind, $6 polarity, $7 owner, $8 meaning of sex, $9 threshold,
-- $10 individuals at least behind a share, null = not known.
INSERT INTO lager.dim_indikator (kod, namn, nyckel, matt, slag, polaritet, agare, kon_mening, troskel, namnare_minst)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::int, $10::int) RETURNING id
