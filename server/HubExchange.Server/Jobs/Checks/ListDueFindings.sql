-- Findings whose term is not counted, and overdue ones without a supervision order, locked. Reads the open findings once.
select to_jsonb(f)::text
from hub.finding f
where f.state in ('ROUTED', 'ACCEPTED', 'VERIFYING', 'COORDINATED')
  and f.received_on is not null
  and (f.due_on is null
    or (f.supervision_order = '' and hub.finding_light(f.state, f.amber_on, f.due_on, f.paused_on, @today) = 'RED'))
order by f.id
limit @limit
for update;
