-- @acceptance 002:53-55, 002:576
begin;
select plan(7);

select tests.create_user('ana');
select tests.enable_echo(0);
select tests.create_job('ana', 'one');
select private.set_capacity(tests.account_id('echo'), 1);
select private.dispatch('echo');
select tests.submit('one', 'task-1');
update public.jobs set progress = 50 where idempotency_key = 'one';
select tests.complete('one');

create temporary table sent as
select event, payload, (payload #>> '{new,version}')::integer as version,
  (select array_agg(step ->> 'step' order by place) from jsonb_array_elements(payload -> 'steps') with ordinality s (step, place)) as steps
from realtime.messages where topic = 'jobs:' || tests.user_id('ana');

select results_eq('select version, event from sent order by version',
  $$ values (1, 'INSERT'), (2, 'UPDATE'), (3, 'UPDATE'), (4, 'UPDATE'), (5, 'UPDATE') $$,
  'each change is announced, under its version; a new deadline alone is none');
select results_eq('select payload #>> ''{new,current_step}'' from sent order by version',
  array['queued', 'starting', 'running', 'running', 'completed'], 'with where the job is now');
select results_eq('select payload #>> ''{old,current_step}'' from sent where version > 1 order by version',
  array['queued', 'starting', 'running', 'running'], 'and where it was');
select results_eq('select steps from sent order by version',
  $$ values ('{insert,credits,queue_check,queued}'::text[]), ('{starting}'), ('{running}'), (null), ('{completed}') $$,
  'with what was added to the history');
select is((select payload -> 'steps' from sent where version = 4), '[]'::jsonb, 'an empty list if nothing was');
select set_eq($$ select distinct jsonb_object_keys(payload -> 'old') from sent where version > 1 $$, array['id', 'status', 'current_step', 'version'],
  'of the old row, what a client needs to tell a gap');
select is(
  (select payload #>> '{new,output_url}' from sent where version = 5), 'https://example.test/a.png',
  'the result can be shown at once');

select * from finish();
rollback;
