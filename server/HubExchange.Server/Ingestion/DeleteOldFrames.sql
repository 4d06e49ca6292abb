-- Frames committed before a time, a bounded number; the last of each stream stays, it says when the source was last heard. A stream's
-- frames are committed in the order of their sequence, so those to forget are its first. Primary keys.
delete from hub.frame f
using (
  select o.source, o.stream, o.sequence
  from hub.stream s
  cross join lateral (
    select n.recorded_at
    from hub.frame n
    where n.source = s.source
      and n.stream = s.stream
    order by n.sequence
    limit 1
  ) first
  cross join lateral (
    select n.source, n.stream, n.sequence, n.recorded_at
    from hub.frame n
    where n.source = s.source
      and n.stream = s.stream
      and n.sequence < s.sequence
    order by n.sequence
    limit @limit
  ) o
  where first.recorded_at < @before
    and o.recorded_at < @before
  limit @limit) old
where f.source = old.source
  and f.stream = old.stream
  and f.sequence = old.sequence;
