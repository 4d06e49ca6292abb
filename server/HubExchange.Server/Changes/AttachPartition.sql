-- Makes the next partition of the feed. Attaching an empty table holds up nobody; creating it as a partition would lock the whole feed.
-- {0} is its number, {1} its first position, {2} the first one after it.
create table hub.change_{0}
(
  like hub.change including comments,
  constraint change_{0}_pk primary key (position)
);
alter table hub.change attach partition hub.change_{0} for values from ({1}) to ({2});
update hub.feed
set parted = {2} - 1;
