-- Open findings that are found again with other values; whoever deals with them goes on. Index finding_rule.
with i as (
  select *
  from jsonb_to_recordset(@issues::jsonb) as i (
    rule text, fingerprint text, anchor text, dimension text, severity text, zh text, en text, type text, key text, field text, source text,
    owner text, observed text, expected text, evidence jsonb)
), moved as (
  update hub.finding f
  set severity = i.severity, zh = i.zh, en = i.en, anchor = i.anchor, observed = i.observed, expected = i.expected, evidence = i.evidence,
    changed_at = @at, revision = f.revision + 1
  from i
  where f.origin = 'RULE' and f.rule = i.rule and f.fingerprint = i.fingerprint and f.state <> 'CLOSED'
    and (f.severity, f.zh, f.anchor, f.observed, f.expected, f.evidence) is distinct from (i.severity, i.zh, i.anchor, i.observed, i.expected, i.evidence)
  returning f.*
), told as (
  insert into hub.finding_event (finding_id, number, at, by, action, from_state, reason, after)
  select id, revision, @at, @by, 'UPDATE', state, @note, to_jsonb(moved)
  from moved
)
select count(*)::int from moved;
