-- Which payments are late: due by what was agreed with their acquirer, and not credited by its bill?
-- `bill` is what `pos-journal bill --rows --format csv` prints. A journal alone never proves a credit.
SELECT p.acquirer,
       p.terminal_id,
       p.rrn,
       p.net_minor,
       p.currency,
       p.due_date
FROM payments p
JOIN dumps d ON d.dump = p.dump AND d.superseded_by IS NULL
LEFT JOIN bill b ON b.tid = p.tid AND b.rrn = p.rrn AND b.kind = 'payment' AND b.state = 'final'
WHERE p.mode = 'live'
  AND p.net_minor > 0
  AND p.undone_by IS NULL
  AND p.late_after_utc < d.as_of_utc
  AND b.rrn IS NULL
ORDER BY p.acquirer, p.terminal_id, p.rrn
