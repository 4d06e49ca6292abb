-- Streams after one, in the order of source and name, each with its latest frame and fork. Primary keys; index fork_stream.
select s.source, s.stream, s.epoch, s.sequence, s.connected_at as "ConnectedAt", f.recorded_at as "CommittedAt",
  coalesce(k.forks, 0) as forks, k.sequence as "ForkSequence", k.type as "ForkType",
  k.committed_digest as "ForkCommitted", k.received_digest as "ForkReceived", k.recorded_at as "ForkRecordedAt"
from hub.stream s
left join hub.frame f on f.source = s.source and f.stream = s.stream and f.sequence = s.sequence
left join lateral (
  select fork.*, count(*) over () as forks
  from hub.fork fork
  where fork.source = s.source
    and fork.stream = s.stream
  order by fork.id desc
  limit 1
) k on true
where (@source = '' or s.source = @source)
  and (s.source, s.stream) > (@afterSource, @afterStream)
order by s.source, s.stream
limit @limit;
