-- Entries after a position, in their order. Index: primary key of each partition.
select
  position, recorded_at, event, caller, role, node, method, type, reason, detail, records, cut_fields, masked_fields, withheld, hash
from hub.audit
where position > $1
order by position;
