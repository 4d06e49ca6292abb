-- Open changes by type, rule, field and source, after a group, with the number of all groups. Index quarantine_open_key. Positions in
-- lists are left out of the field, so that the same mistake in the first and in the ninth element is one group.
with violated as
(
  select id, source, type, recorded_at,
    violation ->> 'rule' as rule,
    regexp_replace(coalesce(violation ->> 'field', ''), '\[[0-9]+\]', '[]', 'g') as field
  from hub.quarantine
  cross join lateral jsonb_array_elements(violations -> 'violations') as violation
  where state = 'OPEN'
    and (@source = '' or source = @source)
    and (@type = '' or type = @type)
    and (@rule = '' or @rule = any (rules))
    and violation ->> 'severity' = 'SEVERITY_ERROR'
),
grouped as
(
  select type, rule, field, source, count(distinct id) as count, min(recorded_at) as first, max(recorded_at) as last, max(id) as example
  from violated
  where @rule = '' or rule = @rule
  group by type, rule, field, source
)
select type, rule, field, source, count, first as "FirstRecordedAt", last as "LastRecordedAt", example as "ExampleId",
  (select count(*) from grouped) as total
from grouped
where (type, rule, field, source) > (@afterType, @afterRule, @afterField, @afterSource)
order by type, rule, field, source
limit @limit;
