-- Content of those of the changes that are still open, in the order of their arrival, and the day in China on which each arrived.
-- Primary key.
select id, payload, to_char(recorded_at at time zone interval '8 hours', 'YYYY-MM-DD') as day
from hub.quarantine
where id = any (@ids)
  and state = 'OPEN'
order by id;
