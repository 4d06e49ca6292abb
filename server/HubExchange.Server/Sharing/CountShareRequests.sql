-- Number of share requests that match, for the list. Same indexes as the list.
select count(*)
from hub.share_request r
where (@node = '' or r.asker = @node or r.provider = @node)
  and (@asker = '' or r.asker = @asker)
  and (@provider = '' or r.provider = @provider)
  and (@type = '' or r.type = @type)
  and (case when @state = '' then @withClosed or r.state in ('SUBMITTED', 'PAPERS', 'GRANTED') else r.state = @state end)
  and (@light = '' or hub.share_light(r, @today) = @light);
