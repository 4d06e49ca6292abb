-- Number of quarantined changes that match.
select count(*)
from hub.quarantine
where (@source = '' or source = @source)
  and (@type = '' or type = @type)
  and (@rule = '' or @rule = any (rules));
