-- Findings of checks and people, and everything that happens to them.
create table hub.finding
(
  id bigint not null generated always as identity,
  origin text not null,
  rule text not null,
  fingerprint text not null,
  anchor text not null default '',
  dimension text not null,
  severity text not null,
  zh text not null,
  en text not null,
  type text not null,
  key text not null,
  field text not null,
  source text not null,
  owner text not null,
  raised_by text not null,
  raised_by_node text not null,
  raised_at timestamptz not null,
  state text not null,
  resolved boolean not null default false,
  observed text not null,
  expected text not null,
  evidence jsonb not null,
  received_on date,
  amber_on date,
  due_on date,
  paused_on date,
  supervision_order text not null default '',
  changed_at timestamptz not null,
  closed_at timestamptz,
  revision integer not null,
  constraint finding_pk primary key (id),
  constraint finding_origin check (origin in ('RULE', 'PERSON')),
  constraint finding_state check (state in (
    'RAISED', 'ROUTED', 'ACCEPTED', 'VERIFYING', 'CORRECTED', 'CONFIRMED_CORRECT', 'REJECTED', 'FED_BACK', 'DISPUTED', 'COORDINATED', 'CLOSED')),
  constraint finding_closed check ((state = 'CLOSED') = (closed_at is not null)),
  constraint finding_term check (due_on is null or (received_on is not null and amber_on is not null)),
  constraint finding_paused check (paused_on is null or state in ('ACCEPTED', 'VERIFYING'))
);
comment on table hub.finding is 'Findings of checks and people as they stand 问题';
comment on column hub.finding.fingerprint is 'What makes it the same finding when it is found again';
comment on column hub.finding.anchor is 'Place in the order of the check, so that a part of the check knows which findings it answers for';
comment on column hub.finding.resolved is 'Closed by the check, because its cause was gone';
comment on column hub.finding.revision is 'Number of its last event';
create unique index finding_rule on hub.finding (rule, fingerprint) where origin = 'RULE';
create unique index finding_person on hub.finding (fingerprint) where origin = 'PERSON' and state <> 'CLOSED';
create index finding_anchor on hub.finding (rule, type, anchor) where origin = 'RULE' and state <> 'CLOSED';
create index finding_owner on hub.finding (owner, id desc);
create index finding_record on hub.finding (type, key);

create table hub.finding_event
(
  finding_id bigint not null,
  number integer not null,
  at timestamptz not null,
  by text not null,
  action text not null,
  from_state text not null,
  reason text not null,
  after jsonb not null,
  constraint finding_event_pk primary key (finding_id, number),
  constraint finding_event_finding foreign key (finding_id) references hub.finding (id)
);
comment on table hub.finding_event is 'What happened to findings, append-only, each with the finding as it was then 问题办理记录';

-- Colour of the clock of a finding on a day; null when no clock runs.
create function hub.finding_light(state text, amber_on date, due_on date, paused_on date, today date) returns text
language sql immutable as $$
  select case
    when state in ('RAISED', 'FED_BACK', 'DISPUTED', 'CLOSED') or due_on is null then null
    when least(today, paused_on) > due_on then 'RED'
    when least(today, paused_on) >= amber_on then 'AMBER'
    else 'GREEN' end
$$;
