-- Tells the other hubs that the feed has grown. In a transaction of its own: the notification takes a lock on the whole database at commit.
select pg_notify('hub_feed', $1);
