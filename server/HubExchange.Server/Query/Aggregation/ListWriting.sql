-- The batches that are being written: keys of the locks that say so (LockBatch.sql), each with an instant before which the batch will not be
-- recorded, in microseconds since 1970. No index: the locks of the moment.
select k.key, k.key - 6570751856333553664
from (
  select (l.classid::bigint << 32) | l.objid::bigint as key
  from pg_locks l
  where l.locktype = 'advisory'
    and l.objsubid = 1
    and l.mode = 'ShareLock'
    and l.granted
    and l.database = (select d.oid from pg_database d where d.datname = current_database())
) k
where k.key >= 6570751856333553664
  and k.key < 6575255455960924160;
