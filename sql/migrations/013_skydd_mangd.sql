-- The disclosure decision of many groups at once.  010 decides group by group, each with a dozen look-ups; here a few statements
-- read the facts of whole years once and decide all groups that are asked for.  The rules are 010's, and lager.skydda_grupp
-- stays: it decides where few groups changed, and a test holds that both ways give the same rows.
--
-- Which counts are looked at: a table hides nothing unless one of its cells is hidden to begin with (lager.dolda_celler
-- returns at once then).  There are four ways to begin: a value that the source hid; a value v, 0 < v < t; a remainder
-- T - M - K between 0 and t with no O reported; a remainder of the board minus its units between 0 and t in one column.
-- With sexes as shares of a count one more: a sex whose part of the total, or the rest of it, rounds to less than t, or
-- whose total is not shown.  Each is asked for below with the same comparison as there but fewer conditions, so the groups
-- that are left out are groups that hide nothing; those that are taken in needlessly are decided like any other.
SET LOCAL ROLE stadslager_owner;

---------------------------------------------------------------- counts: one table, from its cells

-- What lager.dolda_antal did, on cells that have been read: row r of VARDEN and LAGEN is unit ENHETER[r] (the board, if there
-- is one, is row NAMND, the last), column 1 M, 2 K, 3 O, 4 T; LAGEN: 0 no such cell, 1 reported, 3 hidden by the source.
CREATE FUNCTION lager.dolda_celler(enheter int[], namnd int, varden numeric[], lagen int[], troskel int, kon_mening text)
    RETURNS TABLE (enhet_id int, kon "char", skal lager.skydd_skal)
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    delar_ar_andelar boolean := coalesce(kon_mening = 'andel_av_total', false);
    v numeric[] := '{}'; -- as lager.skydda_tabell wants them: element (r - 1) * 4 + c
    l int[] := '{}';
    svar int[];
    n int := coalesce(cardinality(enheter), 0);
    r int; c int; bas int; rest numeric; summa numeric; total numeric; okand boolean; finns boolean; dolj boolean;
    bokstaver "char"[] := '{M,K,O,T}';
BEGIN
    FOR r IN 1..n LOOP
        bas := (r - 1) * 4;
        FOR c IN 1..4 LOOP
            v[bas + c] := varden[r][c];
            l[bas + c] := lagen[r][c];
        END LOOP;
        IF NOT delar_ar_andelar THEN
            -- A third sex that was not reported and yet follows.
            rest := v[bas + 4] - coalesce(v[bas + 1], 0) - coalesce(v[bas + 2], 0);
            IF l[bas + 3] = 0 AND l[bas + 4] = 1 AND (l[bas + 1] = 1 OR l[bas + 2] = 1) AND l[bas + 1] <> 3 AND l[bas + 2] <> 3
               AND rest > 0 AND rest < troskel THEN
                l[bas + 3] := 4;
            END IF;
        END IF;
        FOR c IN 1..4 LOOP
            IF delar_ar_andelar AND c < 4 THEN l[bas + c] := 0; END IF;
            IF l[bas + c] = 1 AND v[bas + c] > 0 AND v[bas + c] < troskel THEN l[bas + c] := 2; END IF;
        END LOOP;
    END LOOP;
    IF namnd > 0 AND n > 1 THEN -- individuals of the board who are in no unit
        finns := false;
        FOR c IN 1..4 LOOP
            v[n * 4 + c] := NULL;
            l[n * 4 + c] := 0;
            summa := 0;
            okand := l[(namnd - 1) * 4 + c] NOT IN (1, 2);
            FOR r IN 1..n LOOP
                CONTINUE WHEN r = namnd;
                summa := summa + coalesce(v[(r - 1) * 4 + c], 0);
                okand := okand OR l[(r - 1) * 4 + c] IN (3, 4);
            END LOOP;
            rest := v[(namnd - 1) * 4 + c] - summa;
            IF NOT okand AND summa > 0 AND rest > 0 AND rest < troskel THEN
                l[n * 4 + c] := 4;
                finns := true;
            END IF;
        END LOOP;
        IF NOT finns THEN
            v := v[:n * 4];
            l := l[:n * 4];
        END IF;
    END IF;
    svar := l;
    IF l && ARRAY[2, 3, 4] THEN svar := lager.skydda_tabell(v, l, namnd); END IF;
    FOR r IN 1..n LOOP
        enhet_id := enheter[r];
        bas := (r - 1) * 4;
        total := v[bas + 4];
        -- The sexes as shares of a count: 36 % of 11 is 4.
        dolj := delar_ar_andelar AND svar[bas + 4] <> 1;
        FOR c IN 1..3 LOOP
            dolj := dolj OR delar_ar_andelar AND lagen[r][c] > 0
                AND (lagen[r][c] = 3 OR coalesce(varden[r][c] > 0 AND round(total * varden[r][c] / 100) < troskel
                                                 OR varden[r][c] < 100 AND round(total * (100 - varden[r][c]) / 100) < troskel, false));
        END LOOP;
        FOR c IN 1..4 LOOP
            IF svar[bas + c] IN (2, 3) OR dolj AND c < 4 AND lagen[r][c] > 0 THEN
                kon := bokstaver[c];
                skal := CASE WHEN lagen[r][c] = 3 THEN 'kallan' ELSE 'dold' END;
                RETURN NEXT;
            END IF;
        END LOOP;
    END LOOP;
END
$$;
COMMENT ON FUNCTION lager.dolda_celler IS 'the hidden cells of a count: of one district, indicator and period, given its cells';

---------------------------------------------------------------- previous values

-- Decides anew which previous values are shown: of all groups of the years (HELA), or of the groups given in these years.
CREATE FUNCTION lager.skydda_foregaende_mangd(aren smallint[], hela boolean, stadsdelar smallint[], perioder int[], indikatorer int[])
    RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET work_mem = '32MB' SET jit = off
    SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
    WITH ind AS MATERIALIZED (
        SELECT i.id, i.slag, i.troskel, i.matt, i.namnare_minst, lager.skyddas_som(i.slag, i.troskel, i.matt, NULL) AS som
          FROM lager.dim_indikator i
    ), rader AS (
        SELECT f.stadsdel_id, f.period_id, f.indikator_id, f.varde, f.varde_status, e.hel_namnd, i.slag, i.troskel, i.namnare_minst,
               CASE WHEN i.slag IS NULL THEN lager.skyddas_som(i.slag, i.troskel, i.matt, f.matt) ELSE i.som END AS som
          FROM lager.fact_foregaende f
          JOIN lager.dim_period p ON p.id = f.period_id AND p.ar = f.ar
          JOIN lager.dim_enhet e ON e.id = f.enhet_id
          JOIN ind i ON i.id = f.indikator_id
         WHERE f.ar = ANY (aren) AND f.ersatt_load_id IS NULL
           AND (hela OR (f.stadsdel_id, f.period_id, f.indikator_id) IN (SELECT * FROM unnest(stadsdelar, perioder, indikatorer)))
    ), grupper AS MATERIALIZED (
        SELECT r.stadsdel_id, r.period_id, r.indikator_id,
               coalesce(bool_or(r.varde_status = 'suppressed'
                                OR CASE r.som WHEN 'antal' THEN r.varde > 0 AND r.varde < r.troskel
                                              WHEN 'andel' THEN (r.varde > -0.5 AND r.varde < 0.5 OR r.varde >= 99.5 AND r.varde <= 100.5)
                                                    AND lager.andel_nara(r.varde, lager.andel_decimaler(r.troskel, r.namnare_minst, r.hel_namnd))
                                   END) FILTER (WHERE r.som IS NOT NULL), false)
               OR coalesce(max(r.som) = 'antal'
                           AND sum(CASE WHEN r.hel_namnd THEN r.varde ELSE -r.varde END) FILTER (WHERE r.slag IS DISTINCT FROM 'andel') > 0
                           AND sum(CASE WHEN r.hel_namnd THEN r.varde ELSE -r.varde END) FILTER (WHERE r.slag IS DISTINCT FROM 'andel')
                               < max(r.troskel), false) AS dold
          FROM rader r
         GROUP BY r.stadsdel_id, r.period_id, r.indikator_id
    ), dolda AS MATERIALIZED (
        SELECT g.stadsdel_id, g.period_id, g.indikator_id
          FROM grupper g
         WHERE g.dold OR EXISTS (SELECT FROM lager.utfall_skydd h -- of the period that it speaks of
                                  WHERE h.stadsdel_id = g.stadsdel_id AND h.period_id = g.period_id - 10000 AND h.indikator_id = g.indikator_id)
    ), visas AS MATERIALIZED ( -- what is hidden and may be shown
        SELECT f.stadsdel_id, f.period_id, f.indikator_id, f.aldre
          FROM lager.utfall_skydd_grupp f
         WHERE f.foregaende AND f.period_id IN (SELECT p.id FROM lager.dim_period p WHERE p.ar = ANY (aren))
           AND (hela OR (f.stadsdel_id, f.period_id, f.indikator_id) IN (SELECT * FROM unnest(stadsdelar, perioder, indikatorer)))
           AND NOT EXISTS (SELECT FROM dolda d
                            WHERE (d.stadsdel_id, d.period_id, d.indikator_id) = (f.stadsdel_id, f.period_id, f.indikator_id))
    ), bort AS (
        DELETE FROM lager.utfall_skydd_grupp f USING visas v
         WHERE (v.stadsdel_id, v.period_id, v.indikator_id) = (f.stadsdel_id, f.period_id, f.indikator_id) AND NOT v.aldre
    ), kvar AS (
        UPDATE lager.utfall_skydd_grupp f SET foregaende = false FROM visas v
         WHERE (v.stadsdel_id, v.period_id, v.indikator_id) = (f.stadsdel_id, f.period_id, f.indikator_id) AND v.aldre
    )
    INSERT INTO lager.utfall_skydd_grupp AS f
    SELECT d.stadsdel_id, d.period_id, d.indikator_id, true, false
      FROM dolda d
     WHERE NOT EXISTS (SELECT FROM lager.utfall_skydd_grupp x
                        WHERE (x.stadsdel_id, x.period_id, x.indikator_id) = (d.stadsdel_id, d.period_id, d.indikator_id) AND x.foregaende)
     ORDER BY d.stadsdel_id, d.period_id, d.indikator_id
        ON CONFLICT (stadsdel_id, period_id, indikator_id) DO UPDATE SET foregaende = true;
END
$$;
COMMENT ON FUNCTION lager.skydda_foregaende_mangd IS 'decides what analysts may see of previous values: all of these years or the groups given';

---------------------------------------------------------------- outcomes

-- Decides anew which outcomes are shown: of all groups of the years (HELA), or of the groups given, whose periods are of these
-- years.  STADEN: of the city's, whose decision needs the districts'; else of the districts'.
CREATE FUNCTION lager.skydda_utfall_mangd(aren smallint[], hela boolean, stadsdelar smallint[], perioder int[], indikatorer int[], staden boolean)
    RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET join_collapse_limit = 1 SET work_mem = '32MB' SET jit = off
    SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    stad smallint := coalesce((SELECT d.id FROM lager.dim_stadsdel d WHERE d.kod = 'STAD'), 0);
BEGIN
    WITH ind AS MATERIALIZED ( -- what is protected at all; without a kind it is said per group
        SELECT i.id, i.slag, i.troskel, i.matt, i.namnare_minst, i.kon_mening, i.slag IS DISTINCT FROM 'andel' AS raknas
          FROM lager.dim_indikator i
         WHERE lager.skyddas_som(i.slag, i.troskel, i.matt, NULL) IS NOT NULL
    ), rader AS MATERIALIZED ( -- every version of counts; of shares those that can hide something and those that were replaced
        SELECT u.stadsdel_id, u.period_id, u.indikator_id, u.enhet_id, u.kon, u.varde, u.varde_status, u.ersatt_load_id IS NULL AS gallande,
               e.hel_namnd, i.raknas, i.kon_mening = 'andel_av_total' AS delar_ar_andelar, CASE WHEN i.slag IS NULL THEN u.matt END AS matt,
               u.varde_status = 'suppressed' OR i.raknas AND u.varde > 0 AND u.varde < i.troskel AS liten,
               CASE WHEN i.slag = 'antal' OR u.varde > 0.5 AND u.varde < 99.5 THEN false ELSE lager.andel_nara(u.varde, 0) END AS nara_helt,
               CASE WHEN i.slag = 'antal' OR u.varde > 0.5 AND u.varde < 99.5 THEN false
                    ELSE lager.andel_nara(u.varde, lager.andel_decimaler(i.troskel, i.namnare_minst, e.hel_namnd)) END AS nara
          FROM lager.fact_utfall u
          JOIN ind i ON i.id = u.indikator_id
          JOIN lager.dim_period p ON p.id = u.period_id AND p.ar = u.ar
          JOIN lager.dim_enhet e ON e.id = u.enhet_id
         WHERE u.ar = ANY (aren)
           AND (staden OR u.stadsdel_id <> stad) AND (NOT staden OR u.stadsdel_id = stad)
           AND (hela OR (u.stadsdel_id, u.period_id, u.indikator_id) IN (SELECT * FROM unnest(stadsdelar, perioder, indikatorer)))
           AND (i.raknas OR u.varde_status = 'suppressed' OR u.ersatt_load_id IS NOT NULL
                OR u.varde > -0.5 AND u.varde < 0.5 AND u.varde <> 0 OR u.varde >= 99.5 AND u.varde <= 100.5 AND u.varde <> 100)
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
               max(r.t) FILTER (WHERE r.hel_namnd) - sum(r.t) FILTER (WHERE NOT r.hel_namnd) AS rest_t
          FROM tabellrader r
          JOIN ind i ON i.id = r.indikator_id
         GROUP BY r.stadsdel_id, r.period_id, r.indikator_id
    ), tabeller AS MATERIALIZED (
        SELECT s.stadsdel_id, s.period_id, s.indikator_id, i.troskel, i.kon_mening,
               lager.skyddas_som(i.slag, i.troskel, i.matt, s.matt) AS som,
               s.liten OR s.namnder OR coalesce(s.konsrest, false) OR coalesce(s.andelsrest, false)
               OR coalesce(s.rest_m > 0 AND s.rest_m < i.troskel, false) OR coalesce(s.rest_k > 0 AND s.rest_k < i.troskel, false)
               OR coalesce(s.rest_o > 0 AND s.rest_o < i.troskel, false) OR coalesce(s.rest_t > 0 AND s.rest_t < i.troskel, false) AS kan,
               -- The districts add up to the city: where one of them hides something, the city's count is not shown at all.
               staden AND EXISTS (SELECT FROM lager.utfall_skydd h WHERE h.indikator_id = s.indikator_id AND h.period_id = s.period_id
                                     AND h.stadsdel_id <> stad) AS alla
          FROM summor s
          JOIN ind i ON i.id = s.indikator_id
    ), antal AS (
        SELECT x.stadsdel_id, x.period_id, x.indikator_id, d.enhet_id, d.kon, d.skal
          FROM (SELECT r.stadsdel_id, r.period_id, r.indikator_id, t.troskel, t.kon_mening,
                       array_agg(r.enhet_id ORDER BY r.hel_namnd, r.enhet_id) AS enheter,
                       CASE WHEN bool_or(r.hel_namnd) THEN count(*)::int ELSE 0 END AS namnd,
                       array_agg(ARRAY[r.m, r.k, r.o, r.t] ORDER BY r.hel_namnd, r.enhet_id) AS varden,
                       array_agg(ARRAY[r.lm, r.lk, r.lo, r.lt] ORDER BY r.hel_namnd, r.enhet_id) AS lagen
                  FROM tabellrader r
                  JOIN tabeller t USING (stadsdel_id, period_id, indikator_id)
                 WHERE t.som = 'antal' AND t.kan AND NOT t.alla AND r.lm + r.lk + r.lo + r.lt > 0
                 GROUP BY r.stadsdel_id, r.period_id, r.indikator_id, t.troskel, t.kon_mening) x
         CROSS JOIN LATERAL lager.dolda_celler(x.enheter, x.namnd, x.varden, x.lagen, x.troskel, x.kon_mening) d
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
          FROM lager.fact_utfall u
          JOIN utlosare l ON (l.stadsdel_id, l.period_id, l.indikator_id, l.enhet_id) = (u.stadsdel_id, u.period_id, u.indikator_id, u.enhet_id)
          JOIN lager.dim_period p ON p.id = u.period_id AND p.ar = u.ar
         WHERE u.ar = ANY (aren) AND u.ersatt_load_id IS NULL AND u.kon <> 'T' AND u.varde_status = 'reported'
           AND NOT EXISTS (SELECT FROM andelar a WHERE (a.stadsdel_id, a.period_id, a.indikator_id, a.enhet_id, a.kon)
                                                     = (u.stadsdel_id, u.period_id, u.indikator_id, u.enhet_id, u.kon))
    ), borta AS (
        DELETE FROM lager.utfall_skydd h
         WHERE (staden OR h.stadsdel_id <> stad) AND (NOT staden OR h.stadsdel_id = stad)
           AND (NOT hela OR h.period_id IN (SELECT p.id FROM lager.dim_period p WHERE p.ar = ANY (aren)))
           AND (hela OR (h.stadsdel_id, h.period_id, h.indikator_id) IN (SELECT * FROM unnest(stadsdelar, perioder, indikatorer)))
           AND NOT EXISTS (SELECT FROM ny n WHERE (n.stadsdel_id, n.period_id, n.indikator_id, n.enhet_id, n.kon)
                                                = (h.stadsdel_id, h.period_id, h.indikator_id, h.enhet_id, h.kon))
    ), nya AS (
        INSERT INTO lager.utfall_skydd AS h
        SELECT n.stadsdel_id, n.period_id, n.indikator_id, n.enhet_id, n.kon, n.skal
          FROM ny n
         WHERE NOT EXISTS (SELECT FROM lager.utfall_skydd x WHERE (x.stadsdel_id, x.period_id, x.indikator_id, x.enhet_id, x.kon, x.skal)
                                                               = (n.stadsdel_id, n.period_id, n.indikator_id, n.enhet_id, n.kon, n.skal))
         ORDER BY n.stadsdel_id, n.period_id, n.indikator_id, n.enhet_id, n.kon
            ON CONFLICT (stadsdel_id, period_id, indikator_id, enhet_id, kon) DO UPDATE SET skal = EXCLUDED.skal
    ), ersatta AS MATERIALIZED (
        SELECT DISTINCT r.stadsdel_id, r.period_id, r.indikator_id FROM rader r WHERE NOT r.gallande
    ), aldre AS MATERIALIZED ( -- groups whose older versions could give something away
        SELECT r.stadsdel_id, r.period_id, r.indikator_id
          FROM rader r
          JOIN ersatta e USING (stadsdel_id, period_id, indikator_id)
          LEFT JOIN tabeller t USING (stadsdel_id, period_id, indikator_id)
         GROUP BY r.stadsdel_id, r.period_id, r.indikator_id
        HAVING bool_or(CASE WHEN r.raknas AND t.som = 'antal' THEN r.liten ELSE r.varde_status = 'suppressed' OR r.nara_helt END)
            OR (r.stadsdel_id, r.period_id, r.indikator_id) IN (SELECT n.stadsdel_id, n.period_id, n.indikator_id FROM ny n)
    ), visas AS MATERIALIZED ( -- what is hidden and may be shown
        SELECT f.stadsdel_id, f.period_id, f.indikator_id, f.foregaende
          FROM lager.utfall_skydd_grupp f
         WHERE f.aldre AND (staden OR f.stadsdel_id <> stad) AND (NOT staden OR f.stadsdel_id = stad)
           AND (NOT hela OR f.period_id IN (SELECT p.id FROM lager.dim_period p WHERE p.ar = ANY (aren)))
           AND (hela OR (f.stadsdel_id, f.period_id, f.indikator_id) IN (SELECT * FROM unnest(stadsdelar, perioder, indikatorer)))
           AND NOT EXISTS (SELECT FROM aldre a
                            WHERE (a.stadsdel_id, a.period_id, a.indikator_id) = (f.stadsdel_id, f.period_id, f.indikator_id))
    ), bort AS (
        DELETE FROM lager.utfall_skydd_grupp f USING visas v
         WHERE (v.stadsdel_id, v.period_id, v.indikator_id) = (f.stadsdel_id, f.period_id, f.indikator_id) AND NOT v.foregaende
    ), kvar AS (
        UPDATE lager.utfall_skydd_grupp f SET aldre = false FROM visas v
         WHERE (v.stadsdel_id, v.period_id, v.indikator_id) = (f.stadsdel_id, f.period_id, f.indikator_id) AND v.foregaende
    )
    INSERT INTO lager.utfall_skydd_grupp AS f
    SELECT a.stadsdel_id, a.period_id, a.indikator_id, false, true
      FROM aldre a
     WHERE NOT EXISTS (SELECT FROM lager.utfall_skydd_grupp x
                        WHERE (x.stadsdel_id, x.period_id, x.indikator_id) = (a.stadsdel_id, a.period_id, a.indikator_id) AND x.aldre)
     ORDER BY a.stadsdel_id, a.period_id, a.indikator_id
        ON CONFLICT (stadsdel_id, period_id, indikator_id) DO UPDATE SET aldre = true;
END
$$;
COMMENT ON FUNCTION lager.skydda_utfall_mangd IS 'decides what analysts may see of outcomes: all of these years or the groups given';

---------------------------------------------------------------- a year

-- All of a year, for facts that came past the triggers (a partition that was built aside and attached): outcomes, the year's
-- previous values, and the next year's, which speak of this one.  Reads the year's facts three times.  Needs no statistics:
-- a partition that was just attached has none, so nothing here is left to the planner's guess of how few rows there are
-- (no nested loops, joins in the order written); a sort takes at most 32 MB of memory, a hash 64 MB.
CREATE FUNCTION lager.skydda_ar(ar smallint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    senare smallint[] := (SELECT array_agg(DISTINCT n.ar) FROM lager.dim_period p JOIN lager.dim_period n ON n.id = p.id + 10000
                           WHERE p.ar = skydda_ar.ar);
BEGIN
    PERFORM lager.skydda_utfall_mangd(ARRAY[ar], true, NULL, NULL, NULL, false);
    PERFORM lager.skydda_utfall_mangd(ARRAY[ar], true, NULL, NULL, NULL, true);
    PERFORM lager.skydda_foregaende_mangd(ar || senare, true, NULL, NULL, NULL);
END
$$;
COMMENT ON FUNCTION lager.skydda_ar IS 'decides what analysts may see of a year whose facts came past the triggers';

---------------------------------------------------------------- some groups

-- Whether that many groups of these years are better decided at once.  One at a time costs some look-ups by index, at once
-- reading the years: about as much as four pages cost a group.
CREATE FUNCTION lager.skydda_som_mangd(grupper int, tabell text, aren smallint[]) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT grupper > 50 + coalesce(sum(pg_relation_size(to_regclass(format('lager.%I', tabell || '_' || a)))), 0)
                          / current_setting('block_size')::int / 4
      FROM unnest(aren) a
$$;

-- Previous values of the groups given.
CREATE FUNCTION lager.skydda_foregaende_grupper(stadsdelar smallint[], perioder int[], indikatorer int[]) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_nestloop = on
AS $$
DECLARE
    aren smallint[] := (SELECT array_agg(DISTINCT p.ar) FROM lager.dim_period p WHERE p.id = ANY (perioder));
BEGIN
    IF stadsdelar IS NULL THEN RETURN; END IF;
    IF lager.skydda_som_mangd(cardinality(stadsdelar), 'fact_foregaende', aren) THEN
        PERFORM lager.skydda_foregaende_mangd(aren, false, stadsdelar, perioder, indikatorer);
    ELSE
        PERFORM lager.skydda_flaggor(g.s, g.p, g.i, lager.skydda_foregaende(g.s, g.p, g.i), NULL)
           FROM (SELECT * FROM unnest(stadsdelar, perioder, indikatorer) AS x (s, p, i) ORDER BY 1, 2, 3) g;
    END IF;
END
$$;

-- The groups given, each once, and the city's of the same periods and indicators.
CREATE OR REPLACE FUNCTION lager.skydda_grupper(stadsdelar smallint[], perioder int[], indikatorer int[]) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_nestloop = on
AS $$
DECLARE
    stad smallint := (SELECT d.id FROM lager.dim_stadsdel d WHERE d.kod = 'STAD');
    aren smallint[] := (SELECT array_agg(DISTINCT p.ar) FROM lager.dim_period p WHERE p.id = ANY (perioder));
    mangd boolean;
    s smallint[]; p int[]; i int[]; -- the city's
    g record;
BEGIN
    IF stadsdelar IS NULL THEN RETURN; END IF;
    mangd := lager.skydda_som_mangd(cardinality(stadsdelar), 'fact_utfall', aren);
    IF mangd THEN
        PERFORM lager.skydda_utfall_mangd(aren, false, stadsdelar, perioder, indikatorer, false);
    ELSE
        FOR g IN SELECT * FROM unnest(stadsdelar, perioder, indikatorer) AS x (s, p, i)
                  WHERE x.s IS DISTINCT FROM stad ORDER BY x.s, x.p, x.i LOOP
            PERFORM lager.skydda_grupp(g.s, g.p, g.i);
        END LOOP;
    END IF;
    SELECT array_agg(stad), array_agg(x.p), array_agg(x.i) INTO s, p, i
      FROM (SELECT DISTINCT y.p, y.i FROM unnest(perioder, indikatorer) AS y (p, i)) x
     WHERE EXISTS (SELECT FROM lager.fact_utfall u WHERE u.stadsdel_id = stad AND u.period_id = x.p AND u.indikator_id = x.i);
    IF mangd AND s IS NOT NULL THEN
        PERFORM lager.skydda_utfall_mangd(aren, false, s, p, i, true);
    ELSIF s IS NOT NULL THEN
        FOR g IN SELECT * FROM unnest(s, p, i) AS x (s, p, i) ORDER BY x.p, x.i LOOP
            PERFORM lager.skydda_grupp(g.s, g.p, g.i);
        END LOOP;
    END IF;
    IF NOT mangd THEN RETURN; END IF; -- else skydda_grupp has seen to it
    -- What the next year's reports print of these periods, where somebody speaks of them yet.
    SELECT array_agg(x.s), array_agg(x.p + 10000), array_agg(x.i) INTO s, p, i
      FROM (SELECT * FROM unnest(stadsdelar, perioder, indikatorer) UNION SELECT * FROM unnest(s, p, i)) AS x (s, p, i)
     WHERE x.p + 10000 IN (SELECT n.id FROM lager.dim_period n);
    PERFORM lager.skydda_foregaende_grupper(s, p, i);
END
$$;

---------------------------------------------------------------- when the facts change

-- As 010 has them, with the questions asked of rows instead of groups: a share that is neither hidden nor near 0 or 100 needs
-- no decision when it comes, unless something of its group is hidden; counts always do (a sum may follow from them).
CREATE OR REPLACE FUNCTION lager.utfall_andrat() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    s smallint[]; p int[]; n int[];
BEGIN
    SELECT array_agg(g.stadsdel_id), array_agg(g.period_id), array_agg(g.indikator_id) INTO s, p, n
      FROM (SELECT DISTINCT r.stadsdel_id, r.period_id, r.indikator_id
              FROM rader r
              JOIN lager.dim_indikator i ON i.id = r.indikator_id
             WHERE i.troskel > 0 AND (i.slag IN ('antal', 'andel') OR i.slag IS NULL)
               AND (i.slag IS DISTINCT FROM 'andel' OR r.varde_status = 'suppressed' OR TG_OP <> 'INSERT'
                    OR r.varde > -0.5 AND r.varde < 0.5 AND r.varde <> 0 OR r.varde >= 99.5 AND r.varde <= 100.5 AND r.varde <> 100
                    OR (r.stadsdel_id, r.period_id, r.indikator_id)
                       IN (SELECT h.stadsdel_id, h.period_id, h.indikator_id FROM lager.utfall_skydd h))) g;
    PERFORM lager.skydda_grupper(s, p, n);
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION lager.foregaende_andrat() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    s smallint[]; p int[]; n int[];
BEGIN
    SELECT array_agg(g.stadsdel_id), array_agg(g.period_id), array_agg(g.indikator_id) INTO s, p, n
      FROM (SELECT DISTINCT r.stadsdel_id, r.period_id, r.indikator_id
              FROM rader r
              JOIN lager.dim_indikator i ON i.id = r.indikator_id
             WHERE i.troskel > 0 AND (i.slag IN ('antal', 'andel') OR i.slag IS NULL)
               AND (i.slag IS DISTINCT FROM 'andel' OR r.varde_status = 'suppressed' OR TG_OP <> 'INSERT'
                    OR r.varde > -0.5 AND r.varde < 0.5 AND r.varde <> 0 OR r.varde >= 99.5 AND r.varde <= 100.5 AND r.varde <> 100
                    OR (r.stadsdel_id, r.period_id - 10000, r.indikator_id) -- what the report speaks of is hidden, or was
                       IN (SELECT h.stadsdel_id, h.period_id, h.indikator_id FROM lager.utfall_skydd h)
                    OR (r.stadsdel_id, r.period_id, r.indikator_id)
                       IN (SELECT f.stadsdel_id, f.period_id, f.indikator_id FROM lager.utfall_skydd_grupp f))) g;
    PERFORM lager.skydda_foregaende_grupper(s, p, n);
    RETURN NULL;
END
$$;

-- All of an indicator.
CREATE OR REPLACE FUNCTION lager.skydda_indikator(indikator int) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    s smallint[]; p int[]; n int[];
BEGIN
    SELECT array_agg(g.stadsdel_id), array_agg(g.period_id), array_agg(indikator) INTO s, p, n
      FROM (SELECT DISTINCT u.stadsdel_id, u.period_id FROM lager.fact_utfall u
             WHERE u.indikator_id = indikator AND u.ersatt_load_id IS NULL) g;
    PERFORM lager.skydda_grupper(s, p, n);
    SELECT array_agg(g.stadsdel_id), array_agg(g.period_id), array_agg(indikator) INTO s, p, n
      FROM (SELECT DISTINCT f.stadsdel_id, f.period_id FROM lager.fact_foregaende f
             WHERE f.indikator_id = indikator AND f.ersatt_load_id IS NULL) g;
    PERFORM lager.skydda_foregaende_grupper(s, p, n);
END
$$;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA lager FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lager.skydda_ar TO stadslager_loader;
