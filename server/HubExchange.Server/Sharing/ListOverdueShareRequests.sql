-- Share requests whose running term has passed and was not noted as passed, locked. Index share_request_running.
select to_jsonb(r)::text
from hub.share_request r
where r.state in ('SUBMITTED', 'PAPERS', 'GRANTED')
  and r.overdue_on is null
  and hub.share_light(r, @today) = 'RED'
order by r.id
limit @limit
for update;
