-- At which hub each source attends, and reconciliations that wait for that hub.

create table hub.attendance
(
  source text not null,
  stream text not null,
  id uuid not null,
  types text[] not null,
  hub text not null,
  since timestamptz not null,
  seen_at timestamptz not null,
  constraint attendance_pk primary key (source, stream)
);
comment on table hub.attendance is 'Control streams that sources keep open 值守';
comment on column hub.attendance.id is 'Changes with each attendance: an older one cannot renew or remove a later one';
comment on column hub.attendance.hub is 'Hub that holds the stream';
comment on column hub.attendance.seen_at is 'When that hub renewed it last; it counts for a while longer';

alter table hub.reconciliation
  add column job_run bigint,
  drop constraint reconciliation_state,
  drop constraint reconciliation_ended,
  add constraint reconciliation_state check (state in ('RUNNING', 'EQUAL', 'MENDED', 'WAITING', 'DIFFERENT', 'FAILED', 'LISTED', 'QUEUED')),
  add constraint reconciliation_ended check ((state in ('RUNNING', 'QUEUED')) = (ended_at is null));
comment on column hub.reconciliation.job_run is 'Run of the job that asked for it; null when none did';
comment on column hub.reconciliation.state is
  'RUNNING 进行中, EQUAL 一致, MENDED 已修复一致, WAITING 待审批, DIFFERENT 仍有差异, FAILED 失败, LISTED 仅列出, QUEUED 排队';
create unique index reconciliation_queued on hub.reconciliation (source, type) where state = 'QUEUED';
create index reconciliation_open on hub.reconciliation (id) where state in ('QUEUED', 'RUNNING');
