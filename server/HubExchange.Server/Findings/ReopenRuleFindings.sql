-- Closed findings whose cause is there again, or which people closed while the values were others. A new term begins. Index finding_rule.
with i as (
  select *
  from jsonb_to_recordset(@issues::jsonb) as i (
    rule text, fingerprint text, anchor text, dimension text, severity text, zh text, en text, type text, key text, field text, source text,
    owner text, observed text, expected text, evidence jsonb)
), moved as (
  update hub.finding f
  set state = 'ROUTED', resolved = false, closed_at = null, severity = i.severity, zh = i.zh, en = i.en, source = i.source, owner = i.owner,
    anchor = i.anchor, observed = i.observed, expected = i.expected, evidence = i.evidence, received_on = @receivedOn::date,
    amber_on = @amberOn::date, due_on = @dueOn::date, paused_on = null, supervision_order = '', ordered_on = null, changed_at = @at, revision = f.revision + 1
  from i
  where f.origin = 'RULE' and f.rule = i.rule and f.fingerprint = i.fingerprint and f.state = 'CLOSED'
    and (f.resolved or f.observed <> i.observed or f.expected <> i.expected)
  returning f.*
), told as (
  insert into hub.finding_event (finding_id, number, at, by, action, from_state, reason, after)
  select id, revision, @at, @by, 'REOPEN', 'CLOSED', @note, to_jsonb(moved)
  from moved
), noticed as (
  insert into hub.notice (node, kind, subject, count, type, created_at)
  select owner, 'FINDINGS_FOUND', rule, count(*), max(type), @at
  from moved
  where owner <> ''
  group by owner, rule
  on conflict (node, subject) where kind = 'FINDINGS_FOUND' and told_at is null do update set count = hub.notice.count + excluded.count
)
select count(*)::int from moved;
