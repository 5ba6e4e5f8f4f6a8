-- @acceptance 002:434-446
-- To make broadcasts fail, the trigger's function runs here as a role that the policies of realtime.messages let write
-- nothing.
begin;
select plan(5);

set local client_min_messages = error;
select tests.create_user('ana');
select tests.enable_echo(0);
grant create on schema private to authenticated;
alter function private.broadcast_job() owner to authenticated;
alter table private.broadcast_failures disable row level security;
grant insert on private.broadcast_failures to authenticated;
grant execute on function private.broadcast(text, text, jsonb, uuid) to authenticated;

select lives_ok($$ select tests.create_job('ana', 'one') $$, 'a job is created though nobody can be told');
select is((tests.job('one')).status, 'pending', 'it is there');
update public.jobs set progress = 5 where idempotency_key = 'one';
select is((tests.job('one')).progress, 5::smallint, 'it can be changed');
select is_empty(
  $$ select * from realtime.messages where topic = 'jobs:' || tests.user_id('ana') $$,
  'nothing was sent');
select results_eq(
  'select topic, event, row_id from private.broadcast_failures order by failure_id',
  $$ select 'jobs:' || tests.user_id('ana'), event, (tests.job('one')).id from unnest(array['INSERT', 'UPDATE']) event $$,
  'and both failures are recorded');

select * from finish();
rollback;
