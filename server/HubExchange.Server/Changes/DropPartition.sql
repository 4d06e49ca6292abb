-- Drops a partition and says that its entries are gone. The feed is locked first, as writers lock it first; who writes for longer than
-- the time-out makes it fail, and it is tried again. {0} is the partition, {1} its last position.
set local lock_timeout = '1s';
lock table hub.change in access exclusive mode;
drop table hub.{0};
update hub.feed
set dropped = greatest(dropped, {1});
