begin;
select plan(12);

select tests.create_user('ana'), tests.create_user('bo');
select tests.freeze('2030-01-01 10:20:00Z');
create function pg_temp.report(p_channel text, p_changes integer, p_late integer default 0, p_max integer default 0) returns jsonb language sql as $$
  select jsonb_build_object('channel', p_channel, 'changes', p_changes, 'terminal', 1, 'missed', 0,
    'late', jsonb_build_array(p_late, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1), 'late_max_ms', p_max)
$$;
create function pg_temp.kept() returns table (who uuid, hour timestamptz, channel text, reports integer, changes bigint) language sql as $$
  select user_id, hour, channel, reports, changes from private.deliveries
$$;

select tests.as_user('ana');
select lives_ok($$ select public.report_delivery(jsonb_build_array(pg_temp.report('realtime', 5, 4, 70000), pg_temp.report('poll', 2),
  pg_temp.report('realtime', 3, 2, 90000))) $$, 'somebody who is signed in reports');
select tests.reset();
select set_eq('select * from pg_temp.kept()', $$ values (tests.user_id('ana'), '2030-01-01 10:00Z'::timestamptz, 'realtime', 1, 8::bigint),
  (tests.user_id('ana'), '2030-01-01 10:00Z', 'poll', 1, 2) $$, 'each channel is one row of the hour');
select is(array_append(late, late_max_ms), '{6,0,0,0,0,0,0,0,0,0,0,2,90000}', 'how late they were is added up, the latest kept')
from private.deliveries where channel = 'realtime';

select tests.later('39 minutes'), tests.as_user('ana');
select public.report_delivery(jsonb_build_array(pg_temp.report('realtime', 2, 1, 5)));
select tests.reset();
select is(array_append(late, late_max_ms), '{7,0,0,0,0,0,0,0,0,0,0,3,90000}', 'what comes in the same hour is added to it')
from private.deliveries where channel = 'realtime';
select results_eq($$ select reports, changes, terminal from private.deliveries where channel = 'realtime' $$, $$ values (2, 10::bigint, 3::bigint) $$,
  'without another row');
select tests.later('1 minute'), tests.as_user('ana');
select public.report_delivery(jsonb_build_array(pg_temp.report('realtime', 1)));
select tests.as_user('bo');
select public.report_delivery(jsonb_build_array(pg_temp.report('realtime', 4))), public.report_delivery('[]');
select tests.reset();
select is((select count(*) from pg_temp.kept()), 4::bigint, 'the next hour is another row, and another user');
select is((select changes from private.deliveries where user_id = tests.user_id('bo')), 4::bigint, 'whose reports are their own; none at all is no report');

-- However often it is called
update private.deliveries set reports = 1199 where user_id = tests.user_id('bo');
select tests.as_user('bo');
select lives_ok($$ select public.report_delivery(jsonb_build_array(pg_temp.report('realtime', 1))) $$, 'so many times an hour');
select tests.refuses($$ select public.report_delivery(jsonb_build_array(pg_temp.report('poll', 1))) $$, 429, 'too_many_reports',
  '{"limit": 1200, "retryAt": "2030-01-01T12:00:00.000000Z"}', 'and no more');
select tests.reset();
select tests.later('1 hour'), tests.as_user('bo');
select lives_ok($$ select public.report_delivery(jsonb_build_array(pg_temp.report('realtime', 1))) $$, 'until the next');
select tests.reset();

select tests.freeze('2030-01-08 11:00:00Z');
select is(private.forget_deliveries(), 2, 'it is kept for a week');
select set_eq('select distinct hour from pg_temp.kept()', $$ select unnest('{2030-01-01 11:00Z,2030-01-01 12:00Z}'::timestamptz[]) $$, 'and then forgotten');

select * from finish();
rollback;
