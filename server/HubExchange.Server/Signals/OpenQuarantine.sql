-- Open changes in quarantine by source and type. Index quarantine_open_key, read from end to end.
select source, type, count(*) as open
from hub.quarantine
where state = 'OPEN'
group by source, type
limit @limit;
