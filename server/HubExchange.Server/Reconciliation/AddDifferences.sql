-- What differed. Primary key.
insert into hub.reconciliation_difference (reconciliation_id, key, kind, outcome, hub_revision)
select @id, d.key, d.kind, 'OPEN', d.revision
from unnest(@keys::text[], @kinds::text[], @revisions::bigint[]) as d (key, kind, revision);
