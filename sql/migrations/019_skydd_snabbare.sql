-- Disclosure of many groups at once, as 013 decides it, with less work: most of what lager.dolda_celler did for each cell of a
-- count is done where the cells are read, the individuals who are in no unit are looked for only where the sums say that
-- there are few, and lager.skydda_tabell looks at a row's sum only where the row hides something.  The rules are 010's.
SET LOCAL ROLE stadslager_owner;

-- As 010 has it.
CREATE OR REPLACE FUNCTION lager.skydda_tabell(varden numeric[], lagen int[], namnd int) RETURNS int[]
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    -- nodes of the graph: columns 1, 2, 3, 4 and 5 = what adds up to nothing (rows and columns without a sum)
    n int := cardinality(lagen) / 4;
    lage int[] := lagen;
    radsumma boolean;    -- row r adds up
    kolumnsumma boolean[] := '{f,f,f,f}';
    masker int[];        -- nodes that row r's hidden cells lead to, as bits
    antal int[];         -- rows with each mask
    fria int[];          -- hidden cells of rows that do not add up, by column
    grupp int[];         -- component of each node
    r int; c int; s int; m int; delar int; dolda int; utan int; bas int; nod int; a int; b int; val int; minst numeric;
    brygga_rad int; brygga_nod int;
BEGIN
    FOR c IN 1..4 LOOP
        CONTINUE WHEN namnd = 0 OR lage[(namnd - 1) * 4 + c] = 0;
        FOR r IN 1..n LOOP
            kolumnsumma[c] := r <> namnd AND lage[(r - 1) * 4 + c] <> 0;
            EXIT WHEN kolumnsumma[c];
        END LOOP;
    END LOOP;
    LOOP
        -- A row that adds up and has one hidden cell gets a second: the smallest part that is not zero, else the total.
        masker := array_fill(0, ARRAY[n]);
        antal := array_fill(0, ARRAY[32]);
        fria := '{0,0,0,0}';
        FOR r IN 1..n LOOP
            bas := (r - 1) * 4;
            dolda := (lage[bas + 1] > 1)::int + (lage[bas + 2] > 1)::int + (lage[bas + 3] > 1)::int + (lage[bas + 4] > 1)::int;
            CONTINUE WHEN dolda = 0;
            delar := (lage[bas + 1] <> 0)::int + (lage[bas + 2] <> 0)::int + (lage[bas + 3] <> 0)::int;
            radsumma := lage[bas + 4] <> 0 AND delar >= 2;
            IF radsumma AND dolda = 1 THEN
                val := 0;
                minst := NULL;
                FOR c IN 1..3 LOOP
                    IF lage[bas + c] = 1 AND varden[bas + c] <> 0 AND (minst IS NULL OR varden[bas + c] < minst) THEN
                        val := c;
                        minst := varden[bas + c];
                    END IF;
                END LOOP;
                IF val = 0 AND lage[bas + 4] = 1 THEN val := 4; END IF;
                FOR c IN 1..3 LOOP
                    IF val = 0 AND lage[bas + c] = 1 THEN val := c; END IF;
                END LOOP;
                IF val > 0 THEN lage[bas + val] := 2; END IF;
            END IF;
            m := 0;
            FOR c IN 1..4 LOOP
                CONTINUE WHEN lage[bas + c] < 2;
                IF NOT radsumma THEN
                    IF kolumnsumma[c] THEN fria[c] := fria[c] + 1; END IF;
                ELSE
                    m := m | CASE WHEN kolumnsumma[c] THEN 1 << (c - 1) ELSE 16 END;
                END IF;
            END LOOP;
            masker[r] := m;
            IF m > 0 THEN antal[m + 1] := antal[m + 1] + 1; END IF;
        END LOOP;
        -- The first bridge, in the order of rows and columns.
        brygga_rad := 0;
        brygga_nod := 0;
        FOR r IN 0..n LOOP -- 0: rows that do not add up
            m := CASE WHEN r = 0 THEN 0 ELSE masker[r] END;
            CONTINUE WHEN r > 0 AND (m = 0 OR antal[m + 1] > 1 AND m NOT IN (1, 2, 4, 8, 16));
            FOR nod IN 1..5 LOOP
                CONTINUE WHEN r = 0 AND (nod = 5 OR fria[nod] <> 1) OR r > 0 AND m & (1 << (nod - 1)) = 0;
                IF r > 0 AND nod = 5 THEN -- two of a row's cells may lead to node 5
                    utan := 0;
                    FOR c IN 1..4 LOOP
                        IF lage[(r - 1) * 4 + c] > 1 AND NOT kolumnsumma[c] THEN utan := utan + 1; END IF;
                    END LOOP;
                    CONTINUE WHEN utan > 1;
                END IF;
                -- what is connected without this cell
                grupp := '{1,2,3,4,5}';
                FOR c IN 1..4 LOOP
                    IF fria[c] > (r = 0 AND c = nod)::int THEN
                        a := grupp[c]; b := grupp[5];
                        FOR s IN 1..5 LOOP IF grupp[s] = a THEN grupp[s] := b; END IF; END LOOP;
                    END IF;
                END LOOP;
                FOR s IN 1..31 LOOP
                    CONTINUE WHEN antal[s + 1] - (r > 0 AND s = m)::int < 1;
                    b := 0;
                    FOR c IN 1..5 LOOP
                        CONTINUE WHEN s & (1 << (c - 1)) = 0;
                        IF b = 0 THEN
                            b := grupp[c];
                        ELSE
                            a := grupp[c];
                            FOR delar IN 1..5 LOOP IF grupp[delar] = a THEN grupp[delar] := b; END IF; END LOOP;
                        END IF;
                    END LOOP;
                END LOOP;
                val := 0;
                IF r = 0 THEN
                    IF grupp[nod] = grupp[5] THEN val := 1; END IF;
                ELSE
                    FOR c IN 1..5 LOOP
                        IF c <> nod AND m & (1 << (c - 1)) > 0 AND grupp[c] = grupp[nod] THEN val := 1; END IF;
                    END LOOP;
                END IF;
                IF val = 0 THEN
                    brygga_rad := r;
                    brygga_nod := nod;
                    EXIT;
                END IF;
            END LOOP;
            EXIT WHEN brygga_nod > 0;
        END LOOP;
        EXIT WHEN brygga_nod = 0;
        -- Another row hides its cells in the same columns: the unit, else the board, with the smallest value that is not zero.
        m := CASE WHEN brygga_rad = 0 THEN 1 << (brygga_nod - 1) ELSE masker[brygga_rad] END;
        val := 0;
        minst := NULL;
        FOR nod IN 1..4 LOOP
            CONTINUE WHEN m & (1 << (nod - 1)) = 0 OR nod < brygga_nod AND brygga_nod < 5;
            FOR r IN 1..n LOOP
                bas := (r - 1) * 4 + nod;
                CONTINUE WHEN r = brygga_rad OR lage[bas] <> 1;
                IF val = 0 OR (varden[bas] <> 0, r <> namnd, -varden[bas]) > (minst <> 0, val <> namnd, -minst) THEN
                    val := r;
                    minst := varden[bas];
                END IF;
            END LOOP;
            EXIT WHEN val > 0;
        END LOOP;
        IF val > 0 THEN
            FOR c IN 1..4 LOOP
                IF m & (1 << (c - 1)) > 0 AND lage[(val - 1) * 4 + c] = 1 THEN lage[(val - 1) * 4 + c] := 2; END IF;
            END LOOP;
            CONTINUE;
        END IF;
        val := coalesce(array_position(lage, 1), 0); -- none there: any that is left
        EXIT WHEN val = 0;
        lage[val] := 2;
    END LOOP;
    RETURN lage;
END
$$;

-- The cells of one count with what is hidden of them, from those that are small (2), hidden by the source (3) or follow (4): rows
-- of four (M, K, O, T), the board last (row NAMND; 0: there is none).  REST: the board has a few individuals more than its units.
CREATE FUNCTION lager.skyddade_celler(varden numeric[], lagen int[], namnd int, troskel int, rest boolean) RETURNS int[]
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    n int := cardinality(lagen) / 4;
    l int[] := lagen;
    v numeric[] := varden;
    finns boolean := false;
    c int; r int; summa numeric; kvar numeric; okand boolean;
BEGIN
    IF rest AND namnd > 0 AND n > 1 THEN -- individuals of the board who are in no unit
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
            kvar := v[(namnd - 1) * 4 + c] - summa;
            IF NOT okand AND summa > 0 AND kvar > 0 AND kvar < troskel THEN
                l[n * 4 + c] := 4;
                finns := true;
            END IF;
        END LOOP;
        IF NOT finns THEN
            v := v[:n * 4];
            l := l[:n * 4];
        END IF;
    END IF;
    RETURN CASE WHEN l && ARRAY[2, 3, 4] THEN lager.skydda_tabell(v, l, namnd) ELSE l END;
END
$$;
COMMENT ON FUNCTION lager.skyddade_celler IS 'what is hidden of a count''s cells: of one district, indicator and period';
REVOKE ALL ON FUNCTION lager.skyddade_celler FROM PUBLIC;

-- As 013 has it but for the counts.
CREATE OR REPLACE FUNCTION lager.skydda_utfall_mangd(aren smallint[], hela boolean, stadsdelar smallint[], perioder int[], indikatorer int[], staden boolean)
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
               coalesce(s.rest_m > 0 AND s.rest_m < i.troskel, false) OR coalesce(s.rest_k > 0 AND s.rest_k < i.troskel, false)
               OR coalesce(s.rest_o > 0 AND s.rest_o < i.troskel, false) OR coalesce(s.rest_t > 0 AND s.rest_t < i.troskel, false) AS rest,
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
                 GROUP BY r.stadsdel_id, r.period_id, r.indikator_id, t.troskel, t.rest) x
         CROSS JOIN LATERAL unnest(lager.skyddade_celler(ARRAY(SELECT unnest(x.varden)), ARRAY(SELECT unnest(x.lagen)), x.namnd, x.troskel, x.rest))
                            WITH ORDINALITY AS c (lage, nr)
         WHERE c.lage IN (2, 3) AND c.nr <= 4 * cardinality(x.enheter)
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

-- The groups are hashed: sorting all previous values costs twice as much.
ALTER FUNCTION lager.skydda_foregaende_mangd(smallint[], boolean, smallint[], int[], int[]) SET enable_sort = off;
