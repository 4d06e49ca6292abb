-- Share requests, everything that happens to them, and the rules by which their terms are counted.
create table hub.share_rule
(
  rule_set text not null,
  step text not null,
  share text not null,
  valid_from date not null,
  days integer not null,
  amber_days integer,
  constraint share_rule_pk primary key (rule_set, step, share, valid_from),
  constraint share_rule_step check (step in ('ANSWER', 'EXTENSION', 'DELIVERY')),
  constraint share_rule_share check (share in ('UNCONDITIONAL', 'CONDITIONAL')),
  constraint share_rule_days check (days between 0 and 250 and (amber_days is null or amber_days between 0 and days)),
  constraint share_rule_amber check ((step = 'EXTENSION') = (amber_days is null))
);
comment on table hub.share_rule is 'Terms of share requests in working days: of a rule set the latest that is valid 共享申请时限规则';
comment on column hub.share_rule.days is 'Working days within which the step is done; by which it may be extended, for EXTENSION';
comment on column hub.share_rule.amber_days is 'Working day from which the clock shows amber';

-- 政务数据共享条例 (State Council Order 809), in force since 2025-08-01. It extends answers on conditional sharing only.
insert into hub.share_rule (rule_set, step, share, valid_from, days, amber_days) values
  ('ORDER_809', 'ANSWER', 'UNCONDITIONAL', '2025-08-01', 1, 1),
  ('ORDER_809', 'ANSWER', 'CONDITIONAL', '2025-08-01', 10, 7),
  ('ORDER_809', 'EXTENSION', 'CONDITIONAL', '2025-08-01', 10, null),
  ('ORDER_809', 'DELIVERY', 'UNCONDITIONAL', '2025-08-01', 20, 14),
  ('ORDER_809', 'DELIVERY', 'CONDITIONAL', '2025-08-01', 20, 14);

create table hub.share_request
(
  id bigint not null generated always as identity,
  fingerprint text not null,
  asker text not null,
  person text not null,
  provider text not null,
  type text not null,
  fields text[] not null,
  share text not null,
  basis text not null,
  purpose text not null,
  scope text not null,
  way text not null,
  use_until date not null,
  state text not null,
  rule_set text not null,
  received_on date not null,
  answer_amber_on date not null,
  answer_due_on date not null,
  answered_on date,
  delivery_amber_on date,
  delivery_due_on date,
  delivered_on date,
  paused_on date,
  papers text[] not null default '{}',
  extension_days integer,
  consented_by text,
  consented_on date,
  consent_document text,
  overdue_on date,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  revision integer not null,
  constraint share_request_pk primary key (id),
  constraint share_request_parties check (asker <> provider),
  constraint share_request_share check (share in ('UNCONDITIONAL', 'CONDITIONAL')),
  constraint share_request_way check (way in ('SERVICE', 'BATCH', 'FILE')),
  constraint share_request_state check (state in ('SUBMITTED', 'PAPERS', 'GRANTED', 'DELIVERED', 'REFUSED', 'WITHDRAWN')),
  constraint share_request_paused check ((state = 'PAPERS') = (paused_on is not null)),
  constraint share_request_answered check ((state in ('GRANTED', 'DELIVERED', 'REFUSED')) = (answered_on is not null)),
  constraint share_request_delivery check ((state in ('GRANTED', 'DELIVERED')) = (delivery_due_on is not null and delivery_amber_on is not null)),
  constraint share_request_delivered check ((state = 'DELIVERED') = (delivered_on is not null)),
  constraint share_request_consent check (
    num_nulls(extension_days, consented_by, consented_on, consent_document) = 4
    or (num_nulls(extension_days, consented_by, consented_on, consent_document) = 0
      and extension_days > 0 and consented_by <> '' and consent_document <> ''))
);
comment on table hub.share_request is 'Share requests as they stand 共享申请';
comment on column hub.share_request.fingerprint is 'What makes it the same request when it is made again before it is answered';
comment on column hub.share_request.overdue_on is 'Day for which the hub noted that the running term had passed';
comment on column hub.share_request.revision is 'Number of its last event';
create unique index share_request_open on hub.share_request (fingerprint) where state in ('SUBMITTED', 'PAPERS');
create index share_request_running on hub.share_request (id) where state in ('SUBMITTED', 'PAPERS', 'GRANTED');
create index share_request_asker on hub.share_request (asker, id desc);
create index share_request_provider on hub.share_request (provider, id desc);

create table hub.share_event
(
  share_request_id bigint not null,
  number integer not null,
  at timestamptz not null,
  by text not null,
  action text not null,
  from_state text not null,
  reason text not null,
  after jsonb not null,
  constraint share_event_pk primary key (share_request_id, number),
  constraint share_event_request foreign key (share_request_id) references hub.share_request (id)
);
comment on table hub.share_event is 'What happened to share requests, append-only, each with the request as it was then 共享申请办理记录';

-- Colour of the running clock of a share request on a day, that of its answer or of its delivery; null when none runs.
create function hub.share_light(r hub.share_request, today date) returns text
language sql immutable as $$
  select case
    when r.state in ('SUBMITTED', 'PAPERS') then hub.finding_light('', r.answer_amber_on, r.answer_due_on, r.paused_on, today)
    when r.state = 'GRANTED' then hub.finding_light('', r.delivery_amber_on, r.delivery_due_on, null, today) end
$$;

alter table hub.notice add column share_request_id bigint not null default 0;
alter table hub.notice drop constraint notice_kind;
alter table hub.notice add constraint notice_kind check (
  kind in ('FINDINGS_FOUND', 'FINDING_MOVED', 'RECORD_CORRECTED', 'SNAPSHOT_WAITING', 'SNAPSHOT_DECIDED', 'RECORDS_EFFECTIVE', 'SHARE_MOVED'));
