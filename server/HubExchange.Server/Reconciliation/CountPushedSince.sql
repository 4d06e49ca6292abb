-- Changes of a type that a source has pushed by a stream since both sides were equal last, as far as its frames are kept; null when they
-- never were. Primary key of hub.frame, index reconciliation_source.
select (
  select coalesce(sum(f.changes), 0)
  from hub.frame f
  where f.source = $1
    and f.stream = $2
    and f.sequence > c.sequence
    and f.type = $3)
from (
  select r.sequence
  from hub.reconciliation r
  where r.source = $1
    and r.type = $3
    and r.stream = $2
    and r.state in ('EQUAL', 'MENDED')
  order by r.id desc
  limit 1) c;
