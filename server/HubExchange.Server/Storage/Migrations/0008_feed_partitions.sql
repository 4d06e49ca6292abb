-- Parts the feed by position, so that its oldest entries can be dropped as a whole. What is there becomes the first part; the hub makes
-- the others before it writes.
alter table hub.change rename to change_first;
alter table hub.change_first rename constraint change_pk to change_first_pk;
create table hub.change
(
  like hub.change_first including comments,
  constraint change_pk primary key (position)
) partition by range (position);
comment on table hub.change is 'Change feed: every version in the order of the commits 变更流';
comment on table hub.change_first is 'Change feed before it was parted 变更流首段';

do $$
declare
  next bigint := (select position + 1 from hub.feed);
begin
  execute format('alter table hub.change_first add constraint change_first_range check (position < %s)', next);
  execute format('alter table hub.change attach partition hub.change_first for values from (minvalue) to (%s)', next);
  alter table hub.change_first drop constraint change_first_range;
end $$;

alter table hub.feed
  add column dropped bigint not null default 0,
  add column parted bigint not null default 0;
update hub.feed
set parted = position;
comment on column hub.feed.dropped is 'Entries up to here are gone 已清理到的位置';
comment on column hub.feed.parted is 'Positions up to here have a partition 已建分区的末位';
