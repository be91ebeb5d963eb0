-- How much is approved and not settled, by acquirer? A batch counts as settled when the host said that it
-- is done. Amounts are in minor units of their currency.
SELECT p.acquirer,
       p.currency,
       p.exponent,
       count(*)         AS payments,
       sum(p.net_minor) AS unsettled_minor
FROM payments p
JOIN dumps d ON d.dump = p.dump AND d.superseded_by IS NULL
WHERE p.mode = 'live'
  AND p.net_minor IS NOT NULL
  AND p.settlement IN ('open', 'frozen', 'sent', 'uploading')
GROUP BY p.acquirer, p.currency, p.exponent
ORDER BY p.acquirer, p.currency
