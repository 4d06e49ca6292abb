-- Submits a share request, unless the same one waits for its answer, and has the provider told. Index share_request_open.
with added as (
  insert into hub.share_request (
    fingerprint, asker, person, provider, type, fields, share, basis, purpose, scope, way, use_until, state, rule_set, received_on,
    answer_amber_on, answer_due_on, created_at, changed_at, revision)
  values (
    @fingerprint, @asker, @person, @provider, @type, @fields, @share, @basis, @purpose, @scope, @way, @useUntil, 'SUBMITTED', @ruleSet, @receivedOn,
    @answerAmberOn, @answerDueOn, @at, @at, 1)
  on conflict (fingerprint) where state in ('SUBMITTED', 'PAPERS') do nothing
  returning *
), noticed as (
  insert into hub.notice (node, kind, subject, type, share_request_id, created_at)
  select provider, 'SHARE_MOVED', 'SUBMIT', type, id, @at
  from added
), told as (
  insert into hub.share_event (share_request_id, number, at, by, action, from_state, reason, after)
  select id, 1, @at, @by, 'SUBMIT', '', '', to_jsonb(added)
  from added
)
select id from added
union all
select id from hub.share_request where fingerprint = @fingerprint and state in ('SUBMITTED', 'PAPERS')
limit 1;
