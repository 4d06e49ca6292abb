-- When the latest of what any snapshot shows was recorded: an entry further back in the feed may have been recorded later than its last one.
-- What was being written beside each other is far less than the entries looked at here.
alter table hub.feed
  add column recorded_at timestamptz not null default '-infinity';
update hub.feed
set recorded_at = coalesce((
  select max(c.recorded_at)
  from hub.change c
  where c.position > hub.feed.position - 1000000), '-infinity');
comment on column hub.feed.recorded_at is 'Latest instant of all entries 全部变更中最晚的入库时刻';
