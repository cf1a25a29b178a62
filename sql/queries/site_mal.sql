-- Goals and how far each was reached, by place, newest period first, in the order of their numbers; a goal without a number
-- stands below the one above it.
SELECT m.stadsdel_kod, m.stadsdel, CASE WHEN NOT m.hel_namnd THEN 'E' || m.enhet_id END, m.enhet, m.period_id, m.period, m.niva, m.nummer, m.mal,
       m.uppfyllelse
  FROM analys.malbild m
 ORDER BY m.stadsdel_kod COLLATE "C", m.hel_namnd DESC, m.enhet COLLATE "C", ('E' || m.enhet_id) COLLATE "C", m.period_id DESC,
          string_to_array(substring(coalesce(nullif(m.nummer, ''), m.over_nummer) FROM '^[0-9]{1,6}(?:\.[0-9]{1,6})*'), '.')::int[] NULLS LAST,
          m.niva, m.nummer COLLATE "C", m.mal COLLATE "C", m.mal_id
