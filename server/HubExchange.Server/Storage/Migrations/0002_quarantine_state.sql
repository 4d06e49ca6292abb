-- Refused changes are closed: resolved by a later good record, discarded with a reason, or replayed. Those refused before are open.

alter table hub.quarantine
  add column state text not null default 'OPEN',
  add column closed_at timestamptz,
  add column closed_by text,
  add column close_reason text,
  add constraint quarantine_state check (state in ('OPEN', 'RESOLVED', 'DISCARDED', 'REPLAYED')),
  add constraint quarantine_closed check ((state = 'OPEN') = (closed_at is null)),
  add constraint quarantine_discarded_with_reason check (state <> 'DISCARDED' or close_reason <> '');
comment on column hub.quarantine.state is 'OPEN 待处理, RESOLVED 已由后来的合格记录解决, DISCARDED 已注明理由放弃, REPLAYED 已重放入库';
comment on column hub.quarantine.closed_at is 'When it was resolved, discarded or replayed';
comment on column hub.quarantine.closed_by is 'Who discarded or replayed it';
comment on column hub.quarantine.close_reason is 'Why it was discarded';

-- What a later good record resolves, and the groups of what is open.
create index quarantine_open_key on hub.quarantine (source, type, key) where state = 'OPEN';

-- What is open, newest first, and replays in the order of arrival.
create index quarantine_open_source on hub.quarantine (source, id desc) where state = 'OPEN';

-- What retention deletes, oldest first.
create index quarantine_closed_at on hub.quarantine (closed_at) where state <> 'OPEN';
