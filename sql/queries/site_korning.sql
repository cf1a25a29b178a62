-- The last run and what it changed; empty before the first one.
SELECT k.run, to_char(k.borjade, 'YYYY-MM-DD HH24:MI'), to_char(k.slutade, 'YYYY-MM-DD HH24:MI'), k.slutkod, k.kallor, k.kallor_andrade,
       k.fakta_nya, k.fakta_reviderade, k.fakta_borttagna, k.rader_karantan
  FROM analys.korning k
 ORDER BY k.run DESC LIMIT 1
