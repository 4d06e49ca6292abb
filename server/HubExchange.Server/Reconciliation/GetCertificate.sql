-- The certificate of a reconciliation. Primary key.
select certificate
from hub.reconciliation
where id = @id;
