-- What became of differences. Primary key.
update hub.reconciliation_difference r
set outcome = d.outcome, mended_revision = d.revision, undone_revision = d.undone
from unnest(@keys::text[], @outcomes::text[], @revisions::bigint[], @undone::bigint[]) as d (key, outcome, revision, undone)
where r.reconciliation_id = @id
  and r.key = d.key;
