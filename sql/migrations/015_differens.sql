-- What it takes to read only the lines of an export that are not in the one before it.
SET LOCAL ROLE stadslager_owner;

ALTER TABLE drift.load ADD COLUMN facts_repeated bigint;
COMMENT ON COLUMN drift.load.facts_repeated IS
    'facts that only repeat an earlier one of the export: where there are none, each key stands in one line; null = was not counted';

-- Staging of such a load, empty but inside it, as the other staging tables.
CREATE UNLOGGED TABLE drift.stage_gone (
    tabell "char" NOT NULL,
    ar smallint NOT NULL,
    stadsdel_id smallint NOT NULL,
    enhet_id int NOT NULL,
    objekt_id int NOT NULL,
    period_id int NOT NULL,
    del "char" NOT NULL,
    doubtful boolean NOT NULL
);
COMMENT ON TABLE drift.stage_gone IS
    'keys of the lines that the last export of the source had and this one has not; doubtful: its row was in quarantine';

CREATE UNLOGGED TABLE drift.stage_current (LIKE drift.gallande);
COMMENT ON TABLE drift.stage_current IS 'what is current under the keys of stage_fact and stage_gone';

CREATE UNLOGGED TABLE drift.stage_piece (
    old_rad bigint NOT NULL,
    kept boolean NOT NULL,
    lines bigint NOT NULL,
    bytes bigint NOT NULL
);
COMMENT ON TABLE drift.stage_piece IS
    'from line old_rad of the last export on, up to the next piece: kept and moved by so many lines and bytes, or not kept';

GRANT SELECT, INSERT, TRUNCATE ON drift.stage_gone, drift.stage_current, drift.stage_piece TO stadslager_loader;
