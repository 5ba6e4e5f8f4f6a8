-- @acceptance 002:434-446
-- To make broadcasts fail, the trigger's function runs here as a role that the policies of realtime.messages let write
-- nothing.
begin;
select plan(6);

set local client_min_messages = error;
select tests.create_user('ana');
select tests.freeze('2030-01-01 00:00:30Z'); -- failures are counted by the minute
select tests.enable_echo(0);
grant create on schema private to authenticated;
alter function private.broadcast_jobs() owner to authenticated;
alter table private.broadcast_failures disable row level security;
grant select on private.broadcast_failures to authenticated;
grant execute on function private.send(private.hint[]), private.send_apart(private.hint[], text, text),
  private.note_unsent(private.hint[], text, text), private.now() to authenticated;

select lives_ok($$ select tests.create_job('ana', 'one') $$, 'a job is created though nobody can be told');
select is((tests.job('one')).status, 'pending', 'it is there');
update public.jobs set progress = 5 where idempotency_key = 'one';
select is((tests.job('one')).progress, 5::smallint, 'it can be changed');
select is_empty(
  $$ select * from realtime.messages where topic = 'jobs:' || tests.user_id('ana') $$,
  'nothing was sent');
select results_eq(
  'select cause, count, heard, topic, event, row_id from private.broadcast_failures',
  $$ select '42501', 2::bigint, 2::bigint, 'jobs:' || tests.user_id('ana'), 'UPDATE', (tests.job('one')).id $$,
  'and both failures are counted');
select results_eq(
  $$ select count from ops.counts('1 minute') where name = 'broadcasts failed' $$, array[2::bigint], 'for operators too');

select * from finish();
rollback;
