-- Sources and how fresh they are.
SELECT k.kalla, to_char(k.verifierad, 'YYYY-MM-DD HH24:MI'), to_char(k.andrad, 'YYYY-MM-DD HH24:MI'), k.rader_lasta, k.rader_laddade,
       k.rader_oforandrade, k.rader_karantan, k.rader_ignorerade, k.karantan_oppen
  FROM analys.kalla k
 ORDER BY k.kalla COLLATE "C"
