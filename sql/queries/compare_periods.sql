-- The periods that have rows of indicator $1 and sex $2 on basis $3, those with values and the newest first.
SELECT p.period
  FROM (SELECT period_id, varde FROM analys.jamforelse WHERE $3 = 'reported' AND indikator_id = $1::int AND kon_kod = $2
        UNION ALL
        SELECT period_id, varde FROM analys.jamforelse_idag WHERE $3 = 'today' AND indikator_id = $1::int AND kon_kod = $2) j
  JOIN analys.period p ON p.period_id = j.period_id
 GROUP BY p.period, p.sista_dag, p.forsta_dag
 ORDER BY count(j.varde) = 0, p.sista_dag DESC, p.forsta_dag, p.period
