-- What differed, after a key, in the order of the keys. Primary key.
select key, kind, outcome, hub_revision as "HubRevision", mended_revision as "MendedRevision"
from hub.reconciliation_difference
where reconciliation_id = @id
  and key > @after
order by key
limit @limit;
