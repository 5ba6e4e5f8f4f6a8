begin;
select plan(6);
select tests.enable_echo(1);
select tests.create_user('ana');
select tests.create_job('ana', 'first', 'echo');
select tests.create_job('ana', 'second', 'echo');

select results_eq($$ select code, level, clears from ops.diagnose((tests.job('second')).id) where rank = 1 $$,
  $$ values ('waiting_for_slot', 'wait', 'by_itself') $$, 'who waits, waits for a slot');
select results_eq($$ select code from ops.diagnose((tests.job('first')).id) where rank = 1 $$,
  $$ values ('submitting') $$, 'who has one is handed over');
select throws_ok($$ select ops.diagnose(gen_random_uuid()) $$, 'PT404');

select set_config('tests.second', (tests.job('second')).id::text, true);
select tests.as_user('ana');
select results_eq($$ select words ->> 'en' from public.why(current_setting('tests.second')::uuid) where rank = 1 $$,
  $$ values ('Your job is waiting for its turn. It starts by itself. You can cancel it until then.') $$,
  'its owner is told in words');
select tests.as_user('bia');
select throws_ok($$ select public.why(current_setting('tests.second')::uuid) $$, 'PT404', null, 'a stranger is not');
select tests.as_anon();
select throws_ok($$ select public.why(current_setting('tests.second')::uuid) $$, '42501', null, 'nor is who is not signed in');
select * from finish();
rollback;
