-- Full snapshots of a type by a source: what was sent, what is missing, and who decided about it.

create table hub.snapshot
(
  id bigint not null generated always as identity,
  source text not null,
  type text not null,
  stream text not null,
  state text not null default 'OPEN',
  begin_sequence bigint not null,
  end_sequence bigint,
  begun_at timestamptz not null,
  progressed_at timestamptz not null,
  ended_at timestamptz,
  closed_at timestamptz,
  changes bigint not null default 0,
  doubtful bigint not null default 0,
  live bigint not null default 0,
  allowed bigint not null default 0,
  missing bigint not null default 0,
  deleted bigint not null default 0,
  decided_by text,
  decided_at timestamptz,
  decision_reason text,
  abandonment text,
  constraint snapshot_pk primary key (id),
  constraint snapshot_state check (state in ('OPEN', 'WAITING', 'APPROVED', 'APPLIED', 'REJECTED', 'ABANDONED')),
  constraint snapshot_ended check ((end_sequence is null) = (ended_at is null)),
  constraint snapshot_ended_unless_given_up check (state in ('OPEN', 'ABANDONED') or ended_at is not null),
  constraint snapshot_closed check ((state in ('APPLIED', 'REJECTED', 'ABANDONED')) = (closed_at is not null)),
  constraint snapshot_decided check ((decided_by is null) = (decided_at is null)),
  constraint snapshot_decision_named check (state not in ('APPROVED', 'REJECTED') or decided_by <> ''),
  constraint snapshot_rejected_with_reason check (state <> 'REJECTED' or decision_reason <> ''),
  constraint snapshot_abandonment check (abandonment in ('BEGUN_ANEW', 'ABORTED', 'IDLE', 'SUPERSEDED')),
  constraint snapshot_abandoned check ((state = 'ABANDONED') = (abandonment is not null))
);
comment on table hub.snapshot is 'Full snapshots that sources pushed 全量快照';
comment on column hub.snapshot.state is 'OPEN 进行中, WAITING 待审批, APPROVED 已批准, APPLIED 已生效, REJECTED 已驳回, ABANDONED 已作废';
comment on column hub.snapshot.changes is 'Changes it held, refused ones included';
comment on column hub.snapshot.doubtful is 'Of these, those whose key could not be made out; with any, deletions wait';
comment on column hub.snapshot.live is 'Records the source had of the type at the end';
comment on column hub.snapshot.allowed is 'Deletions that needed no approval at the end';
comment on column hub.snapshot.missing is 'Records that were not sent, at the end';
comment on column hub.snapshot.deleted is 'Records that were deleted so far';
comment on column hub.snapshot.abandonment is 'Why it was given up: BEGUN_ANEW 重新开始, ABORTED 来源中止, IDLE 长期无进展, SUPERSEDED 被更新的快照取代';

-- A source has one open snapshot of a type.
create unique index snapshot_open on hub.snapshot (source, type) where state = 'OPEN';

-- What every batch of frames looks for.
create index snapshot_active on hub.snapshot (source, type) where state in ('OPEN', 'WAITING', 'APPROVED');

-- The last one of a stream, for its end; and lists by source and type.
create index snapshot_stream on hub.snapshot (source, type, stream, id desc);
create index snapshot_source on hub.snapshot (source, id desc);

-- What retention deletes, oldest first.
create index snapshot_closed_at on hub.snapshot (closed_at) where closed_at is not null;

create table hub.snapshot_key
(
  snapshot_id bigint not null,
  key text not null,
  constraint snapshot_key_pk primary key (snapshot_id, key)
);
comment on table hub.snapshot_key is 'Keys that came while a snapshot was open; gone when it ends 快照已出现的主键';

create table hub.snapshot_deletion
(
  snapshot_id bigint not null,
  key text not null,
  constraint snapshot_deletion_pk primary key (snapshot_id, key)
);
comment on table hub.snapshot_deletion is 'Keys that a snapshot is going to delete; those sent again and those deleted are gone 快照待删除的主键';
