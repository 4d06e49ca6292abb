-- What somebody writes who counts one type by place: each record once in its unit, and once in every zone around it and in it.
-- In braces: the id of the type, and its rows with hub_key, zone_ids, reporting_unit and division.
select '{0}' as type, 'unit:' || coalesce(r.reporting_unit, (
    select u.unit from unit u where r.division like u.division || '%' order by length(u.division) desc limit 1)) as place,
  count(distinct r.hub_key)
from {1} r
group by 2
union all
select '{0}', 'zone:' || a.place, count(distinct r.hub_key)
from {1} r cross join unnest(r.zone_ids) as zone (id) join around a on a.zone_id = zone.id
group by 2
