-- Which terminals have payments that are open for longer than a day, of which nobody knows whether the
-- customer was charged? The age is counted to the `--as-of` of the export.
SELECT o.terminal_id,
       o.acquirer,
       o.currency,
       count(*)            AS orphans,
       sum(o.amount_minor) AS amount_minor,
       max(o.age_seconds)  AS oldest_seconds
FROM open_items o
JOIN dumps d ON d.dump = o.dump AND d.superseded_by IS NULL
WHERE d.mode = 'live'
  AND (o.age_seconds > 86400 OR o.age_seconds IS NULL)
GROUP BY o.terminal_id, o.acquirer, o.currency
ORDER BY o.terminal_id, o.currency
