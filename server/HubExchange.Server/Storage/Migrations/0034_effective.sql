-- Versions that were announced ahead take effect: through which day nodes were told, and what they are told.
create table hub.effective_check
(
  is_only boolean not null default true,
  told_through date,
  constraint effective_check_pk primary key (is_only),
  constraint effective_check_one_row check (is_only)
);
comment on table hub.effective_check is 'Day through which nodes were told of versions that take effect; one row 生效通知进度';
insert into hub.effective_check default values;

alter table hub.notice drop constraint notice_kind;
alter table hub.notice add constraint notice_kind check (
  kind in ('FINDINGS_FOUND', 'FINDING_MOVED', 'RECORD_CORRECTED', 'SNAPSHOT_WAITING', 'SNAPSHOT_DECIDED', 'RECORDS_EFFECTIVE'));

-- What a run finds step by step is one notice until it is told.
create unique index notice_effective on hub.notice (node, type, source, subject) where kind = 'RECORDS_EFFECTIVE' and told_at is null;
