-- Open refused changes of one record, of a source or, when it is empty, of all.
select count(*) from hub.quarantine where state = 'OPEN' and type = $1 and key = $2 and ($3 = '' or source = $3)
