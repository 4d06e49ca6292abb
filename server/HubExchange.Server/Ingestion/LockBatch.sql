-- What has to be known of the frames of a batch once their sources are locked. $1-$3: source, type and stream of each frame; the stream is
-- empty for a unary push. $4: whether the frame ends a snapshot.
-- STREAM: the rows of the streams, locked until commit, so that frames of one stream are written one after the other, whoever sends them.
-- FRAME: the frames whose source has something of their type open in quarantine.
-- SNAPSHOT: those that frames may have to do with: the ones that are not closed, of each source and type; and for a frame that ends one,
-- the last of its stream when it was abandoned before its end came.
-- INSTANT: the clock, in microseconds since 1970, read after a lock that tells everybody that a batch is being written which will not be
-- recorded before the instant in the lock's key (Settle.sql). Last, so that it does not wait for the other locks.
-- Indexes: primary key of hub.stream, quarantine_open_key, snapshot_active, snapshot_stream.
with frame as materialized (
  select f.source, f.type, f.stream, f.ends, f.number
  from unnest($1::text[], $2::text[], $3::text[], $4::boolean[]) with ordinality as f (source, type, stream, ends, number)
),
locked as materialized (
  select s.source, s.stream, s.epoch, s.sequence
  from (select distinct source, stream from frame where stream <> '') k
  join hub.stream s on s.source = k.source and s.stream = k.stream
  order by s.source, s.stream
  for update of s
)
select 'STREAM' as what, l.source, '' as type, l.stream, '' as state, l.epoch as number, l.sequence
from locked l
union all
select 'FRAME', '', '', '', '', frame.number, 0
from frame
where exists (
  select
  from hub.quarantine q
  where q.source = frame.source
    and q.type = frame.type
    and q.state = 'OPEN'
)
union all
select 'SNAPSHOT', s.source, s.type, s.stream, s.state, s.id, 0
from (
  select distinct source, type
  from frame
) k
join hub.snapshot s on s.source = k.source and s.type = k.type
where s.state in ('OPEN', 'WAITING', 'APPROVED')
union all
select 'SNAPSHOT', last.source, last.type, last.stream, last.state, last.id, 0
from (
  select distinct source, type, stream
  from frame
  where ends
) k
cross join lateral (
  select s.id, s.source, s.type, s.stream, s.state, s.end_sequence
  from hub.snapshot s
  where s.source = k.source
    and s.type = k.type
    and s.stream = k.stream
  order by s.id desc
  limit 1
) last
where last.state = 'ABANDONED'
  and last.end_sequence is null
union all
select 'INSTANT', '', '', '', '', 0, (extract(epoch from clock_timestamp()) * 1000000)::bigint
where pg_advisory_xact_lock_shared(6570751856333553664 + (extract(epoch from clock_timestamp()) * 1000000)::bigint) is not null;
