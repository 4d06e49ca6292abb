-- The snapshots that frames of a batch may have to do with: those that are not closed, of each source and type; and for a frame that ends
-- one, the last of its stream when it was abandoned before its end came. Indexes: snapshot_active, snapshot_stream.
select s.id, s.source, s.type, s.stream, s.state
from (
  select distinct source, type
  from unnest($1::text[], $2::text[]) as f (source, type)
) frame
join hub.snapshot s on s.source = frame.source and s.type = frame.type
where s.state in ('OPEN', 'WAITING', 'APPROVED')
union all
select last.id, last.source, last.type, last.stream, last.state
from (
  select distinct source, type, stream
  from unnest($1::text[], $2::text[], $3::text[]) as f (source, type, stream)
  where stream <> ''
) frame
cross join lateral (
  select s.id, s.source, s.type, s.stream, s.state, s.end_sequence
  from hub.snapshot s
  where s.source = frame.source
    and s.type = frame.type
    and s.stream = frame.stream
  order by s.id desc
  limit 1
) last
where last.state = 'ABANDONED'
  and last.end_sequence is null;
