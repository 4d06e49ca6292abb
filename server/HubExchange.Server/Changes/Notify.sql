-- Tells the other hubs that the feed has grown. In a transaction of its own: the notification takes a lock on the whole database at commit.
-- Nothing is written that a crash could lose, so the commit does not make the commits of records wait for the disk.
select set_config('synchronous_commit', 'off', true), pg_notify('hub_feed', $1);
