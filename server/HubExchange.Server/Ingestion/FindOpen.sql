-- The frames whose source has something of their type open in quarantine. Index: quarantine_open_key.
select frame.number
from unnest($1::text[], $2::text[]) with ordinality as frame (source, type, number)
where exists (
  select
  from hub.quarantine q
  where q.source = frame.source
    and q.type = frame.type
    and q.state = 'OPEN'
);
