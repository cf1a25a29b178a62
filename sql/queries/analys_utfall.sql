-- Outcomes as analysts may see them, in the order of files and pages.  The columns are enum utfall_column's (etl/analys/analys.h).
-- $1 indicator's id, $2 district's code, $3 period's id, $4 year; each may be null: all.
DECLARE utfall NO SCROLL CURSOR FOR
SELECT u.stadsdel_kod, u.stadsdel, CASE WHEN NOT u.hel_namnd THEN 'E' || u.enhet_id END, u.enhet,
       coalesce(u.indikator_kod, 'ID' || u.indikator_id), u.indikator, u.period_id, u.period, u.ar,
       -- SDMX TIME_PERIOD
       CASE p.slag WHEN 'ar' THEN u.ar::text WHEN 'tertial' THEN u.ar || '-T' || u.period_id % 1000
                   WHEN 'kvartal' THEN u.ar || '-Q' || u.period_id % 1000 WHEN 'halvar' THEN u.ar || '-S' || u.period_id % 1000
                   WHEN 'manad' THEN to_char(u.forsta_dag, 'YYYY-MM') WHEN 'dag' THEN u.forsta_dag::text
                   ELSE u.forsta_dag || '/P' || u.sista_dag - u.forsta_dag + 1 || 'D' END,
       u.kon_kod, u.kon, u.varde, u.matt, u.varde_status, u.obs_status, u.conf_status, u.tryckt, u.avrundat, u.foregaende, u.forandring,
       u.serie_bruten, u.arsmal, u.arsmal_operator, u.arsmal_varde, u.arsmal_matt, u.arsmal_bedomning, u.kf_arsmal, u.kf_operator, u.kf_varde,
       u.kf_matt, u.kf_omfattning, u.kf_bedomning, u.flaggor_i_ord, u.kalla, to_char(u.publicerad, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), u.rad, u.fil,
       u.kon_mening
  FROM analys.utfall u
  JOIN analys.period p ON p.period_id = u.period_id
 WHERE ($1::int IS NULL OR u.indikator_id = $1::int) AND ($2::text IS NULL OR u.stadsdel_kod = $2::text)
   AND ($3::int IS NULL OR u.period_id = $3::int) AND ($4::int IS NULL OR u.ar = $4::int)
 ORDER BY coalesce(u.indikator_kod, 'ID' || u.indikator_id) COLLATE "C", u.period_id, u.stadsdel_kod COLLATE "C", u.hel_namnd DESC,
          u.enhet COLLATE "C", u.enhet_id, strpos('TKMO', u.kon_kod::text)
