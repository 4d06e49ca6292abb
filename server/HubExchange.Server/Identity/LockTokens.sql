-- Makes hubs that start together decide one after the other whether a first administrator is needed. A statement of its own: the next
-- one then sees what the hub before committed. Held to the end of the transaction.
select pg_advisory_xact_lock(hashtext('hub.token'));
