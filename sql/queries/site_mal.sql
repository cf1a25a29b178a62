-- Goals and how far each was reached, by place, newest period first, in the order of their numbers; a goal without a number
-- stands below the one above it.  Beside them: indicators under the goal whose target is judged, is met, and says otherwise.
SELECT m.stadsdel_kod, m.stadsdel, CASE WHEN NOT m.hel_namnd THEN 'E' || m.enhet_id END, m.enhet, m.period_id, m.period, m.niva, m.nummer, m.mal,
       m.uppfyllelse, b.bedomda, b.uppfyllda, b.skiljer
  FROM analys.malbild m
  LEFT JOIN (SELECT d.stadsdel_id, d.enhet_id, d.period_id, d.mal_id, count(d.uppfyllt) AS bedomda, count(*) FILTER (WHERE d.uppfyllt) AS uppfyllda,
                    string_agg(d.indikator, '; ' ORDER BY d.indikator COLLATE "C") FILTER (WHERE d.skiljer IS NOT NULL) AS skiljer
               FROM analys.bedomning d
              GROUP BY d.stadsdel_id, d.enhet_id, d.period_id, d.mal_id
             HAVING count(d.uppfyllt) > 0) b
    ON (b.stadsdel_id, b.enhet_id, b.period_id, b.mal_id) = (m.stadsdel_id, m.enhet_id, m.period_id, m.mal_id)
 ORDER BY m.stadsdel_kod COLLATE "C", m.hel_namnd DESC, m.enhet COLLATE "C", ('E' || m.enhet_id) COLLATE "C", m.period_id DESC,
          string_to_array(substring(coalesce(nullif(m.nummer, ''), m.over_nummer) FROM '^[0-9]{1,6}(?:\.[0-9]{1,6})*'), '.')::int[] NULLS LAST,
          m.niva, m.nummer COLLATE "C", m.mal COLLATE "C", m.mal_id
