-- What nodes are to be told over their control streams, days of supervision orders, checkpoints of digests, and how far the feed is checked.
create table hub.notice
(
  id bigint not null generated always as identity,
  node text not null,
  kind text not null,
  subject text not null default '',
  count integer not null default 1,
  type text not null default '',
  key text not null default '',
  source text not null default '',
  old_revision bigint not null default 0,
  new_revision bigint not null default 0,
  finding_id bigint not null default 0,
  snapshot_id bigint not null default 0,
  created_at timestamptz not null,
  told_at timestamptz,
  constraint notice_pk primary key (id),
  constraint notice_kind check (kind in ('FINDINGS_FOUND', 'FINDING_MOVED', 'RECORD_CORRECTED', 'SNAPSHOT_WAITING', 'SNAPSHOT_DECIDED'))
);
comment on table hub.notice is 'What nodes are told over the control streams they keep open 通知';
comment on column hub.notice.subject is 'Rule, action or decision it is about';
comment on column hub.notice.count is 'How many of the kind it stands for';
comment on column hub.notice.told_at is 'When the node was told; null while it has not attended';
create index notice_untold on hub.notice (node, id) where told_at is null;
create index notice_created on hub.notice (created_at);

-- What a check finds step by step is one notice until it is told.
create unique index notice_found on hub.notice (node, subject) where kind = 'FINDINGS_FOUND' and told_at is null;

alter table hub.finding add column ordered_on date;
comment on column hub.finding.ordered_on is 'Day the supervision order was issued';
update hub.finding f
set ordered_on = (
  select (max(e.at) at time zone 'Asia/Shanghai')::date
  from hub.finding_event e
  where e.finding_id = f.id and e.action = 'SUPERVISE')
where supervision_order <> '';
create index finding_order on hub.finding (id) where supervision_order <> '';

create table hub.live_set
(
  source text not null,
  type text not null,
  version integer not null,
  position bigint not null,
  content bytea not null,
  seal bytea not null,
  saved_at timestamptz not null,
  constraint live_set_pk primary key (source, type)
);
comment on table hub.live_set is 'Checkpoints of what the hub has of the sources that attend, to go on from after a restart 对账摘要检查点';
comment on column hub.live_set.position is 'Position of the feed up to which it was followed';
comment on column hub.live_set.seal is 'Keyed digest over the row: one that was damaged is not trusted';

-- One row. Not in hub.feed, which every commit locks.
create table hub.feed_check
(
  position bigint not null,
  whole_at timestamptz not null
);
comment on table hub.feed_check is 'How far the change feed was found whole 变更流自检进度';
comment on column hub.feed_check.whole_at is 'When it was begun to be read from the start last';
insert into hub.feed_check (position, whole_at) values (0, '-infinity');
