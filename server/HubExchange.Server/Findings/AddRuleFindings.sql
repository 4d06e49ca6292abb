-- Findings of a check that are new: raised and handed to their owners at once. Index finding_rule.
with i as (
  select *
  from jsonb_to_recordset(@issues::jsonb) as i (
    rule text, fingerprint text, anchor text, dimension text, severity text, zh text, en text, type text, key text, field text, source text,
    owner text, observed text, expected text, evidence jsonb)
), added as (
  insert into hub.finding (
    origin, rule, fingerprint, anchor, dimension, severity, zh, en, type, key, field, source, owner, raised_by, raised_by_node, raised_at,
    state, observed, expected, evidence, received_on, amber_on, due_on, changed_at, revision)
  select 'RULE', rule, fingerprint, anchor, dimension, severity, zh, en, type, key, field, source, owner, @by, '', @at,
    'ROUTED', observed, expected, evidence, @receivedOn::date, @amberOn::date, @dueOn::date, @at, 2
  from i
  on conflict (rule, fingerprint) where origin = 'RULE' do nothing
  returning *
), told as (
  insert into hub.finding_event (finding_id, number, at, by, action, from_state, reason, after)
  select id, 1, @at, @by, 'RAISE', '', '',
    to_jsonb(added) || '{"state": "RAISED", "revision": 1, "received_on": null, "amber_on": null, "due_on": null}'
  from added
  union all
  select id, 2, @at, @by, 'ROUTE', 'RAISED', '', to_jsonb(added)
  from added
), noticed as (
  insert into hub.notice (node, kind, subject, count, type, created_at)
  select owner, 'FINDINGS_FOUND', rule, count(*), max(type), @at
  from added
  where owner <> ''
  group by owner, rule
  on conflict (node, subject) where kind = 'FINDINGS_FOUND' and told_at is null do update set count = hub.notice.count + excluded.count
)
select count(*)::int from added;
