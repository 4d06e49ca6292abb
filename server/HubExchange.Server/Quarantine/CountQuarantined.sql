-- Number of quarantined changes that match. Index (source, id) of the open ones, else (source, id desc) or (type, id desc).
select count(*)
from hub.quarantine
where state = @state
  and (@source = '' or source = @source)
  and (@type = '' or type = @type)
  and (@rule = '' or @rule = any (rules));
