-- Names of the units of the district with code $1, former ones too, with the folded name.
SELECT e.nyckel, e.namn FROM lager.dim_enhet e JOIN lager.dim_stadsdel s ON s.id = e.stadsdel_id WHERE s.kod = $1
UNION ALL
SELECT a.nyckel, a.namn FROM lager.enhet_alias a JOIN lager.dim_stadsdel s ON s.id = a.stadsdel_id WHERE s.kod = $1
