create type public.job_status as enum ('pending', 'processing', 'completed', 'failed', 'cancelled');
comment on type public.job_status is
  'Where a job stands. completed, failed and cancelled are terminal: a job never leaves them.';

create type public.job_step as enum (
  'upload', 'insert', 'credits', 'queue_check', 'queued', 'starting', 'running', 'webhook_received',
  'completed', 'failed', 'cancelled'
);
comment on type public.job_step is 'The entries of a job''s history, finer than its status.';
