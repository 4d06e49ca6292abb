-- Entries before a position, newest first. Index: primary key of each partition in question.
select
  position, recorded_at, event, caller, role, node, method, type, reason, detail, records, cut_fields, masked_fields, withheld, hash
from hub.audit
where position < $1
and recorded_at >= coalesce($2, '-infinity'::timestamptz)
and recorded_at < coalesce($3, 'infinity'::timestamptz)
and ($4 = '' or caller = $4)
and ($5 = '' or node = $5)
and ($6 = '' or method = $6)
and ($7 = '' or type = $7)
and ($8 = '' or event = $8)
order by position desc
limit $9;
