-- As dim_indikator_add, and $11 the id.
UPDATE lager.dim_indikator
   SET kod = $1, namn = $2, nyckel = $3, matt = $4, slag = $5, polaritet = $6, agare = $7, kon_mening = $8, troskel = $9::int,
       namnare_minst = $10::int
 WHERE id = $11::int RETURNING id
