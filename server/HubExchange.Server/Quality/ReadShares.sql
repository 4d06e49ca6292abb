-- What is counted by source besides the records: refused changes, findings, reconciliations, attendance; with what the records came to.
-- Reads the open refused changes and the open findings once. Indexes quarantine_open_source, reconciliation_source, attendance_day_pk.
with refused as (
  select q.source, count(*) as changes,
    count(*) filter (where q.violations @> '{"violations": [{"dimension": "QUALITY_DIMENSION_CONFORMITY"}]}') as conformity,
    count(*) filter (where q.violations @> '{"violations": [{"dimension": "QUALITY_DIMENSION_COMPLETENESS"}]}') as completeness,
    count(*) filter (where q.violations @> '{"violations": [{"dimension": "QUALITY_DIMENSION_ACCURACY"}]}') as accuracy,
    count(*) filter (where q.violations @> '{"violations": [{"dimension": "QUALITY_DIMENSION_CONSISTENCY"}]}') as consistency
  from hub.quarantine q
  where q.state = 'OPEN'
  group by q.source
), rules as (
  select source, measure, good, examined
  from hub.quality_tally
  where measure like '%.rules'
  union all
  select r.source, m.measure, r.changes - m.bad, r.changes
  from refused r
  cross join lateral (
    values ('conformity.rules', r.conformity), ('completeness.rules', r.completeness), ('accuracy.rules', r.accuracy),
      ('consistency.rules', r.consistency)) m (measure, bad)
), doubted as (
  select f.source, lower(f.dimension) as dimension, count(distinct (f.type, f.key)) as records
  from hub.finding f
  where f.state <> 'CLOSED'
    and f.dimension in ('ACCURACY', 'CONSISTENCY')
    and f.key <> ''
    and f.rule not like 'store.%'
  group by f.source, f.dimension
), clocks as (
  select f.owner as source, count(*) as findings, count(*) filter (where light.colour = 'RED') as red
  from hub.finding f
  cross join lateral hub.finding_light(f.state, f.amber_on, f.due_on, f.paused_on, @day) light (colour)
  where f.state <> 'CLOSED'
    and light.colour is not null
  group by f.owner
), compared as (
  select distinct on (source, type) source, hub_count + missing as records,
    case when state in ('EQUAL', 'MENDED') then 0 else greatest(missing + extra + stale + forks - mended, 0) end as different
  from hub.reconciliation
  where state not in ('RUNNING', 'FAILED')
  order by source, type, id desc
), sessions as (
  select source, count(*) as ended, count(*) filter (where state = 'FAILED') as failed
  from hub.reconciliation
  where state <> 'RUNNING'
    and started_at >= (@since::date::timestamp at time zone 'Asia/Shanghai')
    and started_at < ((@day::date + 1)::timestamp at time zone 'Asia/Shanghai')
  group by source
), attended as (
  select source, count(*) filter (where day >= @since and day < @day) as days, @day::date - greatest(min(day), @since::date) as expected
  from hub.attendance_day
  where day < @day
  group by source
)
select source as "Source", measure as "Measure", sum(good)::bigint as "Good", sum(examined)::bigint as "Examined"
from rules
group by source, measure
union all
select source, measure, good, examined
from hub.quality_tally
where measure in ('records', 'completeness.fields')
union all
select t.source, d.dimension || '.findings', greatest(t.examined - coalesce(f.records, 0), 0), t.examined
from hub.quality_tally t
cross join (values ('accuracy'), ('consistency')) d (dimension)
left join doubted f on f.source = t.source and f.dimension = d.dimension
where t.measure = 'records'
union all
select source, 'timeliness.clocks', findings - red, findings
from clocks
union all
select source, 'consistency.reconciliation', greatest(sum(records) - sum(different), 0)::bigint, sum(records)::bigint
from compared
group by source
having sum(records) > 0
union all
select source, 'accessibility.sessions', ended - failed, ended
from sessions
union all
select source, 'accessibility.days', days, expected
from attended
where expected > 0;
