begin;
select plan(14);

select tests.create_user('ana', 10), tests.create_user('bo', 10);
select tests.enable_echo(1);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('bo', 'first'), tests.create_job('ana', 'waits'), tests.create_job('ana', 'waits too'),
  tests.create_job('ana', 'is not bo''s');

-- By persona
create temporary table ids on commit drop as select idempotency_key as key, id from public.jobs;
grant select on ids to public;
select tests.as_user('bo');
select tests.refuses($$ select public.cancel_job((select id from ids where key = 'is not bo''s')) $$, 404, 'not_found', null,
  'a stranger has no such job');
select tests.as_admin('root');
select tests.refuses($$ select public.cancel_job((select id from ids where key = 'is not bo''s')) $$, 404, 'not_found', null,
  'nor has an admin, who acts by ops.act');
select tests.as_anon();
select throws_ok($$ select public.cancel_job((select id from ids where key = 'is not bo''s')) $$, '42501', null,
  'who is not signed in may not ask');
select tests.as_service();
select tests.refuses($$ select public.cancel_job((select id from ids where key = 'is not bo''s'), tests.user_id('bo')) $$, 404,
  'not_found', null, 'a server that names another owner is told the same');
select is((public.cancel_job((select id from ids where key = 'waits too'))).status, 'cancelled', 'a server may name nobody');
select tests.as_user('ana');
select is((public.cancel_job((select id from ids where key = 'waits'))).refund, 'paid', 'the owner is told that it is paid back');
select tests.reset();

select is(tests.ending('waits'), 'cancelled, refund paid, charge, refund, slot free, no row', 'at once, and it is not counted');
select is(tests.entry('waits', 'cancelled'), '{"at_step": "queued", "refund": "paid", "refunded": 1, "newBalance": 9}',
  'the history says where it was, and what came back');
select is((tests.job('waits')).refundable, false, 'there is no more to be given back');
select is(tests.running(), '{first}', 'what runs goes on');

-- After a wait for a busy provider, and after a task that has failed
select tests.pass('first'), tests.refuse_submit('first', 'wait');
select tests.cancel('first');
select is(tests.ending('first'), 'cancelled, refund paid, charge, refund, slot free, no row',
  'after a refusal nothing was paid for');
select tests.submit('is not bo''s'), tests.fail_task('is not bo''s', 'backoff');
select tests.cancel('is not bo''s');
select is(tests.ending('is not bo''s'), 'cancelled, refund paid, charge, refund (counted), slot free, no row',
  'after a task that failed the refund counts');
select is(tests.balance('ana'), 10, 'all is given back');
select is_empty('select * from tests.unrest()', 'and all has ended');

select * from finish();
rollback;
