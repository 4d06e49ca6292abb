-- Open findings by rule and owner, the most first. Reads the open findings once.
select f.rule as "Rule", f.owner as "Owner", count(*) as "Count",
  count(*) filter (where hub.finding_light(f.state, f.amber_on, f.due_on, f.paused_on, @today) = 'AMBER') as "Amber",
  count(*) filter (where hub.finding_light(f.state, f.amber_on, f.due_on, f.paused_on, @today) = 'RED') as "Red"
from hub.finding f
where f.state <> 'CLOSED'
  and (@node = '' or f.owner = @node or f.source = @node or f.raised_by_node = @node)
  and (@type = '' or f.type = @type)
  and (@owner = '' or f.owner = @owner)
group by f.rule, f.owner
order by count(*) desc, f.rule, f.owner
limit 1000;
