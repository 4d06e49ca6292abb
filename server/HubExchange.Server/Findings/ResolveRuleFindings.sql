-- Open findings that this part of the check answers for and did not find again are closed; their numbers. Index finding_anchor.
with i as (
  select rule, fingerprint
  from jsonb_to_recordset(@issues::jsonb) as i (rule text, fingerprint text)
), open as (
  select f.id, f.state
  from hub.finding f
  where f.origin = 'RULE'
    and f.state <> 'CLOSED'
    and f.rule = any(@rules)
    and f.type = @type
    and (@after::text is null or f.anchor > @after)
    and (@until::text is null or f.anchor <= @until)
    and not exists (select from i where i.rule = f.rule and i.fingerprint = f.fingerprint)
  for update
), moved as (
  update hub.finding f
  set state = 'CLOSED', resolved = true, closed_at = @at, paused_on = null, changed_at = @at, revision = f.revision + 1,
    evidence = f.evidence || jsonb_build_array(jsonb_build_object('source', @by, 'recorded_at', @at, 'note', @note))
  from open
  where f.id = open.id
  returning f.*
), told as (
  insert into hub.finding_event (finding_id, number, at, by, action, from_state, reason, after)
  select moved.id, moved.revision, @at, @by, 'RESOLVE', open.state, @note, to_jsonb(moved)
  from moved
  join open on open.id = moved.id
)
select id from moved;
