-- Findings with both values and both places, and figures that stand in two places.
SET LOCAL ROLE stadslager_owner;

ALTER TABLE drift.finding
    ADD COLUMN column_name text,
    ADD COLUMN value text,
    ADD COLUMN other_load_id bigint, -- of drift.load; no foreign key: a check per finding would cost as much as writing it
    ADD COLUMN other_rad bigint,
    ADD COLUMN other_byte_offset bigint,
    ADD COLUMN other_column text,
    ADD COLUMN other_value text,
    ADD CHECK ((other_load_id IS NULL) = (other_rad IS NULL));
COMMENT ON COLUMN drift.finding.load_id IS 'drift.load that found it: its source and file';
COMMENT ON COLUMN drift.finding.rad IS 'line of the export';
COMMENT ON COLUMN drift.finding.byte_offset IS 'offset in the plain bytes of the export';
COMMENT ON COLUMN drift.finding.rule IS 'id of the rule';
COMMENT ON COLUMN drift.finding.severity IS 'reject (the row is in quarantine), warn or note: the rule''s own, the configuration''s or the registry''s';
COMMENT ON COLUMN drift.finding.column_name IS 'the column of the value in question, as decode heads it; null = the whole row';
COMMENT ON COLUMN drift.finding.value IS 'that value';
COMMENT ON COLUMN drift.finding.other_load_id IS
    'of rules that compare: drift.load of the place it disagrees with (load_id: the same export); null = there is none';
COMMENT ON COLUMN drift.finding.other_rad IS 'line of that place';
COMMENT ON COLUMN drift.finding.other_byte_offset IS 'offset of that place; null = not known';
COMMENT ON COLUMN drift.finding.other_column IS 'column of that place, or "registry: unit"';
COMMENT ON COLUMN drift.finding.other_value IS 'what stands there';

ALTER TABLE drift.stage_finding
    ADD COLUMN column_name text,
    ADD COLUMN value text,
    ADD COLUMN other_load_id bigint,
    ADD COLUMN other_rad bigint,
    ADD COLUMN other_byte_offset bigint,
    ADD COLUMN other_column text,
    ADD COLUMN other_value text;
COMMENT ON TABLE drift.stage_finding IS 'findings of the export, as drift.finding; other_load_id null: this export';

-- What figure of elsewhere a cell of another table repeats.
ALTER TABLE drift.stage_fact
    ADD COLUMN samma_indikator_id int,
    ADD COLUMN samma_period_id int,
    ADD COLUMN samma_kon "char",
    ADD COLUMN samma_nyckel text;
COMMENT ON COLUMN drift.stage_fact.samma_indikator_id IS
    'of a cell whose row is named like an indicator and whose column says a period''s outcome: that outcome';
COMMENT ON COLUMN drift.stage_fact.samma_nyckel IS 'of an amount: what it is of, folded; null = a sum or a part of another row';

---------------------------------------------------------------- comparing printed numbers

-- One unit of the last printed digit, times what the number is counted in.
CREATE FUNCTION drift.steg(varde numeric, faktor numeric DEFAULT 1) RETURNS numeric
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ('1e-' || scale(varde))::numeric * faktor;
COMMENT ON FUNCTION drift.steg IS 'what the last printed digit of a number is worth: 0.01 for 59.38';

-- Printed numbers that no one number rounds to.  With equal steps the digits decide; else half a step of each is allowed for.
CREATE FUNCTION drift.skiljer(a numeric, b numeric, steg_a numeric, steg_b numeric) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE WHEN steg_a = steg_b THEN a <> b ELSE 2 * abs(a - b) > steg_a + steg_b END;
COMMENT ON FUNCTION drift.skiljer IS 'true when no one number can be printed as a and as b; 59.4 and 59.38 do not differ';

CREATE FUNCTION drift.skiljer(a numeric, b numeric) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN drift.skiljer(a, b, drift.steg(a), drift.steg(b));

-- How a message shows a value, and what its column is called.
CREATE FUNCTION drift.visa(varde numeric, matt text, tryckt text, status text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN coalesce(tryckt, replace(varde::text, '.', ',') || coalesce(' ' || matt, ''), status, '');
COMMENT ON FUNCTION drift.visa IS 'a value in words: as printed where that is kept, else number and unit, else its status';

CREATE FUNCTION drift.kolumn(tabell "char", del "char") RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE tabell WHEN 'U' THEN CASE del WHEN 'M' THEN 'utfall_man' WHEN 'K' THEN 'utfall_kvinnor' ELSE 'utfall' END
                       WHEN 'A' THEN CASE del WHEN 'K' THEN 'kf_arsmal' ELSE 'arsmal' END
                       WHEN 'F' THEN 'foregaende' WHEN 'M' THEN 'status' WHEN 'V' THEN 'aktivitet' ELSE 'varde' END;
COMMENT ON FUNCTION drift.kolumn IS 'the column, as decode heads it, that facts of a table and part come from';
