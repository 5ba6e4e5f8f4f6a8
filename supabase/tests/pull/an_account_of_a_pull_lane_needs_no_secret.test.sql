begin;
select plan(4);

select tests.create_user('ana');
select private.create_lane('ai', 'trigger_dev', 'pull');
select ops.add_account('ai', 'workers', null, 1);
insert into public.tools (tool, lane, titles) values ('portrait', 'ai', '{"en": "Portrait"}');
select tests.create_job('ana', 'one', 'portrait'), tests.create_job('ana', 'two', 'portrait');
select is(
  array(select item #>> '{job,tool}' from worker.claim('ai', 'w1', 5) item), '{portrait}',
  'an operator adds a lane, an account and a tool, and workers may claim; as many as there are slots');
select is(tests.fail('one', 'pause', interval '1 hour'), 'retried', 'a worker whose own key is of no use says so');
select is(array(select item from worker.claim('ai', 'w1', 5) item), '{}', 'and the account rests');

select results_eq(
  $$ select l.delivery, a.name, a.secret_name, count(s) from private.lanes l join private.accounts a using (lane)
     join private.slots s using (account_id) where l.lane = 'external' group by 1, 2, 3 $$,
  $$ values ('pull', 'workers', null::text, 5::bigint) $$, 'a lane for workers outside comes with Esteira');

select * from finish();
rollback;
