-- What a load of the lines that differ costs: each page that it touches is touched as seldom as can be.  What it stores and decides is
-- what it did.
SET LOCAL ROLE stadslager_owner;

ALTER TABLE drift.stage_current ADD COLUMN plats tid NOT NULL;
COMMENT ON COLUMN drift.stage_current.plats IS 'where the row is in the table of its year, which nothing moves while the load reads it';
ALTER TABLE drift.stage_diff ADD COLUMN plats tid;
COMMENT ON COLUMN drift.stage_diff.plats IS 'of a load of the lines that differ: where the version is that is closed';

---------------------------------------------------------------- disclosure

-- As 019 has it, but that groups given are read in the order of the key (one after the other is in the same pages), that the planner
-- is not told twice of the year (it took the rows for so few that it built its hash tables of the large side), and that whether
-- older versions could give something away is asked only of the rows that could.
CREATE OR REPLACE FUNCTION lager.skydda_utfall_mangd(aren smallint[], hela boolean, stadsdelar smallint[], perioder int[], indikatorer int[], staden boolean)
    RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET enable_mergejoin = off SET join_collapse_limit = 1 SET work_mem = '32MB' SET jit = off
    SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    stad smallint := coalesce((SELECT d.id FROM lager.dim_stadsdel d WHERE d.kod = 'STAD'), 0);
BEGIN
    WITH ind AS MATERIALIZED ( -- what is protected at all; without a kind it is said per group
        SELECT i.id, i.slag, i.troskel, i.matt, i.namnare_minst, i.kon_mening, i.slag IS DISTINCT FROM 'andel' AS raknas
          FROM lager.dim_indikator i
         WHERE lager.skyddas_som(i.slag, i.troskel, i.matt, NULL) IS NOT NULL
    ), valda AS MATERIALIZED (
        SELECT DISTINCT g.stadsdel_id, g.period_id, g.indikator_id, p.ar
          FROM unnest(stadsdelar, perioder, indikatorer) AS g (stadsdel_id, period_id, indikator_id)
          JOIN lager.dim_period p ON p.id = g.period_id
         WHERE NOT hela AND (g.stadsdel_id = stad) = staden
         ORDER BY p.ar, g.stadsdel_id, g.period_id, g.indikator_id -- as they are in the key
    ), rader AS MATERIALIZED ( -- every version of counts; of shares those that can hide something and those that were replaced
        SELECT u.stadsdel_id, u.period_id, u.indikator_id, u.enhet_id, u.kon, u.varde, u.varde_status, u.ersatt_load_id IS NULL AS gallande,
               e.hel_namnd, i.raknas, i.kon_mening = 'andel_av_total' AS delar_ar_andelar, CASE WHEN i.slag IS NULL THEN u.matt END AS matt,
               u.varde_status = 'suppressed' OR i.raknas AND u.varde > 0 AND u.varde < i.troskel AS liten,
               CASE WHEN i.slag = 'antal' OR u.varde > 0.5 AND u.varde < 99.5 THEN false ELSE lager.andel_nara(u.varde, 0) END AS nara_helt,
               CASE WHEN i.slag = 'antal' OR u.varde > 0.5 AND u.varde < 99.5 THEN false
                    ELSE lager.andel_nara(u.varde, lager.andel_decimaler(i.troskel, i.namnare_minst, e.hel_namnd)) END AS nara
          FROM (SELECT f.ar, f.stadsdel_id, f.period_id, f.indikator_id, f.enhet_id, f.kon, f.varde, f.varde_status, f.ersatt_load_id, f.matt
                  FROM lager.utfall_att_skydda f
                  JOIN lager.dim_period p ON p.id = f.period_id AND p.ar = f.ar
                 WHERE hela AND f.ar = ANY (aren) AND (staden OR f.stadsdel_id <> stad) AND (NOT staden OR f.stadsdel_id = stad)
                 UNION ALL
                SELECT f.*
                  FROM valda v
                 CROSS JOIN LATERAL (SELECT f.ar, f.stadsdel_id, f.period_id, f.indikator_id, f.enhet_id, f.kon, f.varde, f.varde_status, f.ersatt_load_id, f.matt
                                       FROM lager.utfall_att_skydda f
                                      WHERE f.ar = v.ar AND f.stadsdel_id = v.stadsdel_id AND f.period_id = v.period_id AND f.indikator_id = v.indikator_id
                                     OFFSET 0) f
                 WHERE NOT hela) u
          JOIN ind i ON i.id = u.indikator_id
          JOIN lager.dim_enhet e ON e.id = u.enhet_id
         WHERE i.raknas OR u.varde_status = 'suppressed' OR u.ersatt_load_id IS NOT NULL
            OR u.varde > -0.5 AND u.varde < 0.5 AND u.varde <> 0 OR u.varde >= 99.5 AND u.varde <= 100.5 AND u.varde <> 100
    ), tabellrader AS MATERIALIZED (
        SELECT r.stadsdel_id, r.period_id, r.indikator_id, r.enhet_id, r.hel_namnd,
               max(r.varde) FILTER (WHERE r.gallande AND r.kon = 'M') AS m, max(r.varde) FILTER (WHERE r.gallande AND r.kon = 'K') AS k,
               max(r.varde) FILTER (WHERE r.gallande AND r.kon = 'O') AS o, max(r.varde) FILTER (WHERE r.gallande AND r.kon = 'T') AS t,
               -- 0 no such cell, 1 reported, 3 hidden by the source
               coalesce(max(CASE r.varde_status WHEN 'reported' THEN 1 WHEN 'suppressed' THEN 3 END) FILTER (WHERE r.gallande AND r.kon = 'M'), 0) AS lm,
               coalesce(max(CASE r.varde_status WHEN 'reported' THEN 1 WHEN 'suppressed' THEN 3 END) FILTER (WHERE r.gallande AND r.kon = 'K'), 0) AS lk,
               coalesce(max(CASE r.varde_status WHEN 'reported' THEN 1 WHEN 'suppressed' THEN 3 END) FILTER (WHERE r.gallande AND r.kon = 'O'), 0) AS lo,
               coalesce(max(CASE r.varde_status WHEN 'reported' THEN 1 WHEN 'suppressed' THEN 3 END) FILTER (WHERE r.gallande AND r.kon = 'T'), 0) AS lt,
               bool_or(r.liten AND r.gallande) AS liten,
               -- the smallest share of a sex, and the smallest that is missing to 100
               min(r.varde) FILTER (WHERE r.delar_ar_andelar AND r.gallande AND r.kon <> 'T' AND r.varde > 0) AS minst,
               max(r.varde) FILTER (WHERE r.delar_ar_andelar AND r.gallande AND r.kon <> 'T' AND r.varde < 100) AS mest,
               max(r.matt) FILTER (WHERE r.gallande) AS matt
          FROM rader r
         WHERE r.raknas
         GROUP BY r.stadsdel_id, r.period_id, r.indikator_id, r.enhet_id, r.hel_namnd
    ), summor AS (
        SELECT r.stadsdel_id, r.period_id, r.indikator_id, max(r.matt) AS matt, bool_or(r.liten) AS liten, count(*) FILTER (WHERE r.hel_namnd) > 1 AS namnder,
               bool_or(r.o IS NULL AND r.t - coalesce(r.m, 0) - coalesce(r.k, 0) > 0
                       AND r.t - coalesce(r.m, 0) - coalesce(r.k, 0) < i.troskel) AS konsrest,
               bool_or(i.kon_mening = 'andel_av_total' AND r.lm + r.lk + r.lo > 0
                       AND (r.lt <> 1 OR coalesce(round(r.t * r.minst / 100) < i.troskel, false)
                            OR coalesce(round(r.t * (100 - r.mest) / 100) < i.troskel, false))) AS andelsrest,
               max(r.m) FILTER (WHERE r.hel_namnd) - sum(r.m) FILTER (WHERE NOT r.hel_namnd) AS rest_m,
               max(r.k) FILTER (WHERE r.hel_namnd) - sum(r.k) FILTER (WHERE NOT r.hel_namnd) AS rest_k,
               max(r.o) FILTER (WHERE r.hel_namnd) - sum(r.o) FILTER (WHERE NOT r.hel_namnd) AS rest_o,
               max(r.t) FILTER (WHERE r.hel_namnd) - sum(r.t) FILTER (WHERE NOT r.hel_namnd) AS rest_t,
               -- which columns add up to the board's
               bool_or(r.hel_namnd AND r.lm > 0) AND bool_or(NOT r.hel_namnd AND r.lm > 0) AS summa_m,
               bool_or(r.hel_namnd AND r.lk > 0) AND bool_or(NOT r.hel_namnd AND r.lk > 0) AS summa_k,
               bool_or(r.hel_namnd AND r.lo > 0) AND bool_or(NOT r.hel_namnd AND r.lo > 0) AS summa_o,
               bool_or(r.hel_namnd AND r.lt > 0) AND bool_or(NOT r.hel_namnd AND r.lt > 0) AS summa_t
          FROM tabellrader r
          JOIN ind i ON i.id = r.indikator_id
         GROUP BY r.stadsdel_id, r.period_id, r.indikator_id
    ), provade AS (
        SELECT s.*, i.troskel, i.kon_mening, lager.skyddas_som(i.slag, i.troskel, i.matt, s.matt) AS som,
               coalesce(s.rest_m > 0 AND s.rest_m < i.troskel, false) OR coalesce(s.rest_k > 0 AND s.rest_k < i.troskel, false)
               OR coalesce(s.rest_o > 0 AND s.rest_o < i.troskel, false) OR coalesce(s.rest_t > 0 AND s.rest_t < i.troskel, false) AS rest
          FROM summor s
          JOIN ind i ON i.id = s.indikator_id
        OFFSET 0
    ), tabeller AS MATERIALIZED (
        SELECT s.stadsdel_id, s.period_id, s.indikator_id, s.troskel, s.kon_mening, s.som, s.rest, s.summa_m, s.summa_k, s.summa_o, s.summa_t,
               s.liten OR s.namnder OR coalesce(s.konsrest, false) OR coalesce(s.andelsrest, false) OR s.rest AS kan,
               s.namnder OR coalesce(s.konsrest, false) OR s.rest AS sammansatt, -- has hidden cells that are in no row
               -- The districts add up to the city: where one of them hides something, the city's count is not shown at all.
               staden AND EXISTS (SELECT FROM lager.utfall_skydd h WHERE h.indikator_id = s.indikator_id AND h.period_id = s.period_id
                                     AND h.stadsdel_id <> stad) AS alla
          FROM provade s
    ), radvis AS MATERIALIZED ( -- rows with something hidden (2 small, 3 by the source), and what lager.skydda_tabell hides in them first
        SELECT d.stadsdel_id, d.period_id, d.indikator_id, d.enhet_id, d.lm, d.lk, d.lo, d.lt, d.radsumma, d.summa_m, d.summa_k, d.summa_o, d.summa_t,
               CASE d.val WHEN 1 THEN 2 ELSE d.hm END AS hm, CASE d.val WHEN 2 THEN 2 ELSE d.hk END AS hk,
               CASE d.val WHEN 3 THEN 2 ELSE d.ho END AS ho, CASE d.val WHEN 4 THEN 2 ELSE d.ht END AS ht, d.dolda + (d.val > 0)::int AS dolda
          FROM (SELECT c.*, CASE WHEN NOT c.radsumma OR c.dolda <> 1 THEN 0
                                 WHEN c.hm = 1 AND c.m = c.minsta THEN 1 WHEN c.hk = 1 AND c.k = c.minsta THEN 2 WHEN c.ho = 1 AND c.o = c.minsta THEN 3
                                 WHEN c.ht = 1 THEN 4 WHEN c.hm = 1 THEN 1 WHEN c.hk = 1 THEN 2 WHEN c.ho = 1 THEN 3 ELSE 0 END AS val
                  FROM (SELECT b.*, (b.hm > 1)::int + (b.hk > 1)::int + (b.ho > 1)::int + (b.ht > 1)::int AS dolda,
                               b.ht > 0 AND (b.hm > 0)::int + (b.hk > 0)::int + (b.ho > 0)::int >= 2 AS radsumma,
                               least(CASE WHEN b.hm = 1 AND b.m <> 0 THEN b.m END, CASE WHEN b.hk = 1 AND b.k <> 0 THEN b.k END,
                                     CASE WHEN b.ho = 1 AND b.o <> 0 THEN b.o END) AS minsta
                          FROM (SELECT r.*, t.summa_m, t.summa_k, t.summa_o, t.summa_t,
                                       CASE WHEN r.lm = 1 AND r.m > 0 AND r.m < t.troskel THEN 2 ELSE r.lm END AS hm,
                                       CASE WHEN r.lk = 1 AND r.k > 0 AND r.k < t.troskel THEN 2 ELSE r.lk END AS hk,
                                       CASE WHEN r.lo = 1 AND r.o > 0 AND r.o < t.troskel THEN 2 ELSE r.lo END AS ho,
                                       CASE WHEN r.lt = 1 AND r.t > 0 AND r.t < t.troskel THEN 2 ELSE r.lt END AS ht
                                  FROM tabellrader r
                                  JOIN tabeller t USING (stadsdel_id, period_id, indikator_id)
                                 WHERE t.som = 'antal' AND t.kan AND NOT t.alla AND NOT t.sammansatt AND t.kon_mening IS DISTINCT FROM 'andel_av_total'
                                   AND r.liten
                                OFFSET 0) b
                        OFFSET 0) c
                OFFSET 0) d
    ), masker AS ( -- the columns that a row's hidden cells lead to, as lager.skydda_tabell's bits
        SELECT r.*, CASE WHEN NOT r.radsumma THEN 0
                         ELSE CASE WHEN r.hm < 2 THEN 0 WHEN r.summa_m THEN 1 ELSE 16 END | CASE WHEN r.hk < 2 THEN 0 WHEN r.summa_k THEN 2 ELSE 16 END
                              | CASE WHEN r.ho < 2 THEN 0 WHEN r.summa_o THEN 4 ELSE 16 END | CASE WHEN r.ht < 2 THEN 0 WHEN r.summa_t THEN 8 ELSE 16 END
                    END AS mask
          FROM radvis r
        OFFSET 0
    ), broar AS MATERIALIZED ( -- counts with a cell that may be a bridge: a row without a second one that leads to the same columns
        SELECT x.stadsdel_id, x.period_id, x.indikator_id
          FROM (SELECT r.stadsdel_id, r.period_id, r.indikator_id, r.mask, count(*) AS rader, bool_or(r.dolda = 1) AS ensam,
                       count(*) FILTER (WHERE NOT r.radsumma AND r.hm > 1 AND r.summa_m) AS fria_m,
                       count(*) FILTER (WHERE NOT r.radsumma AND r.hk > 1 AND r.summa_k) AS fria_k,
                       count(*) FILTER (WHERE NOT r.radsumma AND r.ho > 1 AND r.summa_o) AS fria_o,
                       count(*) FILTER (WHERE NOT r.radsumma AND r.ht > 1 AND r.summa_t) AS fria_t
                  FROM masker r
                 GROUP BY r.stadsdel_id, r.period_id, r.indikator_id, r.mask) x
         GROUP BY x.stadsdel_id, x.period_id, x.indikator_id
        HAVING bool_or(x.mask IN (1, 2, 4, 8) OR x.mask = 16 AND x.ensam OR x.mask NOT IN (0, 16) AND x.rader = 1)
            OR sum(x.fria_m) = 1 OR sum(x.fria_k) = 1 OR sum(x.fria_o) = 1 OR sum(x.fria_t) = 1
    ), antal AS (
        SELECT x.stadsdel_id, x.period_id, x.indikator_id, d.enhet_id, d.kon, d.skal
          FROM (SELECT r.stadsdel_id, r.period_id, r.indikator_id, t.troskel, t.kon_mening,
                       array_agg(r.enhet_id ORDER BY r.hel_namnd, r.enhet_id) AS enheter,
                       CASE WHEN bool_or(r.hel_namnd) THEN count(*)::int ELSE 0 END AS namnd,
                       array_agg(ARRAY[r.m, r.k, r.o, r.t] ORDER BY r.hel_namnd, r.enhet_id) AS varden,
                       array_agg(ARRAY[r.lm, r.lk, r.lo, r.lt] ORDER BY r.hel_namnd, r.enhet_id) AS lagen
                  FROM tabellrader r
                  JOIN tabeller t USING (stadsdel_id, period_id, indikator_id)
                 WHERE t.som = 'antal' AND t.kan AND NOT t.alla AND r.lm + r.lk + r.lo + r.lt > 0 AND t.kon_mening = 'andel_av_total'
                 GROUP BY r.stadsdel_id, r.period_id, r.indikator_id, t.troskel, t.kon_mening) x
         CROSS JOIN LATERAL lager.dolda_celler(x.enheter, x.namnd, x.varden, x.lagen, x.troskel, x.kon_mening) d
         UNION ALL
        SELECT x.stadsdel_id, x.period_id, x.indikator_id, x.enheter[(c.nr + 3) / 4], (ARRAY['T', 'M', 'K', 'O']::"char"[])[c.nr % 4 + 1],
               CASE WHEN x.lagen[(c.nr + 3) / 4][(c.nr + 3) % 4 + 1] = 3 THEN 'kallan' ELSE 'dold' END::lager.skydd_skal
          FROM (SELECT r.stadsdel_id, r.period_id, r.indikator_id, t.troskel, t.rest,
                       array_agg(r.enhet_id ORDER BY r.hel_namnd, r.enhet_id) AS enheter,
                       CASE WHEN bool_or(r.hel_namnd) THEN count(*)::int ELSE 0 END AS namnd,
                       array_agg(ARRAY[r.m, r.k, r.o, r.t] ORDER BY r.hel_namnd, r.enhet_id) AS varden,
                       -- as lager.dolda_celler has them before it looks at the board: 2 small, 4 a third sex that follows
                       array_agg(ARRAY[CASE WHEN r.lm = 1 AND r.m > 0 AND r.m < t.troskel THEN 2 ELSE r.lm END,
                                       CASE WHEN r.lk = 1 AND r.k > 0 AND r.k < t.troskel THEN 2 ELSE r.lk END,
                                       CASE WHEN r.lo = 1 AND r.o > 0 AND r.o < t.troskel THEN 2
                                            WHEN r.lo = 0 AND r.lt = 1 AND (r.lm = 1 OR r.lk = 1) AND r.lm <> 3 AND r.lk <> 3
                                                 AND r.t - coalesce(r.m, 0) - coalesce(r.k, 0) > 0
                                                 AND r.t - coalesce(r.m, 0) - coalesce(r.k, 0) < t.troskel THEN 4 ELSE r.lo END,
                                       CASE WHEN r.lt = 1 AND r.t > 0 AND r.t < t.troskel THEN 2 ELSE r.lt END]
                                 ORDER BY r.hel_namnd, r.enhet_id) AS lagen
                  FROM tabellrader r
                  JOIN tabeller t USING (stadsdel_id, period_id, indikator_id)
                 WHERE t.som = 'antal' AND t.kan AND NOT t.alla AND r.lm + r.lk + r.lo + r.lt > 0
                   AND t.kon_mening IS DISTINCT FROM 'andel_av_total'
                   AND (t.sammansatt OR (r.stadsdel_id, r.period_id, r.indikator_id) IN (SELECT b.stadsdel_id, b.period_id, b.indikator_id FROM broar b))
                 GROUP BY r.stadsdel_id, r.period_id, r.indikator_id, t.troskel, t.rest) x
         CROSS JOIN LATERAL unnest(lager.skyddade_celler(ARRAY(SELECT unnest(x.varden)), ARRAY(SELECT unnest(x.lagen)), x.namnd, x.troskel, x.rest))
                            WITH ORDINALITY AS c (lage, nr)
         WHERE c.lage IN (2, 3) AND c.nr <= 4 * cardinality(x.enheter)
         UNION ALL
        SELECT r.stadsdel_id, r.period_id, r.indikator_id, r.enhet_id, c.kon, CASE c.lage WHEN 3 THEN 'kallan' ELSE 'dold' END::lager.skydd_skal
          FROM radvis r
         CROSS JOIN LATERAL (VALUES ('M'::"char", r.lm, r.hm), ('K', r.lk, r.hk), ('O', r.lo, r.ho), ('T', r.lt, r.ht)) AS c (kon, lage, dold)
         WHERE c.dold > 1 AND (r.stadsdel_id, r.period_id, r.indikator_id) NOT IN (SELECT b.stadsdel_id, b.period_id, b.indikator_id FROM broar b)
    ), andelar AS MATERIALIZED ( -- shares that are hidden themselves
        SELECT r.stadsdel_id, r.period_id, r.indikator_id, r.enhet_id, r.kon, r.varde_status = 'suppressed' AS kallans
          FROM rader r
          LEFT JOIN tabeller t USING (stadsdel_id, period_id, indikator_id)
         WHERE r.gallande AND (r.varde_status = 'suppressed' OR r.varde_status = 'reported' AND r.nara)
           AND (NOT r.raknas OR t.som = 'andel')
    ), utlosare AS MATERIALIZED ( -- units where that hides the sexes
        SELECT a.stadsdel_id, a.period_id, a.indikator_id, a.enhet_id
          FROM andelar a
          JOIN ind i ON i.id = a.indikator_id
         GROUP BY a.stadsdel_id, a.period_id, a.indikator_id, a.enhet_id
        HAVING coalesce(bool_or(a.kon <> 'T' OR i.kon_mening IN ('delsumma', 'andel_av_total')), false)
    ), ny AS MATERIALIZED (
        SELECT * FROM antal
         UNION ALL
        SELECT r.stadsdel_id, r.period_id, r.indikator_id, r.enhet_id, r.kon,
               CASE r.varde_status WHEN 'suppressed' THEN 'kallan' ELSE 'dold' END::lager.skydd_skal
          FROM rader r
          JOIN tabeller t USING (stadsdel_id, period_id, indikator_id)
         WHERE t.som = 'antal' AND t.alla AND r.gallande AND r.varde_status IN ('reported', 'suppressed')
         UNION ALL
        SELECT a.stadsdel_id, a.period_id, a.indikator_id, a.enhet_id, a.kon,
               CASE WHEN a.kallans THEN 'kallan' ELSE 'nara' END::lager.skydd_skal
          FROM andelar a
         UNION ALL
        SELECT u.stadsdel_id, u.period_id, u.indikator_id, u.enhet_id, u.kon, 'dold'
          FROM (SELECT l.stadsdel_id, l.period_id, l.indikator_id, l.enhet_id, u.kon -- of a whole year, which may have no key yet
                  FROM lager.utfall_att_skydda u
                  JOIN utlosare l ON (l.stadsdel_id, l.period_id, l.indikator_id, l.enhet_id) = (u.stadsdel_id, u.period_id, u.indikator_id, u.enhet_id)
                  JOIN lager.dim_period p ON p.id = u.period_id AND p.ar = u.ar
                 WHERE hela AND u.ar = ANY (aren) AND u.ersatt_load_id IS NULL AND u.kon <> 'T' AND u.varde_status = 'reported'
                 UNION ALL
                SELECT l.stadsdel_id, l.period_id, l.indikator_id, l.enhet_id, u.kon
                  FROM utlosare l
                  JOIN lager.dim_period p ON p.id = l.period_id
                 CROSS JOIN LATERAL (SELECT u.kon
                                       FROM lager.utfall_att_skydda u
                                      WHERE u.ar = p.ar AND u.stadsdel_id = l.stadsdel_id AND u.period_id = l.period_id AND u.indikator_id = l.indikator_id
                                        AND u.enhet_id = l.enhet_id AND u.ersatt_load_id IS NULL AND u.kon <> 'T' AND u.varde_status = 'reported'
                                     OFFSET 0) u
                 WHERE NOT hela) u
         WHERE NOT EXISTS (SELECT FROM andelar a WHERE (a.stadsdel_id, a.period_id, a.indikator_id, a.enhet_id, a.kon)
                                                     = (u.stadsdel_id, u.period_id, u.indikator_id, u.enhet_id, u.kon))
    ), gamla AS MATERIALIZED (
        SELECT h.ctid AS plats, h.*
          FROM lager.utfall_skydd h
         WHERE hela AND (h.stadsdel_id = stad) = staden AND h.period_id IN (SELECT p.id FROM lager.dim_period p WHERE p.ar = ANY (aren))
         UNION ALL
        SELECT h.*
          FROM valda v
         CROSS JOIN LATERAL (SELECT h.ctid AS plats, h.*
                               FROM lager.utfall_skydd h
                              WHERE h.stadsdel_id = v.stadsdel_id AND h.period_id = v.period_id AND h.indikator_id = v.indikator_id
                             OFFSET 0) h
         WHERE NOT hela
    ), borta AS (
        DELETE FROM lager.utfall_skydd h
         WHERE h.ctid = ANY (ARRAY(SELECT g.plats FROM gamla g
                                    WHERE NOT EXISTS (SELECT FROM ny n WHERE (n.stadsdel_id, n.period_id, n.indikator_id, n.enhet_id, n.kon)
                                                                           = (g.stadsdel_id, g.period_id, g.indikator_id, g.enhet_id, g.kon))))
    ), andra AS ( -- hidden for another reason
        INSERT INTO lager.utfall_skydd AS h
        SELECT n.stadsdel_id, n.period_id, n.indikator_id, n.enhet_id, n.kon, n.skal
          FROM ny n
          JOIN gamla g USING (stadsdel_id, period_id, indikator_id, enhet_id, kon)
         WHERE n.skal <> g.skal
            ON CONFLICT (stadsdel_id, period_id, indikator_id, enhet_id, kon) DO UPDATE SET skal = EXCLUDED.skal
    ), nya AS (
        INSERT INTO lager.utfall_skydd
        SELECT n.stadsdel_id, n.period_id, n.indikator_id, n.enhet_id, n.kon, n.skal
          FROM ny n
         WHERE NOT EXISTS (SELECT FROM gamla g WHERE (g.stadsdel_id, g.period_id, g.indikator_id, g.enhet_id, g.kon)
                                                   = (n.stadsdel_id, n.period_id, n.indikator_id, n.enhet_id, n.kon))
         ORDER BY n.stadsdel_id, n.period_id, n.indikator_id, n.enhet_id, n.kon
    ), ersatta AS MATERIALIZED (
        SELECT DISTINCT r.stadsdel_id, r.period_id, r.indikator_id FROM rader r WHERE NOT r.gallande
    ), aldre AS MATERIALIZED ( -- groups whose older versions could give something away
        SELECT e.stadsdel_id, e.period_id, e.indikator_id
          FROM ersatta e
         WHERE (e.stadsdel_id, e.period_id, e.indikator_id) IN (SELECT n.stadsdel_id, n.period_id, n.indikator_id FROM ny n)
         UNION
        SELECT r.stadsdel_id, r.period_id, r.indikator_id
          FROM rader r
          JOIN ersatta e USING (stadsdel_id, period_id, indikator_id)
          LEFT JOIN tabeller t USING (stadsdel_id, period_id, indikator_id)
         WHERE EXISTS (SELECT FROM ersatta) AND (r.liten OR r.varde_status = 'suppressed' OR r.nara_helt) -- few rows, if any
           AND CASE WHEN r.raknas AND t.som = 'antal' THEN r.liten ELSE r.varde_status = 'suppressed' OR r.nara_helt END
    ), flaggade AS MATERIALIZED (
        SELECT f.ctid AS plats, f.*
          FROM lager.utfall_skydd_grupp f
         WHERE hela AND f.aldre AND (f.stadsdel_id = stad) = staden AND f.period_id IN (SELECT p.id FROM lager.dim_period p WHERE p.ar = ANY (aren))
         UNION ALL
        SELECT f.*
          FROM valda v
         CROSS JOIN LATERAL (SELECT f.ctid AS plats, f.*
                               FROM lager.utfall_skydd_grupp f
                              WHERE f.stadsdel_id = v.stadsdel_id AND f.period_id = v.period_id AND f.indikator_id = v.indikator_id AND f.aldre
                             OFFSET 0) f
         WHERE NOT hela
    ), visas AS MATERIALIZED ( -- what is hidden and may be shown
        SELECT f.plats, f.foregaende
          FROM flaggade f
         WHERE NOT EXISTS (SELECT FROM aldre a
                            WHERE (a.stadsdel_id, a.period_id, a.indikator_id) = (f.stadsdel_id, f.period_id, f.indikator_id))
    ), bort AS (
        DELETE FROM lager.utfall_skydd_grupp f WHERE f.ctid = ANY (ARRAY(SELECT v.plats FROM visas v WHERE NOT v.foregaende))
    ), kvar AS (
        UPDATE lager.utfall_skydd_grupp f SET aldre = false WHERE f.ctid = ANY (ARRAY(SELECT v.plats FROM visas v WHERE v.foregaende))
    )
    INSERT INTO lager.utfall_skydd_grupp AS f
    SELECT a.stadsdel_id, a.period_id, a.indikator_id, false, true
      FROM aldre a
     WHERE NOT EXISTS (SELECT FROM flaggade x WHERE (x.stadsdel_id, x.period_id, x.indikator_id) = (a.stadsdel_id, a.period_id, a.indikator_id))
     ORDER BY a.stadsdel_id, a.period_id, a.indikator_id
        ON CONFLICT (stadsdel_id, period_id, indikator_id) DO UPDATE SET aldre = true;
END
$$;

-- As 019 has it, with the same order.
CREATE OR REPLACE FUNCTION lager.skydda_foregaende_mangd(aren smallint[], hela boolean, stadsdelar smallint[], perioder int[], indikatorer int[])
    RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET enable_mergejoin = off SET enable_sort = off SET join_collapse_limit = 1 SET work_mem = '32MB' SET jit = off
    SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
    WITH ind AS MATERIALIZED ( -- what is protected; without a kind it is said per row
        SELECT i.id, i.slag, i.troskel, i.matt, i.namnare_minst, lager.skyddas_som(i.slag, i.troskel, i.matt, NULL) AS som
          FROM lager.dim_indikator i
         WHERE lager.skyddas_som(i.slag, i.troskel, i.matt, NULL) IS NOT NULL
    ), valda AS MATERIALIZED (
        SELECT DISTINCT g.stadsdel_id, g.period_id, g.indikator_id, p.ar
          FROM unnest(stadsdelar, perioder, indikatorer) AS g (stadsdel_id, period_id, indikator_id)
          JOIN lager.dim_period p ON p.id = g.period_id
         WHERE NOT hela
         ORDER BY p.ar, g.stadsdel_id, g.period_id, g.indikator_id
    ), rader AS MATERIALIZED ( -- of shares only those that hide something
        SELECT f.stadsdel_id, f.period_id, f.indikator_id, f.varde, f.varde_status, e.hel_namnd, i.troskel, i.namnare_minst,
               CASE WHEN i.slag IS NULL THEN lager.skyddas_som(i.slag, i.troskel, i.matt, f.matt) ELSE i.som END AS som
          FROM (SELECT f.ar, f.stadsdel_id, f.period_id, f.indikator_id, f.enhet_id, f.varde, f.varde_status, f.matt
                  FROM lager.foregaende_att_skydda f
                  JOIN lager.dim_period p ON p.id = f.period_id AND p.ar = f.ar
                 WHERE hela AND f.ar = ANY (aren) AND f.ersatt_load_id IS NULL
                 UNION ALL
                SELECT f.*
                  FROM valda v
                 CROSS JOIN LATERAL (SELECT f.ar, f.stadsdel_id, f.period_id, f.indikator_id, f.enhet_id, f.varde, f.varde_status, f.matt
                                       FROM lager.foregaende_att_skydda f
                                      WHERE f.ar = v.ar AND f.stadsdel_id = v.stadsdel_id AND f.period_id = v.period_id AND f.indikator_id = v.indikator_id
                                        AND f.ersatt_load_id IS NULL
                                     OFFSET 0) f
                 WHERE NOT hela) f
          JOIN ind i ON i.id = f.indikator_id
          JOIN lager.dim_enhet e ON e.id = f.enhet_id
         WHERE i.slag IS DISTINCT FROM 'andel' OR f.varde_status = 'suppressed'
            OR f.varde > -0.5 AND f.varde < 0.5 AND f.varde <> 0 OR f.varde >= 99.5 AND f.varde <= 100.5 AND f.varde <> 100
    ), grupper AS (
        SELECT r.stadsdel_id, r.period_id, r.indikator_id,
               coalesce(bool_or(r.varde_status = 'suppressed'
                                OR CASE r.som WHEN 'antal' THEN r.varde > 0 AND r.varde < r.troskel
                                              WHEN 'andel' THEN (r.varde > -0.5 AND r.varde < 0.5 OR r.varde >= 99.5 AND r.varde <= 100.5)
                                                    AND lager.andel_nara(r.varde, lager.andel_decimaler(r.troskel, r.namnare_minst, r.hel_namnd))
                                   END), false)
               OR coalesce(max(r.som) = 'antal' -- the board's that are in no unit
                           AND sum(CASE WHEN r.hel_namnd THEN r.varde ELSE -r.varde END) > 0
                           AND sum(CASE WHEN r.hel_namnd THEN r.varde ELSE -r.varde END) < max(r.troskel), false) AS dold
          FROM rader r
         GROUP BY r.stadsdel_id, r.period_id, r.indikator_id
    ), dolda AS MATERIALIZED (
        SELECT g.stadsdel_id, g.period_id, g.indikator_id
          FROM grupper g
         WHERE g.dold
         UNION
        SELECT f.stadsdel_id, f.period_id, f.indikator_id -- something is hidden of the period that it speaks of
          FROM lager.foregaende_att_skydda f -- of a whole year, which may have no key yet
          JOIN lager.dim_period p ON p.id = f.period_id AND p.ar = f.ar
         WHERE hela AND f.ar = ANY (aren) AND f.ersatt_load_id IS NULL
           AND (f.stadsdel_id, f.period_id, f.indikator_id) IN (SELECT h.stadsdel_id, h.period_id + 10000, h.indikator_id FROM lager.utfall_skydd h)
         UNION
        SELECT v.stadsdel_id, v.period_id, v.indikator_id
          FROM valda v
         CROSS JOIN LATERAL (SELECT FROM lager.utfall_skydd h
                              WHERE h.stadsdel_id = v.stadsdel_id AND h.period_id = v.period_id - 10000 AND h.indikator_id = v.indikator_id
                              LIMIT 1) h
         CROSS JOIN LATERAL (SELECT FROM lager.foregaende_att_skydda f
                              WHERE f.ar = v.ar AND f.stadsdel_id = v.stadsdel_id AND f.period_id = v.period_id AND f.indikator_id = v.indikator_id
                                AND f.ersatt_load_id IS NULL
                              LIMIT 1) f
         WHERE NOT hela
    ), flaggade AS MATERIALIZED (
        SELECT f.ctid AS plats, f.*
          FROM lager.utfall_skydd_grupp f
         WHERE hela AND f.foregaende AND f.period_id IN (SELECT p.id FROM lager.dim_period p WHERE p.ar = ANY (aren))
         UNION ALL
        SELECT f.*
          FROM valda v
         CROSS JOIN LATERAL (SELECT f.ctid AS plats, f.*
                               FROM lager.utfall_skydd_grupp f
                              WHERE f.stadsdel_id = v.stadsdel_id AND f.period_id = v.period_id AND f.indikator_id = v.indikator_id AND f.foregaende
                             OFFSET 0) f
         WHERE NOT hela
    ), visas AS MATERIALIZED ( -- what is hidden and may be shown
        SELECT f.plats, f.aldre
          FROM flaggade f
         WHERE NOT EXISTS (SELECT FROM dolda d
                            WHERE (d.stadsdel_id, d.period_id, d.indikator_id) = (f.stadsdel_id, f.period_id, f.indikator_id))
    ), bort AS (
        DELETE FROM lager.utfall_skydd_grupp f WHERE f.ctid = ANY (ARRAY(SELECT v.plats FROM visas v WHERE NOT v.aldre))
    ), kvar AS (
        UPDATE lager.utfall_skydd_grupp f SET foregaende = false WHERE f.ctid = ANY (ARRAY(SELECT v.plats FROM visas v WHERE v.aldre))
    )
    INSERT INTO lager.utfall_skydd_grupp AS f
    SELECT d.stadsdel_id, d.period_id, d.indikator_id, true, false
      FROM dolda d
     WHERE NOT EXISTS (SELECT FROM flaggade x WHERE (x.stadsdel_id, x.period_id, x.indikator_id) = (d.stadsdel_id, d.period_id, d.indikator_id))
     ORDER BY d.stadsdel_id, d.period_id, d.indikator_id
        ON CONFLICT (stadsdel_id, period_id, indikator_id) DO UPDATE SET foregaende = true;
END
$$;

-- As 019 has it, but that many groups are decided a few hundred at a time: each stands for itself.
CREATE OR REPLACE FUNCTION lager.skydda_grupper(stadsdelar smallint[], perioder int[], indikatorer int[]) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_nestloop = on
AS $$
DECLARE
    fa constant int := 4;     -- as above
    bunt constant int := 500; -- at a time: the rows of so many are decided in memory
    stad smallint := (SELECT d.id FROM lager.dim_stadsdel d WHERE d.kod = 'STAD');
    aren smallint[] := (SELECT array_agg(DISTINCT p.ar) FROM lager.dim_period p WHERE p.id = ANY (perioder));
    hela boolean;
    s smallint[]; p int[]; i int[]; -- the city's
    g record;
BEGIN
    IF stadsdelar IS NULL THEN RETURN; END IF;
    SELECT array_agg(stad), array_agg(x.p), array_agg(x.i) INTO s, p, i
      FROM (SELECT y.p, y.i, bool_or(y.s = stad) AS given FROM unnest(stadsdelar, perioder, indikatorer) AS y (s, p, i) GROUP BY y.p, y.i) x
     WHERE x.given OR EXISTS (SELECT FROM lager.fact_utfall u WHERE u.stadsdel_id = stad AND u.period_id = x.p AND u.indikator_id = x.i);
    IF cardinality(stadsdelar) <= fa THEN
        FOR g IN SELECT * FROM unnest(stadsdelar, perioder, indikatorer) AS x (s, p, i)
                  WHERE x.s IS DISTINCT FROM stad ORDER BY x.s, x.p, x.i LOOP
            PERFORM lager.skydda_grupp(g.s, g.p, g.i);
        END LOOP;
        FOR g IN SELECT * FROM unnest(s, p, i) AS x (s, p, i) ORDER BY x.p, x.i LOOP
            PERFORM lager.skydda_grupp(g.s, g.p, g.i);
        END LOOP;
        RETURN; -- skydda_grupp has seen to the next year's previous values
    END IF;
    hela := lager.skydda_hela_ar(cardinality(stadsdelar), 'fact_utfall', aren);
    IF hela THEN
        PERFORM lager.skydda_utfall_mangd(aren, true, NULL, NULL, NULL, false);
    ELSE
        FOR g IN SELECT array_agg(x.s) AS s, array_agg(x.p) AS p, array_agg(x.i) AS i
                   FROM (SELECT y.s, y.p, y.i, (row_number() OVER (ORDER BY y.s, y.p, y.i) - 1) / bunt AS nr
                           FROM unnest(stadsdelar, perioder, indikatorer) AS y (s, p, i)) x
                  GROUP BY x.nr ORDER BY x.nr LOOP
            PERFORM lager.skydda_utfall_mangd(aren, false, g.s, g.p, g.i, false);
        END LOOP;
    END IF;
    IF s IS NOT NULL THEN
        PERFORM lager.skydda_utfall_mangd(aren, hela, s, p, i, true);
    END IF;
    -- What the next year's reports print of these periods, where somebody speaks of them yet.
    SELECT array_agg(x.s), array_agg(x.p + 10000), array_agg(x.i) INTO s, p, i
      FROM (SELECT * FROM unnest(stadsdelar, perioder, indikatorer) UNION SELECT * FROM unnest(s, p, i)) AS x (s, p, i)
     WHERE x.p + 10000 IN (SELECT n.id FROM lager.dim_period n);
    PERFORM lager.skydda_foregaende_grupper(s, p, i);
END
$$;
