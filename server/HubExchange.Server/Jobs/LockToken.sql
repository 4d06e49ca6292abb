-- The token of a job, locked until the commit: nobody takes the run over while a step of it is written. Primary key.
select token
from hub.job
where id = @job
for update;
