-- In which minutes did five or more terminals get 91, 96 or 98? One terminal has a bad line; many at once
-- say that an issuer or an acquirer was down.
SELECT date_trunc('minute', r.time_utc) AS minute_utc,
       count(DISTINCT r.terminal_id)    AS terminals,
       count(*)                         AS answers
FROM records r
JOIN dumps d ON d.dump = r.dump AND d.superseded_by IS NULL
WHERE d.mode = 'live'
  AND r.kind = 'Outcome'
  AND r.code IN ('91', '96', '98')
GROUP BY date_trunc('minute', r.time_utc)
HAVING count(DISTINCT r.terminal_id) >= 5
ORDER BY minute_utc
