-- Share requests below a number, newest first. Primary key, or indexes share_request_asker, share_request_provider.
select (to_jsonb(r) || jsonb_build_object('light', hub.share_light(r, @today)))::text
from hub.share_request r
where r.id < @before
  and (@node = '' or r.asker = @node or r.provider = @node)
  and (@asker = '' or r.asker = @asker)
  and (@provider = '' or r.provider = @provider)
  and (@type = '' or r.type = @type)
  and (case when @state = '' then @withClosed or r.state in ('SUBMITTED', 'PAPERS', 'GRANTED') else r.state = @state end)
  and (@light = '' or hub.share_light(r, @today) = @light)
order by r.id desc
limit @limit;
