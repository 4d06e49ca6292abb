-- What the entries after position $1 up to $2 concern: type, entries, position of the last one that changes consolidated views, whether one
-- of these was recorded after the instant $3, and whether a key has one that was recorded after it before one that was not.
-- Index: primary key.
select type, count(*), max(position) filter (where consolidated),
  coalesce(bool_or(recorded_at > $3) filter (where consolidated), false),
  coalesce(bool_or(recorded_at <= $3 and after_later) filter (where consolidated), false)
from (
  select type, position, consolidated, recorded_at,
    bool_or(consolidated and recorded_at > $3) over (partition by type, key order by position) as after_later
  from hub.change
  where position > $1 and position <= $2) e
group by type
