-- What is wrong with the change feed after a position: positions that are missing, and entries of consolidated views that do not name the
-- version shown until then, as far as the entries before the part tell what was shown. Primary key.
with bounds as (
  select greatest(@after, dropped) as after, least(position, greatest(@after, dropped) + @size) as until, dropped
  from hub.feed
), missing as (
  select p as position
  from bounds
  cross join generate_series(bounds.after + 1, bounds.until) p
  where not exists (select from hub.change c where c.position = p)
  limit 100
), chained as (
  select c.position, c.type, c.key, c.source, c.revision, c.recorded_at,
    case when c.previous_revision is not null then coalesce(c.previous_source, c.source) || '/' || c.previous_revision end as previous,
    lag(case when c.operation <> 'D' then c.source || '/' || c.revision end) over entries as shown,
    lag(c.position) over entries is not null as is_known
  from hub.change c
  cross join bounds
  where c.position > greatest(bounds.after - @lookback, bounds.dropped)
    and c.position <= bounds.until
    and c.consolidated
  window entries as (partition by c.type, c.key order by c.position)
)
select b.after as "After", b.until as "Until", f.position as "Position", f.type as "Type", f.key as "Key", f.source as "Source",
  f.revision as "Revision", f.recorded_at as "RecordedAt", f.observed as "Observed", f.expected as "Expected"
from bounds b
left join lateral (
  select m.position, '' as type, '' as key, '' as source, 0::bigint as revision, null::timestamptz as recorded_at, '' as observed,
    m.position::text as expected
  from missing m
  union all
  select c.position, c.type, c.key, c.source, c.revision, c.recorded_at, coalesce(c.previous, '–'), coalesce(c.shown, '–')
  from chained c
  where c.position > b.after
    and c.is_known
    and c.previous is distinct from c.shown
) f on true
order by f.position;
