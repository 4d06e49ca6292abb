-- Notices that went out. Primary key.
update hub.notice
set told_at = @at
where id = any(@ids);
