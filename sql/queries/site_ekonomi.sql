-- Amounts by place, newest period first, table by table as the report has them: rad and kolumn say where in its table each stands.
SELECT b.stadsdel_kod, b.stadsdel, b.enhet_kod, b.enhet, b.period_id, b.period, b.titel, b.tabell_nr, b.rad_plats, b.verksamhet, b.radslag,
       dense_rank() OVER (PARTITION BY b.stadsdel_id, b.enhet_id, b.period_id, b.titel, b.tabell_nr
                          ORDER BY b.avser_ar DESC, b.overforing NULLS FIRST, b.post, b.storhet, b.kolumnetikett COLLATE "C"),
       b.kolumnetikett, b.belopp, b.matt
  FROM (SELECT e.*, CASE WHEN NOT e.hel_namnd THEN 'E' || e.enhet_id END AS enhet_kod,
               min(e.rad) OVER (PARTITION BY e.stadsdel_id, e.enhet_id, e.period_id, e.titel, e.tabell_nr, e.radetikett, e.rad_nr) AS rad_plats
          FROM analys.ekonomi e) b
 ORDER BY b.stadsdel_kod COLLATE "C", b.hel_namnd DESC, b.enhet COLLATE "C", ('E' || b.enhet_id) COLLATE "C", b.period_id DESC,
          b.titel COLLATE "C", b.tabell_nr, b.rad_plats, b.radetikett COLLATE "C", b.rad_nr, 12, b.belopp
