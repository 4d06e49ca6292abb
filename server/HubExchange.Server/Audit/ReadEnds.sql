-- Both ends of the chain, and the hash of an entry if it is kept. Index: primary key of each partition.
select position, hash, dropped_position, dropped_hash, (select e.hash from hub.audit e where e.position = $1)
from hub.audit_head;
