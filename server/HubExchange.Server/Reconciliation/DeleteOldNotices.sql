-- Notices older than they are kept, a bounded number. Index notice_created.
delete from hub.notice
where id in (
  select id
  from hub.notice
  where created_at < @before
  order by created_at
  limit @limit);
