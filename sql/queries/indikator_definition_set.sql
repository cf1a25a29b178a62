-- $1 indicator, $2 first year, $3 what changed.
INSERT INTO lager.indikator_definition (indikator_id, fran_ar, anteckning) VALUES ($1::int, $2::smallint, $3)
    ON CONFLICT (indikator_id, fran_ar) DO UPDATE SET anteckning = excluded.anteckning
