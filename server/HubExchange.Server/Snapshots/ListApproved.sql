-- Approved snapshots whose deletions are not all made. Index: snapshot_active.
select id
from hub.snapshot
where state = 'APPROVED'
order by id
limit @limit;
