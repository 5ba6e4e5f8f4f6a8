begin;
select plan(3);

select is_empty('select * from ops.credit_drift()', 'an empty one is right');
select tests.create_user('ana', 50), tests.create_user('bo', 0), tests.create_user('cy', 3);
select ops.grant_credits(tests.user_id('bo'), 5, 'a gift', 'order-1'), ops.grant_credits(tests.user_id('bo'), 5, 'a gift', 'order-1');
select tests.enable_echo(3);
insert into public.tools (tool, lane, titles, credit_cost) values
  ('free', 'echo', '{"en": "Free"}', 0), ('dear', 'echo', '{"en": "Dear"}', 7);
select tests.create_job('ana', 'completed'), tests.create_job('ana', 'failed'), tests.create_job('ana', 'cancelled');
select tests.complete('completed'), tests.fail('failed', 'never'), tests.cancel('cancelled');
select tests.create_job('bo', 'retried'), tests.create_job('ana', 'for nothing', 'free'), tests.create_job('ana', 'dear one', 'dear');
select tests.fail('retried', 'backoff', interval '1 hour'), tests.cancel('for nothing'), tests.fail('dear one', 'never');
select tests.complete('failed'), tests.cancel('cancelled'), tests.cancel('retried');
select public.retry_job((tests.job('failed')).id), public.retry_job((tests.job('failed')).id);
select public.create_jobs(tests.user_id('cy'), '[{"tool": "echo", "input": {}}, {"tool": "echo", "input": {}, "run_at": "2100-01-01"}]');
select tests.refuses(
  format('select public.create_jobs(%L, ''[{"tool": "echo", "input": {}}, {"tool": "echo", "input": {}}]'')', tests.user_id('cy')),
  402, 'insufficient_credits', null, 'what cannot be paid leaves no trace');
update public.tools set credit_cost = 2 where tool = 'echo';
select tests.create_job('bo', 'at a new price');
delete from public.jobs where idempotency_key = 'completed';
select is_empty('select * from ops.credit_drift()', 'whatever has happened to jobs, and whatever tools cost since');

select * from finish();
rollback;
