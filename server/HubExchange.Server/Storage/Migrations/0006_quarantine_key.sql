-- The refused changes of one record, whoever sent them.
create index quarantine_open_record on hub.quarantine (type, key) where state = 'OPEN';
