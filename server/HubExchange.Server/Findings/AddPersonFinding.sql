-- Raises a doubt of somebody, unless the same one is open. Index finding_person.
with added as (
  insert into hub.finding (
    origin, rule, fingerprint, dimension, severity, zh, en, type, key, field, source, owner, raised_by, raised_by_node, raised_at, state,
    observed, expected, evidence, changed_at, revision)
  values (
    'PERSON', 'person', @fingerprint, 'ACCURACY', 'WARNING', @zh, @en, @type, @key, @field, @source, @owner, @by, @node, @at, 'RAISED',
    @observed, @expected, @evidence::jsonb, @at, 1)
  on conflict (fingerprint) where origin = 'PERSON' and state <> 'CLOSED' do nothing
  returning *
), told as (
  insert into hub.finding_event (finding_id, number, at, by, action, from_state, reason, after)
  select id, 1, @at, @by, 'RAISE', '', @reason, to_jsonb(added)
  from added
)
select id from added
union all
select id from hub.finding where fingerprint = @fingerprint and origin = 'PERSON' and state <> 'CLOSED'
limit 1;
