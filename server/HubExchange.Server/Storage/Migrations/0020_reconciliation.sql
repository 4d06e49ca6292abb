-- Reconciliations of hub and source, what differed, and the certificates.

create table hub.reconciliation
(
  id bigint not null generated always as identity,
  source text not null,
  type text not null,
  state text not null default 'RUNNING',
  started_at timestamptz not null,
  ended_at timestamptz,
  stream text not null,
  sequence bigint not null default 0,
  source_count bigint not null default 0,
  hub_count bigint not null default 0,
  digest bytea not null default '',
  missing bigint not null default 0,
  extra bigint not null default 0,
  stale bigint not null default 0,
  forks bigint not null default 0,
  mended bigint not null default 0,
  allowed bigint not null default 0,
  bytes bigint not null default 0,
  round_trips integer not null default 0,
  cells integer not null default 0,
  failure text not null default '',
  decided_by text not null default '',
  certificate bytea,
  constraint reconciliation_pk primary key (id),
  constraint reconciliation_state check (state in ('RUNNING', 'EQUAL', 'MENDED', 'WAITING', 'DIFFERENT', 'FAILED', 'LISTED')),
  constraint reconciliation_ended check ((state = 'RUNNING') = (ended_at is null)),
  constraint reconciliation_failure check ((state = 'FAILED') = (failure <> '')),
  constraint reconciliation_certified check (certificate is null or state in ('EQUAL', 'MENDED'))
);
comment on table hub.reconciliation is 'Reconciliations of hub and source 对账';
comment on column hub.reconciliation.state is
  'RUNNING 进行中, EQUAL 一致, MENDED 已修复一致, WAITING 待审批, DIFFERENT 仍有差异, FAILED 失败, LISTED 仅列出';
comment on column hub.reconciliation.sequence is 'Both sides were compared as of this sequence of the stream';
comment on column hub.reconciliation.allowed is 'Deletions and forks that needed no approval';
comment on column hub.reconciliation.bytes is 'Bytes that crossed to find the difference';
comment on column hub.reconciliation.certificate is 'Signed certificate of equality';
create index reconciliation_source on hub.reconciliation (source, type, id desc);

create table hub.reconciliation_difference
(
  reconciliation_id bigint not null,
  key text not null,
  kind text not null,
  outcome text not null,
  hub_revision bigint not null default 0,
  mended_revision bigint not null default 0,
  constraint reconciliation_difference_pk primary key (reconciliation_id, key),
  constraint reconciliation_difference_kind check (kind in ('MISSING', 'EXTRA', 'STALE', 'FORK')),
  constraint reconciliation_difference_outcome check (outcome in ('OPEN', 'MENDED', 'QUARANTINED', 'CHANGED', 'UNDONE'))
);
comment on table hub.reconciliation_difference is 'Records that differed 对账差异';
comment on column hub.reconciliation_difference.hub_revision is 'Revision the hub had; 0 for none';
comment on column hub.reconciliation_difference.mended_revision is 'Revision that mends it; 0 for none';
