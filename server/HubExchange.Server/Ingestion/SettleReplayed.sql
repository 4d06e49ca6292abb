-- Closes replayed changes that were accepted, then what was refused earlier of the same keys. Primary key; index quarantine_open_key.
update hub.quarantine
set state = 'REPLAYED',
  closed_at = @closedAt,
  closed_by = @closedBy
where id = any (@ids)
  and state = 'OPEN';

update hub.quarantine
set state = 'RESOLVED',
  closed_at = @closedAt
from unnest(@keys, @ids) as accepted (key, id)
where quarantine.source = @source
  and quarantine.type = @type
  and quarantine.key = accepted.key
  and quarantine.id < accepted.id
  and quarantine.state = 'OPEN';
