-- Moves the watermarks of the streams and keeps what the frames were, in the transaction that wrote their records. Primary keys.
with frame as (
  insert into hub.frame (source, stream, sequence, type, digest, changes, stored, unchanged, deleted, quarantined, recorded_at)
  select f.source, f.stream, f.sequence, f.type, f.digest, f.changes, f.stored, f.unchanged, f.deleted, f.quarantined, $11
  from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::bytea[], $6::int[], $7::int[], $8::int[], $9::int[], $10::int[])
    as f (source, stream, sequence, type, digest, changes, stored, unchanged, deleted, quarantined)
  returning source, stream, sequence
)
update hub.stream s
set sequence = last.sequence
from (
  select source, stream, max(sequence) as sequence
  from frame
  group by source, stream
) last
where s.source = last.source
  and s.stream = last.stream;
