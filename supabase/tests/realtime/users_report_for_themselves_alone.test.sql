begin;
select plan(6);

create function pg_temp.report() returns jsonb language sql as $$
  select '[{"channel": "sse", "changes": 1, "terminal": 0, "missed": 0, "late": [0,0,0,0,0,0,0,0,0,0,0,0], "late_max_ms": 0}]'::jsonb
$$;
select tests.create_user('ana');
select tests.as_user('ana');
select public.report_delivery(pg_temp.report());
select throws_ok('select * from private.deliveries', '42501', null, 'what was told is read by nobody');
select throws_ok($$ select * from ops.delivery_health() $$, '42501', null, 'nor what it makes together');
select tests.as_anon();
select throws_ok('select public.report_delivery(pg_temp.report())', '42501', null, 'who is not signed in tells nothing');
select tests.become('authenticated', null);
select tests.refuses('select public.report_delivery(pg_temp.report())', 401, 'unauthenticated', null, 'nor does a session without a token');
select tests.as_gone('bo');
select tests.refuses('select public.report_delivery(pg_temp.report())', 401, 'unauthenticated', null, 'nor who is gone');
select tests.reset();
select results_eq('select user_id from private.deliveries', $$ values (tests.user_id('ana')) $$, 'a report is the caller''s');

select * from finish();
rollback;
