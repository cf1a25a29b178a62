-- Indicators whose ids are taken already (dim_indikator_ids).
COPY lager.dim_indikator (id, namn, nyckel) FROM STDIN (FORMAT binary)
