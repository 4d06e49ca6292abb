-- What happened to a share request. Primary key.
select number as "Number", at as "At", by as "By", action as "Action", from_state as "From", reason as "Reason", after::text as "After"
from hub.share_event
where share_request_id = @id
order by number;
