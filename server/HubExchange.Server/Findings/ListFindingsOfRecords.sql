-- Open findings about some records, newest first. Index: finding_record.
select (to_jsonb(f) || jsonb_build_object('light', hub.finding_light(f.state, f.amber_on, f.due_on, f.paused_on, @today)))::text
from unnest(@types::text[], @keys::text[]) as r (type, key)
join hub.finding f on f.type = r.type and f.key = r.key
where f.state <> 'CLOSED'
  and (@node = '' or f.owner = @node or f.source = @node or f.raised_by_node = @node)
order by f.id desc
limit @limit;
