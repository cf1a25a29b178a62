-- Districts beside each other, the best first, those without a value last.  $1 indicator, $2 sex, $3 basis: reported or today,
-- $4 period.  stapel: length of the bar in eighths of its width $5, not for machines.
SELECT indikator_kod, indikator, period, kon_kod, bas, stadsdel_kod, stadsdel, varde, matt, varde_status, obs_status, conf_status, tryckt, kombination,
       rang, median, lagst, hogst, spridning, antal_varden, antal_undertryckta, stadens_varde, skillnad_staden, kvinnor, man, gap_kvinnor_man,
       ett_ar_fore, forandring, trend, serie_bruten, slag, polaritet, arsmal, arsmal_uppfyllt, arsmal_bedomning, kf_arsmal, kf_uppfyllt, kf_bedomning, annan_enhet,
       CASE WHEN hogst > 0 AND varde > 0 AND NOT annan_enhet THEN trunc(varde * 8 * $5::int / greatest(hogst, varde))::int ELSE 0 END AS stapel
  FROM (SELECT * FROM analys.jamforelse WHERE $3 = 'reported' AND indikator_id = $1::int AND kon_kod = $2
        UNION ALL
        SELECT * FROM analys.jamforelse_idag WHERE $3 = 'today' AND indikator_id = $1::int AND kon_kod = $2) j
 WHERE period = $4
 ORDER BY ar_staden, varde IS NULL, annan_enhet, rang, varde DESC, stadsdel COLLATE "C"
