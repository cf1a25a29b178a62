-- Whole boards beside each other, of both sexes together, in the order of a site's lines.  $1 basis: reported or today.
SELECT coalesce(j.indikator_kod, 'ID' || j.indikator_id), j.period_id, j.stadsdel_kod, j.stadsdel, j.period, j.varde, j.varde_status, j.tryckt,
       j.kombination, j.serie_bruten, j.rang, j.median, j.lagst, j.hogst, j.spridning, j.antal_varden, j.antal_undertryckta, j.stadens_varde,
       j.skillnad_staden, j.ett_ar_fore, j.forandring, j.trend, j.matt, j.annan_enhet
  FROM (SELECT * FROM analys.jamforelse WHERE $1 = 'reported' AND kon_kod = 'T'
        UNION ALL
        SELECT * FROM analys.jamforelse_idag WHERE $1 = 'today' AND kon_kod = 'T') j
 ORDER BY coalesce(j.indikator_kod, 'ID' || j.indikator_id) COLLATE "C", j.period_id, j.stadsdel_kod COLLATE "C"
