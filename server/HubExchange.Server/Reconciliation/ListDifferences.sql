-- What differed, after a key, in the order of the keys. Primary key.
select key, kind, outcome, hub_revision as "HubRevision", mended_revision as "MendedRevision",
  undone_revision as "UndoneRevision"
from hub.reconciliation_difference
where reconciliation_id = @id
  and key > @after
order by key
limit @limit;
