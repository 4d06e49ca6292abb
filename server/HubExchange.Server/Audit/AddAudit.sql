-- Entries of some calls, to the end of the chain.
select hub.add_audit($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);
