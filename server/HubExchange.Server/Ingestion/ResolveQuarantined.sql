-- Closes what is open of keys that were accepted now. Index: quarantine_open_key. The keys are not looked at while nothing is open of
-- the source and type, which is nearly always so.
update hub.quarantine
set state = 'RESOLVED',
  closed_at = $4
where exists (select from hub.quarantine where source = $1 and type = $2 and state = 'OPEN')
  and source = $1
  and type = $2
  and key = any ($3)
  and state = 'OPEN';
