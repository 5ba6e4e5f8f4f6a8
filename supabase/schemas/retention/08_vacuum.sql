-- What autovacuum is told of tables that grow. It begins when a fifth of a table's rows are dead, which of ten million
-- jobs are two million, four gigabytes: these begin at a fiftieth, as they do while they are small.

alter table public.jobs set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
alter table public.job_attempts set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
alter table private.webhook_events set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
alter table public.credit_accounts set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
alter table private.tickets set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
