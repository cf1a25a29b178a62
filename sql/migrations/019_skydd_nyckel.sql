-- What a load that changes little costs to decide, and what a whole year does.  The rules are 010's, and lager.skydda_grupp stays:
-- a test holds that every way gives the same rows.
--
-- Groups that are named are read through the key, each once, instead of the years they are in.  The triggers only note which
-- units' facts changed; the decision is made once, at the end of the transaction that changed them, from what stands there then.
-- A share is decided by its unit alone, so only the units that changed are read.
--
-- Of a year: what a row of a count hides besides a single hidden cell of its own needs no other row and is decided where the rows
-- are read; lager.skydda_tabell looks only at counts where a hidden cell could still follow from the sums of the columns.
SET LOCAL ROLE stadslager_owner;

---------------------------------------------------------------- counts: the table of one district, indicator and period

-- As 010 has it, with less work: a row is looked at again only when one of its cells is hidden, and what hangs together is found
-- from the row's own columns (bits: 1 M, 2 K, 4 O, 8 T, 16 what adds up to nothing).
CREATE OR REPLACE FUNCTION lager.skydda_tabell(varden numeric[], lagen int[], namnd int) RETURNS int[]
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    n int := cardinality(lagen) / 4;
    lage int[] := lagen;
    summor int := 0;     -- columns that add up
    radsumma boolean[];  -- row r adds up
    dolt int[];          -- row r's hidden cells
    masker int[];        -- nodes that they lead to, of a row that adds up
    antal int[];         -- rows with each mask
    fria int[] := '{0,0,0,0}'; -- hidden cells of rows that do not add up, by column
    fritt int;           -- their columns
    forst int := 1; sist int;  -- rows to look at
    r int; c int; m int; k int; s int; b int; bas int; nod int; val int; minst numeric; fore int; mening int[];
    brygga_rad int; brygga_nod int;
BEGIN
    FOR c IN 1..4 LOOP
        CONTINUE WHEN namnd = 0 OR lage[(namnd - 1) * 4 + c] = 0;
        FOR r IN 1..n LOOP
            IF r <> namnd AND lage[(r - 1) * 4 + c] <> 0 THEN
                summor := summor | (1 << (c - 1));
                EXIT;
            END IF;
        END LOOP;
    END LOOP;
    radsumma := array_fill(false, ARRAY[n]);
    dolt := array_fill(0, ARRAY[n]);
    masker := array_fill(0, ARRAY[n]);
    antal := array_fill(0, ARRAY[31]);
    sist := n;
    LOOP
        FOR r IN forst..sist LOOP
            bas := (r - 1) * 4;
            CONTINUE WHEN greatest(lage[bas + 1], lage[bas + 2], lage[bas + 3], lage[bas + 4]) < 2;
            m := (lage[bas + 1] > 1)::int + (lage[bas + 2] > 1)::int * 2 + (lage[bas + 3] > 1)::int * 4 + (lage[bas + 4] > 1)::int * 8;
            radsumma[r] := lage[bas + 4] <> 0 AND (lage[bas + 1] <> 0)::int + (lage[bas + 2] <> 0)::int + (lage[bas + 3] <> 0)::int >= 2;
            IF radsumma[r] AND m IN (1, 2, 4, 8) THEN
                -- A row that adds up and has one hidden cell gets a second: the smallest part that is not zero, else the total.
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
                IF val > 0 THEN
                    lage[bas + val] := 2;
                    m := m | (1 << (val - 1));
                END IF;
            END IF;
            dolt[r] := m;
            IF radsumma[r] THEN
                m := m & summor | CASE WHEN m & ~summor > 0 THEN 16 ELSE 0 END;
                masker[r] := m;
                antal[m] := antal[m] + 1;
            ELSE
                FOR c IN 1..4 LOOP
                    IF m & summor & (1 << (c - 1)) > 0 THEN fria[c] := fria[c] + 1; END IF;
                END LOOP;
            END IF;
        END LOOP;
        -- The first bridge, in the order of rows and columns.
        mening := '{}'; -- the masks there are
        FOR s IN 1..31 LOOP
            IF antal[s] > 0 THEN mening := mening || s; END IF;
        END LOOP;
        fritt := (fria[1] > 0)::int + (fria[2] > 0)::int * 2 + (fria[3] > 0)::int * 4 + (fria[4] > 0)::int * 8;
        brygga_rad := 0;
        brygga_nod := 0;
        FOR r IN 0..n LOOP -- 0: rows that do not add up
            IF r = 0 THEN
                CONTINUE WHEN fritt = 0;
                m := fritt;
            ELSE
                m := masker[r];
                CONTINUE WHEN m = 0 OR antal[m] > 1 AND m NOT IN (1, 2, 4, 8, 16);
            END IF;
            FOR nod IN 1..5 LOOP
                b := 1 << (nod - 1);
                CONTINUE WHEN m & b = 0 OR r = 0 AND fria[nod] <> 1;
                -- two of a row's cells may lead to node 5
                CONTINUE WHEN nod = 5 AND (dolt[r] & ~summor) NOT IN (1, 2, 4, 8);
                -- what hangs together with the node without this cell, or without its row
                k := b;
                LOOP
                    fore := k;
                    FOREACH s IN ARRAY mening LOOP
                        IF s & k > 0 AND (s <> m OR r = 0 OR antal[s] > 1) THEN k := k | s; END IF;
                    END LOOP;
                    s := CASE WHEN r = 0 THEN fritt & ~b ELSE fritt END;
                    IF s > 0 AND (s | 16) & k > 0 THEN k := k | s | 16; END IF;
                    EXIT WHEN k = fore;
                END LOOP;
                s := CASE WHEN r = 0 THEN 16 ELSE m & ~b END;
                IF k & s = 0 THEN
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
        FOR nod IN 1..4 LOOP
            CONTINUE WHEN m & (1 << (nod - 1)) = 0 OR nod < brygga_nod AND brygga_nod < 5;
            minst := NULL;
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
        IF val = 0 THEN
            s := coalesce(array_position(lage, 1), 0); -- none there: any that is left
            EXIT WHEN s = 0;
            val := (s + 3) / 4;
            m := 1 << ((s - 1) % 4);
        END IF;
        bas := (val - 1) * 4;
        -- the row is taken out, and looked at again
        IF masker[val] > 0 THEN
            antal[masker[val]] := antal[masker[val]] - 1;
        ELSE
            FOR c IN 1..4 LOOP
                IF dolt[val] & summor & (1 << (c - 1)) > 0 THEN fria[c] := fria[c] - 1; END IF;
            END LOOP;
        END IF;
        FOR c IN 1..4 LOOP
            IF m & (1 << (c - 1)) > 0 AND lage[bas + c] = 1 THEN lage[bas + c] := 2; END IF;
        END LOOP;
        forst := val;
        sist := val;
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

---------------------------------------------------------------- what decides disclosure reads through these

-- While a year is built aside it is decided before anybody sees it: in the loader's transaction, and only there, these views then
-- read the table that is built (lager.skydda_bredvid).
CREATE VIEW lager.utfall_att_skydda AS SELECT * FROM lager.fact_utfall;
CREATE VIEW lager.foregaende_att_skydda AS SELECT * FROM lager.fact_foregaende;
COMMENT ON VIEW lager.utfall_att_skydda IS 'fact_utfall, for what lager.skydda_ar calls; see lager.skydda_bredvid';
COMMENT ON VIEW lager.foregaende_att_skydda IS 'fact_foregaende, for what lager.skydda_ar calls; see lager.skydda_bredvid';

---------------------------------------------------------------- outcomes: whole years, or groups

-- As 013 has it, but that groups given are read by the key; AREN is for whole years.  Nothing is left to the planner's guess (OFFSET 0
-- keeps a look-up of each group whole).
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
    ), rader AS MATERIALIZED ( -- every version of counts; of shares those that can hide something and those that were replaced
        SELECT u.stadsdel_id, u.period_id, u.indikator_id, u.enhet_id, u.kon, u.varde, u.varde_status, u.ersatt_load_id IS NULL AS gallande,
               e.hel_namnd, i.raknas, i.kon_mening = 'andel_av_total' AS delar_ar_andelar, CASE WHEN i.slag IS NULL THEN u.matt END AS matt,
               u.varde_status = 'suppressed' OR i.raknas AND u.varde > 0 AND u.varde < i.troskel AS liten,
               CASE WHEN i.slag = 'antal' OR u.varde > 0.5 AND u.varde < 99.5 THEN false ELSE lager.andel_nara(u.varde, 0) END AS nara_helt,
               CASE WHEN i.slag = 'antal' OR u.varde > 0.5 AND u.varde < 99.5 THEN false
                    ELSE lager.andel_nara(u.varde, lager.andel_decimaler(i.troskel, i.namnare_minst, e.hel_namnd)) END AS nara
          FROM (SELECT f.ar, f.stadsdel_id, f.period_id, f.indikator_id, f.enhet_id, f.kon, f.varde, f.varde_status, f.ersatt_load_id, f.matt
                  FROM lager.utfall_att_skydda f
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
          JOIN lager.dim_period p ON p.id = u.period_id AND p.ar = u.ar
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
        SELECT r.stadsdel_id, r.period_id, r.indikator_id
          FROM rader r
          JOIN ersatta e USING (stadsdel_id, period_id, indikator_id)
          LEFT JOIN tabeller t USING (stadsdel_id, period_id, indikator_id)
         WHERE EXISTS (SELECT FROM ersatta)
         GROUP BY r.stadsdel_id, r.period_id, r.indikator_id
        HAVING bool_or(CASE WHEN r.raknas AND t.som = 'antal' THEN r.liten ELSE r.varde_status = 'suppressed' OR r.nara_helt END)
            OR (r.stadsdel_id, r.period_id, r.indikator_id) IN (SELECT n.stadsdel_id, n.period_id, n.indikator_id FROM ny n)
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

---------------------------------------------------------------- previous values: whole years, or groups

-- As 013 has it, but that groups given are read by the key.
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
    ), rader AS MATERIALIZED ( -- of shares only those that hide something
        SELECT f.stadsdel_id, f.period_id, f.indikator_id, f.varde, f.varde_status, e.hel_namnd, i.troskel, i.namnare_minst,
               CASE WHEN i.slag IS NULL THEN lager.skyddas_som(i.slag, i.troskel, i.matt, f.matt) ELSE i.som END AS som
          FROM (SELECT f.ar, f.stadsdel_id, f.period_id, f.indikator_id, f.enhet_id, f.varde, f.varde_status, f.matt
                  FROM lager.foregaende_att_skydda f
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
          JOIN lager.dim_period p ON p.id = f.period_id AND p.ar = f.ar
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

-- All of a year, for facts that came past the triggers, as 013 has it; reads the year's facts a few times, and needs no key: the year may not be attached yet.
CREATE OR REPLACE FUNCTION lager.skydda_ar(ar smallint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    senare smallint[] := (SELECT array_agg(DISTINCT n.ar) FROM lager.dim_period p JOIN lager.dim_period n ON n.id = p.id + 10000
                           WHERE p.ar = skydda_ar.ar);
BEGIN
    PERFORM lager.skydda_utfall_mangd(ARRAY[ar], true, NULL, NULL, NULL, false);
    IF EXISTS (SELECT FROM lager.dim_stadsdel d WHERE d.kod = 'STAD') THEN
        PERFORM lager.skydda_utfall_mangd(ARRAY[ar], true, NULL, NULL, NULL, true);
    END IF;
    PERFORM lager.skydda_foregaende_mangd(ar || senare, true, NULL, NULL, NULL);
END
$$;

---------------------------------------------------------------- some groups

-- Whether that many groups or units are cheaper to decide by reading their years whole: a look-up of one costs about what two
-- pages cost to read.
CREATE FUNCTION lager.skydda_hela_ar(antal int, tabell text, aren smallint[]) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT antal > 50 + coalesce(sum(pg_relation_size(to_regclass(format('lager.%I', tabell || '_' || a)))), 0)
                        / current_setting('block_size')::int / 2
      FROM unnest(aren) a
$$;

-- Previous values of the groups given.
CREATE OR REPLACE FUNCTION lager.skydda_foregaende_grupper(stadsdelar smallint[], perioder int[], indikatorer int[]) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_nestloop = on
AS $$
DECLARE
    fa constant int := 4; -- so few are sooner decided than a plan is made for many
    aren smallint[] := (SELECT array_agg(DISTINCT p.ar) FROM lager.dim_period p WHERE p.id = ANY (perioder));
BEGIN
    IF stadsdelar IS NULL THEN RETURN; END IF;
    IF cardinality(stadsdelar) <= fa THEN
        PERFORM lager.skydda_flaggor(g.s, g.p, g.i, lager.skydda_foregaende(g.s, g.p, g.i), NULL)
           FROM (SELECT DISTINCT * FROM unnest(stadsdelar, perioder, indikatorer) AS x (s, p, i) ORDER BY 1, 2, 3) g;
    ELSE
        PERFORM lager.skydda_foregaende_mangd(aren, lager.skydda_hela_ar(cardinality(stadsdelar), 'fact_foregaende', aren), stadsdelar, perioder, indikatorer);
    END IF;
END
$$;

-- The groups given, each once, and the city's of the same periods and indicators.
CREATE OR REPLACE FUNCTION lager.skydda_grupper(stadsdelar smallint[], perioder int[], indikatorer int[]) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_nestloop = on
AS $$
DECLARE
    fa constant int := 4; -- as above
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
    PERFORM lager.skydda_utfall_mangd(aren, hela, stadsdelar, perioder, indikatorer, false);
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
DROP FUNCTION lager.skydda_som_mangd;

-- Shares of the units given, of indicators of kind andel.  What is hidden of a share follows from its unit alone.  Whether older
-- versions could give something away is asked of the group, and is never taken back here: no version goes away, so it needs only
-- what the group's flag and its hidden values say already, the units' own versions, and the board's, whose hidden values alone do
-- not say it (lager.andel_decimaler may show them with decimals).
CREATE FUNCTION lager.skydda_andelar(stadsdelar smallint[], perioder int[], indikatorer int[], enheter int[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET enable_mergejoin = off SET join_collapse_limit = 1 SET work_mem = '32MB' SET jit = off
    SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
    WITH valda AS MATERIALIZED (
        SELECT g.stadsdel_id, g.period_id, g.indikator_id, g.enhet_id, p.ar, i.troskel, i.namnare_minst, i.kon_mening, e.hel_namnd
          FROM (SELECT DISTINCT * FROM unnest(stadsdelar, perioder, indikatorer, enheter) AS g (stadsdel_id, period_id, indikator_id, enhet_id)) g
          JOIN lager.dim_period p ON p.id = g.period_id
          JOIN lager.dim_indikator i ON i.id = g.indikator_id
          JOIN lager.dim_enhet e ON e.id = g.enhet_id
    ), celler AS MATERIALIZED ( -- every version
        SELECT v.stadsdel_id, v.period_id, v.indikator_id, v.enhet_id, v.kon_mening, u.kon, u.varde_status, u.ersatt_load_id IS NULL AS gallande,
               CASE WHEN u.varde > 0.5 AND u.varde < 99.5 THEN false ELSE lager.andel_nara(u.varde, 0) END AS nara_helt,
               CASE WHEN u.varde > 0.5 AND u.varde < 99.5 THEN false
                    ELSE lager.andel_nara(u.varde, lager.andel_decimaler(v.troskel, v.namnare_minst, v.hel_namnd)) END AS nara
          FROM valda v
         CROSS JOIN LATERAL (SELECT u.kon, u.varde, u.varde_status, u.ersatt_load_id
                               FROM lager.fact_utfall u
                              WHERE u.ar = v.ar AND u.stadsdel_id = v.stadsdel_id AND u.period_id = v.period_id AND u.indikator_id = v.indikator_id
                                AND u.enhet_id = v.enhet_id
                             OFFSET 0) u
    ), ny AS MATERIALIZED (
        SELECT c.stadsdel_id, c.period_id, c.indikator_id, c.enhet_id, c.kon,
               CASE WHEN c.kallans THEN 'kallan' WHEN c.nara THEN 'nara' ELSE 'dold' END::lager.skydd_skal AS skal
          FROM (SELECT c.*, c.varde_status = 'suppressed' AS kallans,
                       bool_or((c.varde_status = 'suppressed' OR c.nara)
                               AND (c.kon <> 'T' OR coalesce(c.kon_mening IN ('delsumma', 'andel_av_total'), false)))
                       OVER (PARTITION BY c.stadsdel_id, c.period_id, c.indikator_id, c.enhet_id) AS koners
                  FROM celler c
                 WHERE c.gallande AND c.varde_status IN ('reported', 'suppressed')) c
         WHERE c.kallans OR c.nara OR c.kon <> 'T' AND c.koners
    ), gamla AS MATERIALIZED (
        SELECT h.*
          FROM valda v
         CROSS JOIN LATERAL (SELECT h.ctid AS plats, h.*
                               FROM lager.utfall_skydd h
                              WHERE h.stadsdel_id = v.stadsdel_id AND h.period_id = v.period_id AND h.indikator_id = v.indikator_id AND h.enhet_id = v.enhet_id
                             OFFSET 0) h
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
    ), grupper AS MATERIALIZED ( -- whose older versions are shown so far; ERSATT, NARA: of their units that changed
        SELECT v.stadsdel_id, v.period_id, v.indikator_id, v.ar, v.andel_med_decimaler, coalesce(c.ersatt, false) AS ersatt, coalesce(c.nara, false) AS nara
          FROM (SELECT DISTINCT v.stadsdel_id, v.period_id, v.indikator_id, v.ar,
                       coalesce(lager.andel_decimaler(v.troskel, v.namnare_minst, true) > 0, true) AS andel_med_decimaler
                  FROM valda v) v
          LEFT JOIN (SELECT c.stadsdel_id, c.period_id, c.indikator_id, bool_or(NOT c.gallande) AS ersatt,
                            bool_or(c.varde_status = 'suppressed' OR c.nara_helt) AS nara
                       FROM celler c
                      GROUP BY c.stadsdel_id, c.period_id, c.indikator_id) c USING (stadsdel_id, period_id, indikator_id)
         WHERE NOT EXISTS (SELECT FROM lager.utfall_skydd_grupp f
                            WHERE f.stadsdel_id = v.stadsdel_id AND f.period_id = v.period_id AND f.indikator_id = v.indikator_id AND f.aldre)
    ), nara AS MATERIALIZED (
        SELECT g.stadsdel_id, g.period_id, g.indikator_id, g.ar, g.ersatt FROM grupper g WHERE g.nara
         UNION
        SELECT g.stadsdel_id, g.period_id, g.indikator_id, g.ar, g.ersatt
          FROM grupper g
         CROSS JOIN LATERAL (SELECT FROM lager.utfall_skydd h
                              WHERE h.stadsdel_id = g.stadsdel_id AND h.period_id = g.period_id AND h.indikator_id = g.indikator_id
                              LIMIT 1) h
         WHERE NOT g.nara
         UNION
        SELECT g.stadsdel_id, g.period_id, g.indikator_id, g.ar, g.ersatt
          FROM grupper g
          JOIN lager.dim_enhet e ON e.stadsdel_id = g.stadsdel_id AND e.hel_namnd
         CROSS JOIN LATERAL (SELECT FROM lager.fact_utfall u
                              WHERE u.ar = g.ar AND u.stadsdel_id = g.stadsdel_id AND u.period_id = g.period_id AND u.indikator_id = g.indikator_id
                                AND u.enhet_id = e.id AND lager.andel_nara(u.varde, 0)
                              LIMIT 1) u
         WHERE NOT g.nara AND g.andel_med_decimaler
    )
    INSERT INTO lager.utfall_skydd_grupp AS f
    SELECT n.stadsdel_id, n.period_id, n.indikator_id, false, true
      FROM nara n
     WHERE n.ersatt
        OR EXISTS (SELECT FROM lager.fact_utfall u
                    WHERE u.ar = n.ar AND u.stadsdel_id = n.stadsdel_id AND u.period_id = n.period_id AND u.indikator_id = n.indikator_id
                      AND u.ersatt_load_id IS NOT NULL)
     ORDER BY n.stadsdel_id, n.period_id, n.indikator_id
        ON CONFLICT (stadsdel_id, period_id, indikator_id) DO UPDATE SET aldre = true;
END
$$;
COMMENT ON FUNCTION lager.skydda_andelar IS 'decides what analysts may see of shares of the units given, after facts came or were closed';

---------------------------------------------------------------- when the facts change

-- Empty but inside a transaction that changes facts.
CREATE UNLOGGED TABLE lager.skydd_vantar (
    tabell "char" NOT NULL CHECK (tabell IN ('U', 'F')),
    stadsdel_id smallint NOT NULL,
    period_id int NOT NULL,
    indikator_id int NOT NULL,
    enhet_id int,
    avgor boolean NOT NULL
);
COMMENT ON TABLE lager.skydd_vantar IS 'what changed of outcomes (U) and previous values (F) in this transaction, which ends with the decision what analysts may see';
COMMENT ON COLUMN lager.skydd_vantar.enhet_id IS 'null = all of the group is decided anew';
COMMENT ON COLUMN lager.skydd_vantar.avgor IS 'this row brings the decision about: one of each statement does';

-- Decides all that waits.
CREATE FUNCTION lager.skydda_vantande() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET work_mem = '32MB' SET jit = off
AS $$
DECLARE
    gs smallint[]; gp int[]; gi int[];            -- groups of outcomes
    es smallint[]; ep int[]; ei int[]; ee int[];  -- units of shares
    fs smallint[]; fp int[]; fi int[];            -- groups of previous values
    enskilda boolean; -- units are decided one by one
BEGIN
    IF NOT EXISTS (SELECT FROM lager.skydd_vantar) THEN RETURN NULL; END IF; -- an earlier one has decided
    SELECT NOT lager.skydda_hela_ar(count(*)::int, 'fact_utfall', array_agg(DISTINCT p.ar)) INTO enskilda
      FROM (SELECT DISTINCT v.stadsdel_id, v.period_id, v.indikator_id, v.enhet_id FROM lager.skydd_vantar v WHERE v.enhet_id IS NOT NULL) v
      JOIN lager.dim_period p ON p.id = v.period_id;
    WITH v AS MATERIALIZED (
        DELETE FROM lager.skydd_vantar RETURNING tabell, stadsdel_id, period_id, indikator_id, enhet_id
    ), u AS MATERIALIZED ( -- an indicator may have become another since
        SELECT DISTINCT v.stadsdel_id AS s, v.period_id AS p, v.indikator_id AS i,
               CASE WHEN enskilda AND i.slag = 'andel' AND lager.skyddas_som(i.slag, i.troskel, i.matt, NULL) = 'andel' THEN v.enhet_id END AS e
          FROM v JOIN lager.dim_indikator i ON i.id = v.indikator_id
         WHERE v.tabell = 'U'
    )
    SELECT g.s, g.p, g.i, e.s, e.p, e.i, e.e, f.s, f.p, f.i INTO gs, gp, gi, es, ep, ei, ee, fs, fp, fi
      FROM (SELECT array_agg(u.s) AS s, array_agg(u.p) AS p, array_agg(u.i) AS i FROM u WHERE u.e IS NULL) g,
           (SELECT array_agg(u.s) AS s, array_agg(u.p) AS p, array_agg(u.i) AS i, array_agg(u.e) AS e FROM u
             WHERE u.e IS NOT NULL AND NOT EXISTS (SELECT FROM u x WHERE x.e IS NULL AND (x.s, x.p, x.i) = (u.s, u.p, u.i))) e,
           (SELECT array_agg(x.s) AS s, array_agg(x.p) AS p, array_agg(x.i) AS i
              FROM (SELECT v.stadsdel_id AS s, v.period_id AS p, v.indikator_id AS i FROM v WHERE v.tabell = 'F'
                     UNION -- what the next year's reports print, where somebody speaks of it yet
                    SELECT u.s, u.p + 10000, u.i FROM u WHERE u.e IS NOT NULL AND u.p + 10000 IN (SELECT n.id FROM lager.dim_period n)) x) f;
    PERFORM lager.skydda_grupper(gs, gp, gi);
    IF es IS NOT NULL THEN PERFORM lager.skydda_andelar(es, ep, ei, ee); END IF;
    PERFORM lager.skydda_foregaende_grupper(fs, fp, fi);
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER skydd AFTER INSERT ON lager.skydd_vantar DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.avgor) EXECUTE FUNCTION lager.skydda_vantande();

-- A share that comes and is neither hidden nor near 0 or 100 needs no decision, unless something of its unit is hidden; counts always do (a
-- sum may follow from them).  Where rows did more than be closed, or are deleted, the whole group is decided anew.
CREATE OR REPLACE FUNCTION lager.utfall_andrat() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    anyo boolean := TG_OP = 'DELETE';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        anyo := EXISTS (SELECT FROM rader r WHERE r.ersatt_load_id IS NULL)
             OR EXISTS (SELECT g.ar, g.stadsdel_id, g.period_id, g.indikator_id, g.enhet_id, g.kon, g.load_id, g.varde_status, g.varde, g.matt FROM gamla g
                        EXCEPT ALL
                        SELECT r.ar, r.stadsdel_id, r.period_id, r.indikator_id, r.enhet_id, r.kon, r.load_id, r.varde_status, r.varde, r.matt FROM rader r);
        IF anyo THEN
            INSERT INTO lager.skydd_vantar
            SELECT 'U', g.stadsdel_id, g.period_id, g.indikator_id, NULL, row_number() OVER () = 1
              FROM gamla g GROUP BY g.stadsdel_id, g.period_id, g.indikator_id;
        END IF;
    END IF;
    INSERT INTO lager.skydd_vantar
    SELECT 'U', x.*, row_number() OVER () = 1
      FROM (SELECT DISTINCT r.stadsdel_id, r.period_id, r.indikator_id, CASE WHEN i.slag = 'andel' AND NOT anyo THEN r.enhet_id END
              FROM rader r
              JOIN lager.dim_indikator i ON i.id = r.indikator_id
             WHERE i.troskel > 0 AND (i.slag IN ('antal', 'andel') OR i.slag IS NULL)
               AND (i.slag IS DISTINCT FROM 'andel' OR r.varde_status = 'suppressed' OR TG_OP <> 'INSERT'
                    OR r.varde > -0.5 AND r.varde < 0.5 AND r.varde <> 0 OR r.varde >= 99.5 AND r.varde <= 100.5 AND r.varde <> 100
                    OR EXISTS (SELECT FROM lager.utfall_skydd h
                                WHERE h.stadsdel_id = r.stadsdel_id AND h.period_id = r.period_id AND h.indikator_id = r.indikator_id
                                  AND h.enhet_id = r.enhet_id))) x;
    RETURN NULL;
END
$$;
DROP TRIGGER skydd_update ON lager.fact_utfall;
CREATE TRIGGER skydd_update AFTER UPDATE ON lager.fact_utfall REFERENCING OLD TABLE AS gamla NEW TABLE AS rader
    FOR EACH STATEMENT EXECUTE FUNCTION lager.utfall_andrat();

-- Of previous values that are shares, one that comes can only hide its group, one that goes only show it.
CREATE OR REPLACE FUNCTION lager.foregaende_andrat() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    anyo boolean := false;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        anyo := EXISTS (SELECT FROM rader r WHERE r.ersatt_load_id IS NULL)
             OR EXISTS (SELECT g.ar, g.stadsdel_id, g.period_id, g.indikator_id, g.enhet_id, g.load_id, g.varde_status, g.varde, g.matt FROM gamla g
                        EXCEPT ALL
                        SELECT r.ar, r.stadsdel_id, r.period_id, r.indikator_id, r.enhet_id, r.load_id, r.varde_status, r.varde, r.matt FROM rader r);
        IF anyo THEN
            INSERT INTO lager.skydd_vantar
            SELECT 'F', g.stadsdel_id, g.period_id, g.indikator_id, NULL, row_number() OVER () = 1
              FROM gamla g GROUP BY g.stadsdel_id, g.period_id, g.indikator_id;
        END IF;
    END IF;
    INSERT INTO lager.skydd_vantar
    SELECT 'F', x.*, NULL, row_number() OVER () = 1
      FROM (SELECT DISTINCT r.stadsdel_id, r.period_id, r.indikator_id
              FROM rader r
              JOIN lager.dim_indikator i ON i.id = r.indikator_id
             WHERE i.troskel > 0 AND (i.slag IN ('antal', 'andel') OR i.slag IS NULL)
               AND (anyo OR i.slag IS DISTINCT FROM 'andel'
                    OR TG_OP = 'INSERT'
                       AND (r.varde_status = 'suppressed'
                            OR r.varde > -0.5 AND r.varde < 0.5 AND r.varde <> 0 OR r.varde >= 99.5 AND r.varde <= 100.5 AND r.varde <> 100
                            OR EXISTS (SELECT FROM lager.utfall_skydd h -- what the report speaks of is hidden
                                        WHERE h.stadsdel_id = r.stadsdel_id AND h.period_id = r.period_id - 10000 AND h.indikator_id = r.indikator_id))
                    OR TG_OP <> 'INSERT'
                       AND EXISTS (SELECT FROM lager.utfall_skydd_grupp f
                                    WHERE f.stadsdel_id = r.stadsdel_id AND f.period_id = r.period_id AND f.indikator_id = r.indikator_id AND f.foregaende))) x;
    RETURN NULL;
END
$$;
DROP TRIGGER skydd_update ON lager.fact_foregaende;
CREATE TRIGGER skydd_update AFTER UPDATE ON lager.fact_foregaende REFERENCING OLD TABLE AS gamla NEW TABLE AS rader
    FOR EACH STATEMENT EXECUTE FUNCTION lager.foregaende_andrat();

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA lager FROM PUBLIC;
