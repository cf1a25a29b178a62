-- Names that the facts of year $1 are shown by, with the keys they must have; of what a registry describes, all it says
-- (but for namnare_minst, which a warehouse that was upgraded has from its next run on).
SELECT 'dim_stadsdel', s.kod, s.namn, coalesce(s.giltig_fran::text, ''), coalesce(s.giltig_till::text, ''), '', '', '', '', ''
  FROM lager.dim_stadsdel s
UNION ALL
SELECT 'dim_enhet', e.nyckel, e.namn, '', '', '', '', '', '', '' FROM lager.dim_enhet e WHERE NOT e.hel_namnd
UNION ALL
SELECT 'dim_indikator', i.nyckel, i.namn, coalesce(i.kod, ''), i.matt, coalesce(i.slag, ''), i.polaritet, coalesce(i.kon_mening, ''), i.troskel::text,
       coalesce(i.agare, '')
  FROM lager.dim_indikator i
UNION ALL
SELECT 'dim_mal', m.nyckel, m.text, m.nummer, '', '', '', '', '', '' FROM lager.dim_mal m WHERE m.ar = $1::smallint
UNION ALL
SELECT 'dim_aktivitet', a.nyckel, a.namn, '', '', '', '', '', '', '' FROM lager.dim_aktivitet a WHERE a.ar = $1::smallint
UNION ALL
SELECT 'dim_tabellcell', c.nyckel, c.titel, c.radetikett, c.kolumnetikett, c.tabell_nr::text, c.rad_nr::text, c.kolumn_nr::text, '', ''
  FROM lager.dim_tabellcell c WHERE c.id IN (SELECT f.cell_id FROM lager.fact_tabell f WHERE f.ar = $1::smallint)
