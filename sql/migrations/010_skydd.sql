-- Disclosure control: which values analysts may not see.  The decision needs whole groups (both sexes, all units of a
-- district), so it is made once, in the transaction that changes the facts, and kept in lager.utfall_skydd; the views are
-- plain joins then.  Triggers make it, so that no way of changing facts can forget it.
--
-- What is protected: indicators of kind antal (counts of individuals), andel (shares), and those whose kind is not known, as
-- long as their threshold t is above 0.  Not protected: index, kvot, belopp, and counts of things that are no individuals
-- (energy, money, weight, area).
--
-- Counts.  0 < n < t is hidden; zero is shown, as it says nothing about anybody (and is hidden only where that is needed to
-- hide another).  A value that the source itself hid stays hidden.  The values of one district, indicator and period form a
-- table: rows are the units and the whole board, columns M, K, O and T; each row adds up (M + K + O = T) and each column
-- (the units' sum = the board's).  With the signs of T and of the board turned, every row and every column adds up to zero,
-- so a hidden cell can be derived exactly when it is a bridge of the graph whose nodes are the rows and columns and whose
-- edges are the hidden cells.  Cells are hidden, in a fixed order, until there is no bridge.  A remainder that nobody
-- reported (T - M - K, or the board minus its units) and that would be below t counts as a hidden cell.
--
-- Shares.  They are rounded on output: a decimal is shown only where the denominator is known to be so large that one unit
-- of the last decimal is at least t individuals (namnare_minst, the whole board's; a unit's is never known), else whole
-- percent.  What would round to 0 or 100 without being it is hidden and printed ~0 or ~100.  Where the value of one sex is
-- hidden, the other sexes' are too.
SET LOCAL ROLE stadslager_owner;

ALTER TABLE lager.dim_indikator ADD COLUMN namnare_minst int CHECK (namnare_minst > 0);
COMMENT ON COLUMN lager.dim_indikator.namnare_minst IS
    'individuals that are at least behind a whole board''s share; null = not known, so shares are shown in whole percent';
GRANT UPDATE (namnare_minst) ON lager.dim_indikator TO stadslager_loader;

CREATE TABLE lager.indikator_definition (
    indikator_id int NOT NULL REFERENCES lager.dim_indikator,
    fran_ar smallint NOT NULL,
    anteckning text NOT NULL,
    PRIMARY KEY (indikator_id, fran_ar)
);
COMMENT ON TABLE lager.indikator_definition IS 'years from which an indicator is defined otherwise than before: series break there';
GRANT SELECT, INSERT, DELETE ON lager.indikator_definition TO stadslager_loader;
GRANT UPDATE (anteckning) ON lager.indikator_definition TO stadslager_loader;

-- One indicator across districts is the analysts' commonest question; the primary key begins with the district.
CREATE INDEX fact_utfall_indikator ON lager.fact_utfall (indikator_id, period_id) WHERE ersatt_load_id IS NULL;

CREATE TYPE lager.skydd_skal AS ENUM ('dold', 'nara', 'kallan');

CREATE TABLE lager.utfall_skydd (
    stadsdel_id smallint NOT NULL,
    period_id int NOT NULL,
    indikator_id int NOT NULL,
    enhet_id int NOT NULL,
    kon "char" NOT NULL,
    skal lager.skydd_skal NOT NULL,
    PRIMARY KEY (stadsdel_id, period_id, indikator_id, enhet_id, kon)
);
COMMENT ON TABLE lager.utfall_skydd IS 'current outcomes that analysts may not see; written by triggers on the facts';
COMMENT ON COLUMN lager.utfall_skydd.skal IS
    'dold: hidden here, whether small itself or to protect another; nara: a share near 0 or 100; kallan: the source hid it';

CREATE TABLE lager.utfall_skydd_grupp (
    stadsdel_id smallint NOT NULL,
    period_id int NOT NULL,
    indikator_id int NOT NULL,
    foregaende boolean NOT NULL,
    aldre boolean NOT NULL,
    PRIMARY KEY (stadsdel_id, period_id, indikator_id)
);
COMMENT ON TABLE lager.utfall_skydd_grupp IS 'districts, periods and indicators of which analysts see no previous values or no older versions';
COMMENT ON COLUMN lager.utfall_skydd_grupp.foregaende IS 'previous values as the period''s reports print them could give away hidden ones';
COMMENT ON COLUMN lager.utfall_skydd_grupp.aldre IS 'replaced versions could';
GRANT SELECT ON lager.utfall_skydd, lager.utfall_skydd_grupp TO stadslager_loader;

---------------------------------------------------------------- small rules

-- How an indicator's values are protected: antal, andel or not at all (null).  MATT: of the fact, for indicators of no known
-- kind.
CREATE FUNCTION lager.skyddas_som(slag text, troskel int, indikatorns_matt text, matt text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE WHEN troskel <= 0 THEN NULL
                WHEN indikatorns_matt IN ('kWh', 'MWh', 'GWh', 'TWh', 'kr', 'tkr', 'mnkr', 'mkr', 'mdkr', 'kg', 'ton', 'km', 'm2', 'kvm', 'kg CO2') THEN NULL
                WHEN slag IN ('antal', 'andel') THEN slag
                WHEN slag IS NULL THEN CASE WHEN matt = '%' THEN 'andel' ELSE 'antal' END
           END
$$;

-- Decimals that a share may be shown with; null = all.
CREATE FUNCTION lager.andel_decimaler(troskel int, namnare_minst int, hel_namnd boolean) RETURNS int
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE WHEN troskel <= 0 THEN NULL
                WHEN NOT hel_namnd THEN 0
                WHEN namnare_minst >= troskel::bigint * 10000 THEN 2
                WHEN namnare_minst >= troskel::bigint * 1000 THEN 1
                ELSE 0
           END
$$;

-- A share as it may be shown: rounded half away from zero, never with more decimals than it has.
CREATE FUNCTION lager.andel_visad(varde numeric, decimaler int) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT CASE WHEN scale(varde) <= decimaler OR decimaler IS NULL THEN varde ELSE round(varde, decimaler) END $$;

-- A share that would round to 0 or 100 and is neither.
CREATE FUNCTION lager.andel_nara(varde numeric, decimaler int) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT coalesce(round(varde, decimaler) IN (0, 100) AND varde <> round(varde, decimaler), false) $$;

---------------------------------------------------------------- counts: the table of one district, indicator and period

-- Which cells of a table must be hidden.  Row r, column c (1 M, 2 K, 3 O, 4 T) is element (r - 1) * 4 + c of VARDEN and
-- LAGEN; LAGEN: 0 no such cell, 1 shown, 2 hidden, 4 hidden and in no table (a remainder).  NAMND: the board's row, 0 = none.
-- Returns LAGEN with further cells hidden.  Deterministic: the same table gives the same answer.
CREATE FUNCTION lager.skydda_tabell(varden numeric[], lagen int[], namnd int) RETURNS int[]
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    -- nodes of the graph: columns 1, 2, 3, 4 and 5 = what adds up to nothing (rows and columns without a sum)
    n int := cardinality(lagen) / 4;
    lage int[] := lagen;
    radsumma boolean[];  -- row r adds up
    kolumnsumma boolean[] := '{f,f,f,f}';
    masker int[];        -- nodes that row r's hidden cells lead to, as bits
    antal int[];         -- rows with each mask
    fria int[];          -- hidden cells of rows that do not add up, by column
    grupp int[];         -- component of each node
    r int; c int; s int; m int; delar int; dolda int; utan int; bas int; nod int; a int; b int; val int; minst numeric;
    brygga_rad int; brygga_nod int;
BEGIN
    radsumma := array_fill(false, ARRAY[n]);
    FOR r IN 1..n LOOP
        bas := (r - 1) * 4;
        delar := (lage[bas + 1] <> 0)::int + (lage[bas + 2] <> 0)::int + (lage[bas + 3] <> 0)::int;
        radsumma[r] := lage[bas + 4] <> 0 AND delar >= 2;
        FOR c IN 1..4 LOOP
            IF namnd > 0 AND r <> namnd AND lage[bas + c] <> 0 AND lage[(namnd - 1) * 4 + c] <> 0 THEN
                kolumnsumma[c] := true;
            END IF;
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
            IF radsumma[r] AND dolda = 1 THEN
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
                IF NOT radsumma[r] THEN
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
COMMENT ON FUNCTION lager.skydda_tabell IS 'complementary suppression: hides cells until none can be derived from sums of rows and columns';

-- The hidden cells of a count: of one district, period and indicator.
CREATE FUNCTION lager.dolda_antal(stadsdel smallint, period int, indikator int, troskel int, kon_mening text)
    RETURNS TABLE (enhet_id int, kon "char", skal lager.skydd_skal)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    delar_ar_andelar boolean := coalesce(kon_mening = 'andel_av_total', false);
    enheter int[] := '{}';
    varden numeric[] := '{}';
    lagen int[] := '{}'; -- 3: hidden by the source
    svar int[];
    kallans int[];
    namnd int := 0;
    rad record;
    n int := 0; c int; r int; rest numeric; summa numeric; okand boolean; finns boolean;
    bokstaver "char"[] := '{M,K,O,T}';
BEGIN
    FOR rad IN
        SELECT u.enhet_id, e.hel_namnd,
               ARRAY[max(u.varde) FILTER (WHERE u.kon = 'M'), max(u.varde) FILTER (WHERE u.kon = 'K'),
                     max(u.varde) FILTER (WHERE u.kon = 'O'), max(u.varde) FILTER (WHERE u.kon = 'T')] AS v,
               ARRAY[coalesce(max(CASE u.varde_status WHEN 'suppressed' THEN 3 ELSE 1 END) FILTER (WHERE u.kon = 'M'), 0),
                     coalesce(max(CASE u.varde_status WHEN 'suppressed' THEN 3 ELSE 1 END) FILTER (WHERE u.kon = 'K'), 0),
                     coalesce(max(CASE u.varde_status WHEN 'suppressed' THEN 3 ELSE 1 END) FILTER (WHERE u.kon = 'O'), 0),
                     coalesce(max(CASE u.varde_status WHEN 'suppressed' THEN 3 ELSE 1 END) FILTER (WHERE u.kon = 'T'), 0)] AS l
          FROM lager.fact_utfall u
          JOIN lager.dim_enhet e ON e.id = u.enhet_id
         WHERE u.ar = (SELECT p.ar FROM lager.dim_period p WHERE p.id = period) AND u.stadsdel_id = stadsdel
           AND u.period_id = period AND u.indikator_id = indikator AND u.ersatt_load_id IS NULL
           AND u.varde_status IN ('reported', 'suppressed')
         GROUP BY u.enhet_id, e.hel_namnd
         ORDER BY e.hel_namnd, u.enhet_id
    LOOP
        n := n + 1;
        enheter := enheter || rad.enhet_id;
        IF rad.hel_namnd THEN namnd := n; END IF;
        IF NOT delar_ar_andelar THEN
            -- A third sex that was not reported and yet follows.
            rest := rad.v[4] - coalesce(rad.v[1], 0) - coalesce(rad.v[2], 0);
            IF rad.l[3] = 0 AND rad.l[4] = 1 AND (rad.l[1] = 1 OR rad.l[2] = 1) AND rad.l[1] <> 3 AND rad.l[2] <> 3
               AND rest > 0 AND rest < troskel THEN
                rad.l[3] := 4;
            END IF;
        END IF;
        FOR c IN 1..4 LOOP
            IF delar_ar_andelar AND c < 4 THEN rad.l[c] := 0; END IF;
            IF rad.l[c] = 1 AND rad.v[c] > 0 AND rad.v[c] < troskel THEN rad.l[c] := 2; END IF;
        END LOOP;
        varden := varden || rad.v;
        lagen := lagen || rad.l;
    END LOOP;
    IF n = 0 THEN RETURN; END IF;
    kallans := lagen;
    IF namnd > 0 AND n > 1 THEN -- individuals of the board who are in no unit
        finns := false;
        varden := varden || ARRAY[NULL, NULL, NULL, NULL]::numeric[];
        lagen := lagen || ARRAY[0, 0, 0, 0];
        FOR c IN 1..4 LOOP
            summa := 0;
            okand := lagen[(namnd - 1) * 4 + c] NOT IN (1, 2);
            FOR r IN 1..n LOOP
                CONTINUE WHEN r = namnd;
                summa := summa + coalesce(varden[(r - 1) * 4 + c], 0);
                okand := okand OR lagen[(r - 1) * 4 + c] IN (3, 4);
            END LOOP;
            rest := varden[(namnd - 1) * 4 + c] - summa;
            IF NOT okand AND summa > 0 AND rest > 0 AND rest < troskel THEN
                lagen[n * 4 + c] := 4;
                finns := true;
            END IF;
        END LOOP;
        IF NOT finns THEN
            varden := varden[:n * 4];
            lagen := lagen[:n * 4];
        END IF;
    END IF;
    svar := lagen;
    IF lagen && ARRAY[2, 3, 4] THEN svar := lager.skydda_tabell(varden, lagen, namnd); END IF;
    FOR r IN 1..n LOOP
        FOR c IN 1..4 LOOP
            IF svar[(r - 1) * 4 + c] IN (2, 3) THEN
                enhet_id := enheter[r];
                kon := bokstaver[c];
                skal := CASE WHEN kallans[(r - 1) * 4 + c] = 3 THEN 'kallan' ELSE 'dold' END;
                RETURN NEXT;
            END IF;
        END LOOP;
    END LOOP;
    IF NOT delar_ar_andelar THEN RETURN; END IF;
    -- The sexes as shares of a count: 36 % of 11 is 4.
    RETURN QUERY
    SELECT u.enhet_id, u.kon, CASE u.varde_status WHEN 'suppressed' THEN 'kallan' ELSE 'dold' END::lager.skydd_skal
      FROM lager.fact_utfall u
     WHERE u.ar = (SELECT p.ar FROM lager.dim_period p WHERE p.id = period) AND u.stadsdel_id = stadsdel
       AND u.period_id = period AND u.indikator_id = indikator AND u.ersatt_load_id IS NULL AND u.kon <> 'T'
       AND u.varde_status IN ('reported', 'suppressed')
       AND (svar[(array_position(enheter, u.enhet_id) - 1) * 4 + 4] <> 1
            OR EXISTS (SELECT FROM lager.fact_utfall d
                        WHERE d.ar = u.ar AND d.stadsdel_id = u.stadsdel_id AND d.period_id = u.period_id
                          AND d.indikator_id = u.indikator_id AND d.enhet_id = u.enhet_id AND d.ersatt_load_id IS NULL AND d.kon <> 'T'
                          AND (d.varde_status = 'suppressed'
                               OR d.varde > 0 AND round(varden[(array_position(enheter, u.enhet_id) - 1) * 4 + 4] * d.varde / 100) < troskel
                               OR d.varde < 100
                                  AND round(varden[(array_position(enheter, u.enhet_id) - 1) * 4 + 4] * (100 - d.varde) / 100) < troskel)));
END
$$;

-- The hidden cells of a share.
CREATE FUNCTION lager.dolda_andel(stadsdel smallint, period int, indikator int, troskel int, namnare_minst int, kon_mening text)
    RETURNS TABLE (enhet_id int, kon "char", skal lager.skydd_skal)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
    WITH celler AS (
        SELECT u.enhet_id, u.kon, u.varde_status = 'suppressed' AS kallans,
               lager.andel_nara(u.varde, lager.andel_decimaler(troskel, namnare_minst, e.hel_namnd)) AS nara
          FROM lager.fact_utfall u
          JOIN lager.dim_enhet e ON e.id = u.enhet_id
         WHERE u.ar = (SELECT p.ar FROM lager.dim_period p WHERE p.id = period) AND u.stadsdel_id = stadsdel
           AND u.period_id = period AND u.indikator_id = indikator AND u.ersatt_load_id IS NULL
           AND u.varde_status IN ('reported', 'suppressed')
    ), utlosare AS ( -- units where a value is hidden, and whether a sex's
        SELECT d.enhet_id, bool_or(d.kon <> 'T' OR kon_mening IN ('delsumma', 'andel_av_total')) AS koners
          FROM celler d WHERE d.kallans OR d.nara GROUP BY d.enhet_id
    )
    SELECT c.enhet_id, c.kon, CASE WHEN c.kallans THEN 'kallan' WHEN c.nara THEN 'nara' ELSE 'dold' END::lager.skydd_skal
      FROM celler c
      JOIN utlosare t ON t.enhet_id = c.enhet_id
     WHERE c.kallans OR c.nara OR c.kon <> 'T' AND t.koners;
END
$$;

---------------------------------------------------------------- the decision of one group

-- Previous values as the period's reports print them are shown only where nothing of the period they speak of is hidden and
-- none of them is small or hidden itself: all of a district and indicator or none.
CREATE FUNCTION lager.skydda_foregaende(stadsdel smallint, period int, indikator int) RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    periodens_ar smallint := (SELECT p.ar FROM lager.dim_period p WHERE p.id = period);
BEGIN
    IF NOT EXISTS (SELECT FROM lager.fact_foregaende f
                    WHERE f.ar = periodens_ar AND f.stadsdel_id = stadsdel AND f.period_id = period AND f.indikator_id = indikator
                      AND f.ersatt_load_id IS NULL) THEN
        RETURN false;
    END IF;
    RETURN EXISTS (SELECT FROM lager.utfall_skydd h
                    WHERE h.stadsdel_id = stadsdel AND h.period_id = period - 10000 AND h.indikator_id = indikator)
        OR coalesce(
           (SELECT bool_or(f.varde_status = 'suppressed'
                           OR CASE lager.skyddas_som(i.slag, i.troskel, i.matt, f.matt)
                                   WHEN 'antal' THEN f.varde > 0 AND f.varde < i.troskel
                                   WHEN 'andel' THEN lager.andel_nara(f.varde, lager.andel_decimaler(i.troskel, i.namnare_minst, e.hel_namnd))
                              END)
                OR (max(lager.skyddas_som(i.slag, i.troskel, i.matt, f.matt)) = 'antal'
                    AND sum(CASE WHEN e.hel_namnd THEN f.varde ELSE -f.varde END) > 0 -- the board's that are in no unit
                    AND sum(CASE WHEN e.hel_namnd THEN f.varde ELSE -f.varde END) < max(i.troskel))
              FROM lager.fact_foregaende f
              JOIN lager.dim_indikator i ON i.id = f.indikator_id AND lager.skyddas_som(i.slag, i.troskel, i.matt, f.matt) IS NOT NULL
              JOIN lager.dim_enhet e ON e.id = f.enhet_id
             WHERE f.ar = periodens_ar AND f.stadsdel_id = stadsdel
               AND f.period_id = period AND f.indikator_id = indikator AND f.ersatt_load_id IS NULL), false);
END
$$;

CREATE FUNCTION lager.skydda_flaggor(stadsdel smallint, period int, indikator int, foregaende boolean, aldre boolean) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT FROM lager.utfall_skydd_grupp g
                WHERE (g.stadsdel_id, g.period_id, g.indikator_id) = (stadsdel, period, indikator)) THEN
        UPDATE lager.utfall_skydd_grupp g
           SET foregaende = coalesce(skydda_flaggor.foregaende, g.foregaende), aldre = coalesce(skydda_flaggor.aldre, g.aldre)
         WHERE (g.stadsdel_id, g.period_id, g.indikator_id) = (stadsdel, period, indikator)
           AND (g.foregaende <> skydda_flaggor.foregaende OR g.aldre <> skydda_flaggor.aldre);
        DELETE FROM lager.utfall_skydd_grupp g
         WHERE (g.stadsdel_id, g.period_id, g.indikator_id) = (stadsdel, period, indikator) AND NOT g.foregaende AND NOT g.aldre;
    ELSIF coalesce(foregaende, false) OR coalesce(aldre, false) THEN
        INSERT INTO lager.utfall_skydd_grupp VALUES (stadsdel, period, indikator, coalesce(foregaende, false), coalesce(aldre, false));
    END IF;
END
$$;

-- Decides anew for one district, period and indicator; writes only what changes.  Returns whether something did.
CREATE FUNCTION lager.skydda_grupp(stadsdel smallint, period int, indikator int) RETURNS boolean
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    i lager.dim_indikator;
    som text;
    ar_staden boolean;
    ny lager.utfall_skydd[];
    andrat boolean;
    periodens_ar smallint;
BEGIN
    SELECT * INTO i FROM lager.dim_indikator d WHERE d.id = indikator;
    SELECT p.ar INTO periodens_ar FROM lager.dim_period p WHERE p.id = period;
    SELECT lager.skyddas_som(i.slag, i.troskel, i.matt,
                             CASE WHEN i.slag IS NULL THEN (SELECT max(u.matt) FROM lager.fact_utfall u
                                                             WHERE u.ar = periodens_ar AND u.stadsdel_id = stadsdel AND u.period_id = period
                                                               AND u.indikator_id = indikator AND u.ersatt_load_id IS NULL) END)
      INTO som;
    SELECT d.kod = 'STAD' INTO ar_staden FROM lager.dim_stadsdel d WHERE d.id = stadsdel;
    IF som = 'antal' AND ar_staden AND EXISTS (
        SELECT FROM lager.utfall_skydd h
         WHERE h.indikator_id = indikator AND h.period_id = period AND h.stadsdel_id <> stadsdel) THEN
        -- The districts add up to the city: where one of them hides something, the city's count is not shown at all.
        SELECT array_agg(ROW(stadsdel, period, indikator, u.enhet_id, u.kon,
                             CASE u.varde_status WHEN 'suppressed' THEN 'kallan' ELSE 'dold' END)::lager.utfall_skydd)
          INTO ny
          FROM lager.fact_utfall u
         WHERE u.ar = periodens_ar AND u.stadsdel_id = stadsdel AND u.period_id = period AND u.indikator_id = indikator
           AND u.ersatt_load_id IS NULL AND u.varde_status IN ('reported', 'suppressed');
    ELSIF som = 'antal' THEN
        SELECT array_agg(ROW(stadsdel, period, indikator, d.enhet_id, d.kon, d.skal)::lager.utfall_skydd)
          INTO ny FROM lager.dolda_antal(stadsdel, period, indikator, i.troskel, i.kon_mening) d;
    ELSIF som = 'andel' THEN
        SELECT array_agg(ROW(stadsdel, period, indikator, d.enhet_id, d.kon, d.skal)::lager.utfall_skydd)
          INTO ny FROM lager.dolda_andel(stadsdel, period, indikator, i.troskel, i.namnare_minst, i.kon_mening) d;
    END IF;
    ny := coalesce(ny, '{}');
    DELETE FROM lager.utfall_skydd h
     WHERE (h.stadsdel_id, h.period_id, h.indikator_id) = (stadsdel, period, indikator)
       AND NOT EXISTS (SELECT FROM unnest(ny) x WHERE (x.enhet_id, x.kon, x.skal) = (h.enhet_id, h.kon, h.skal));
    andrat := FOUND;
    INSERT INTO lager.utfall_skydd SELECT x.* FROM unnest(ny) x ORDER BY x.enhet_id, x.kon ON CONFLICT DO NOTHING;
    andrat := andrat OR FOUND;
    PERFORM lager.skydda_flaggor(stadsdel, period, indikator, NULL, coalesce(som IS NOT NULL AND (
        SELECT bool_or(u.ersatt_load_id IS NOT NULL)
               AND (cardinality(ny) > 0
                    OR bool_or(u.varde_status = 'suppressed'
                               OR som = 'antal' AND u.varde > 0 AND u.varde < i.troskel
                               OR som = 'andel' AND lager.andel_nara(u.varde, lager.andel_decimaler(i.troskel, i.namnare_minst, false))))
          FROM lager.fact_utfall u
         WHERE u.ar = periodens_ar AND u.stadsdel_id = stadsdel AND u.period_id = period AND u.indikator_id = indikator), false));
    IF NOT EXISTS (SELECT FROM lager.dim_period p WHERE p.id = period + 10000) THEN RETURN andrat; END IF; -- nobody speaks of it yet
    PERFORM lager.skydda_flaggor(stadsdel, period + 10000, indikator, lager.skydda_foregaende(stadsdel, period + 10000, indikator), NULL);
    RETURN andrat;
END
$$;
COMMENT ON FUNCTION lager.skydda_grupp IS 'decides what analysts may see of one district, period and indicator';

-- The groups given, and the city's where a district's count changed.
CREATE FUNCTION lager.skydda_grupper(stadsdelar smallint[], perioder int[], indikatorer int[]) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    staden smallint := (SELECT d.id FROM lager.dim_stadsdel d WHERE d.kod = 'STAD');
    g record;
BEGIN
    FOR g IN SELECT * FROM unnest(stadsdelar, perioder, indikatorer) AS x (s, p, i)
              WHERE x.s IS DISTINCT FROM staden ORDER BY x.s, x.p, x.i LOOP
        PERFORM lager.skydda_grupp(g.s, g.p, g.i);
    END LOOP;
    IF staden IS NULL THEN RETURN; END IF;
    FOR g IN SELECT DISTINCT x.p, x.i FROM unnest(perioder, indikatorer) AS x (p, i)
              WHERE EXISTS (SELECT FROM lager.fact_utfall u WHERE u.stadsdel_id = staden AND u.period_id = x.p AND u.indikator_id = x.i)
              ORDER BY x.p, x.i LOOP
        PERFORM lager.skydda_grupp(staden, g.p, g.i);
    END LOOP;
END
$$;

---------------------------------------------------------------- when the facts change

-- Shares that are neither hidden nor near 0 or 100 need no decision; counts always do (a sum may follow from them).
CREATE FUNCTION lager.utfall_andrat() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    s smallint[]; p int[]; n int[];
BEGIN
    SELECT array_agg(g.stadsdel_id), array_agg(g.period_id), array_agg(g.indikator_id) INTO s, p, n
      FROM (SELECT r.stadsdel_id, r.period_id, r.indikator_id
              FROM rader r
              JOIN lager.dim_indikator i ON i.id = r.indikator_id
             WHERE i.troskel > 0 AND (i.slag IN ('antal', 'andel') OR i.slag IS NULL)
             GROUP BY r.stadsdel_id, r.period_id, r.indikator_id
            HAVING bool_or(i.slag IS DISTINCT FROM 'andel' OR r.varde_status = 'suppressed' OR TG_OP <> 'INSERT'
                           OR r.varde NOT IN (0, 100) AND (abs(r.varde) < 0.5 OR abs(r.varde - 100) <= 0.5))
                OR EXISTS (SELECT FROM lager.utfall_skydd h
                            WHERE (h.stadsdel_id, h.period_id, h.indikator_id) = (r.stadsdel_id, r.period_id, r.indikator_id))) g;
    PERFORM lager.skydda_grupper(s, p, n);
    RETURN NULL;
END
$$;
CREATE TRIGGER skydd_insert AFTER INSERT ON lager.fact_utfall REFERENCING NEW TABLE AS rader
    FOR EACH STATEMENT EXECUTE FUNCTION lager.utfall_andrat();
CREATE TRIGGER skydd_update AFTER UPDATE ON lager.fact_utfall REFERENCING NEW TABLE AS rader
    FOR EACH STATEMENT EXECUTE FUNCTION lager.utfall_andrat();
CREATE TRIGGER skydd_delete AFTER DELETE ON lager.fact_utfall REFERENCING OLD TABLE AS rader
    FOR EACH STATEMENT EXECUTE FUNCTION lager.utfall_andrat();

CREATE FUNCTION lager.foregaende_andrat() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM lager.skydda_flaggor(g.stadsdel_id, g.period_id, g.indikator_id,
                                 lager.skydda_foregaende(g.stadsdel_id, g.period_id, g.indikator_id), NULL)
       FROM (SELECT r.stadsdel_id, r.period_id, r.indikator_id
               FROM rader r
               JOIN lager.dim_indikator i ON i.id = r.indikator_id
              WHERE i.troskel > 0 AND (i.slag IN ('antal', 'andel') OR i.slag IS NULL)
              GROUP BY r.stadsdel_id, r.period_id, r.indikator_id
             HAVING bool_or(i.slag IS DISTINCT FROM 'andel' OR r.varde_status = 'suppressed' OR TG_OP <> 'INSERT'
                            OR r.varde NOT IN (0, 100) AND (abs(r.varde) < 0.5 OR abs(r.varde - 100) <= 0.5))
                 OR EXISTS (SELECT FROM lager.utfall_skydd h -- what the report speaks of is hidden, or was
                             WHERE (h.stadsdel_id, h.period_id, h.indikator_id) = (r.stadsdel_id, r.period_id - 10000, r.indikator_id))
                 OR EXISTS (SELECT FROM lager.utfall_skydd_grupp f
                             WHERE (f.stadsdel_id, f.period_id, f.indikator_id) = (r.stadsdel_id, r.period_id, r.indikator_id))
              ORDER BY r.stadsdel_id, r.period_id, r.indikator_id) g;
    RETURN NULL;
END
$$;
CREATE TRIGGER skydd_insert AFTER INSERT ON lager.fact_foregaende REFERENCING NEW TABLE AS rader
    FOR EACH STATEMENT EXECUTE FUNCTION lager.foregaende_andrat();
CREATE TRIGGER skydd_update AFTER UPDATE ON lager.fact_foregaende REFERENCING NEW TABLE AS rader
    FOR EACH STATEMENT EXECUTE FUNCTION lager.foregaende_andrat();
CREATE TRIGGER skydd_delete AFTER DELETE ON lager.fact_foregaende REFERENCING OLD TABLE AS rader
    FOR EACH STATEMENT EXECUTE FUNCTION lager.foregaende_andrat();

-- All of an indicator.
CREATE FUNCTION lager.skydda_indikator(indikator int) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    s smallint[]; p int[]; n int[];
BEGIN
    SELECT array_agg(g.stadsdel_id), array_agg(g.period_id), array_agg(indikator) INTO s, p, n
      FROM (SELECT DISTINCT u.stadsdel_id, u.period_id FROM lager.fact_utfall u
             WHERE u.indikator_id = indikator AND u.ersatt_load_id IS NULL) g;
    PERFORM lager.skydda_grupper(s, p, n);
    PERFORM lager.skydda_flaggor(g.stadsdel_id, g.period_id, indikator, lager.skydda_foregaende(g.stadsdel_id, g.period_id, indikator), NULL)
       FROM (SELECT DISTINCT f.stadsdel_id, f.period_id FROM lager.fact_foregaende f
              WHERE f.indikator_id = indikator AND f.ersatt_load_id IS NULL ORDER BY 1, 2) g;
END
$$;

CREATE FUNCTION lager.indikator_andrad() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM lager.skydda_indikator(NEW.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER skydd_update AFTER UPDATE ON lager.dim_indikator FOR EACH ROW
    WHEN ((OLD.slag, OLD.troskel, OLD.matt, OLD.kon_mening, OLD.namnare_minst)
          IS DISTINCT FROM (NEW.slag, NEW.troskel, NEW.matt, NEW.kon_mening, NEW.namnare_minst))
    EXECUTE FUNCTION lager.indikator_andrad();

-- The facts there are.
SELECT lager.skydda_indikator(id) FROM lager.dim_indikator ORDER BY id;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA lager FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lager.skapa_ar TO stadslager_loader;
