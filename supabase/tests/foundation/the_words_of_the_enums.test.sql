-- Clients and stored histories know these words: they may be added to, not changed. Their order is that of a job's life.
begin;
select plan(7);

select enum_has_labels('public', 'job_status', array['pending', 'processing', 'completed', 'failed', 'cancelled']);
select enum_has_labels('public', 'job_step', array[
  'upload', 'insert', 'credits', 'queue_check', 'queued', 'starting', 'running', 'webhook_received', 'completed', 'failed', 'cancelled']);
select enum_has_labels(
  'public', 'attempt_phase',
  array['dispatched', 'preparing', 'submitting', 'submitted', 'settling', 'produced', 'finished']);
select enum_has_labels('public', 'job_refund', array['none', 'due', 'paid', 'withheld']);
select enum_has_labels('public', 'credit_kind', array['grant', 'charge', 'refund']);
select enum_has_labels('public', 'model_status', array['TRAINING', 'READY', 'ERROR']);
select is_empty(
  $$ select t.oid::regtype from pg_type t
     where t.typtype = 'e' and t.typnamespace::regnamespace::text in ('public', 'private', 'worker', 'ops')
       and (obj_description(t.oid, 'pg_type') is null
         or t.oid::regtype::text not in ('job_status', 'job_step', 'attempt_phase', 'credit_kind', 'job_refund', 'model_status')) $$,
  'there are no others, and each has a comment');

select * from finish();
rollback;
