-- Makes the schema of the hub's own tables, where the journal of migrations stands, too.
create schema if not exists hub;
