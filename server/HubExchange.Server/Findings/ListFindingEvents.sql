-- What happened to a finding, until an instant. Primary key.
select number as "Number", at as "At", by as "By", action as "Action", from_state as "From", reason as "Reason", after::text as "After"
from hub.finding_event
where finding_id = @id
  and at <= @until
order by number;
