begin;
select plan(39);

select tests.create_user('ana');
create function pg_temp.good() returns jsonb language sql as $$
  select '{"channel": "poll", "changes": 10, "terminal": 2, "missed": 1, "late": [1,1,1,1,1,1,1,1,1,0,0,1], "late_max_ms": 60001}'::jsonb
$$;
select tests.as_user('ana');
select lives_ok('select public.report_delivery(jsonb_build_array(pg_temp.good()))', 'what is as it must be is taken');
select lives_ok($$ select public.report_delivery(jsonb_build_array(pg_temp.good() || '{"changes": 100000, "late_max_ms": 86400000, "missed": 1e2}')) $$,
  'up to the bounds');

select tests.refuses(format('select public.report_delivery(jsonb_build_array(pg_temp.good(), pg_temp.good() || %L))', field), 422, 'invalid_input',
  'p_reports.1.' || (select key from jsonb_each(field::jsonb) limit 1), 'no report: ' || left(field, 40))
from unnest(array['{"channel": "pigeon"}', '{"channel": null}', '{"channel": 7}', '{"channel": ["poll"]}',
  '{"changes": -1}', '{"changes": 100001}', '{"changes": 1.5}', '{"changes": "10"}', '{"changes": null}', '{"changes": 1e400}', '{"changes": 1e-9}',
  '{"terminal": 11}', '{"terminal": -1}', '{"terminal": {}}', '{"missed": 11}', '{"missed": true}',
  '{"late": []}', '{"late": [0,0,0,0,0,0,0,0,0,0,0]}', '{"late": [0,0,0,0,0,0,0,0,0,0,0,0,0]}', '{"late": [5,5,1,0,0,0,0,0,0,0,0,0]}',
  '{"late": [-1,1,0,0,0,0,0,0,0,0,0,0]}', '{"late": [0.5,0,0,0,0,0,0,0,0,0,0,0]}', '{"late": [null,0,0,0,0,0,0,0,0,0,0,0]}', '{"late": {"length": 12}}', '{"late": 7}',
  '{"late_max_ms": 86400001}', '{"late_max_ms": -1}', '{"late_max_ms": 0.5}', '{"secret": 1}']) field;
select tests.refuses($$ select public.report_delivery(jsonb_build_array(pg_temp.good() - 'late')) $$, 422, 'invalid_input', 'p_reports.0.late', 'nothing is left out');
select tests.refuses(format('select public.report_delivery(%L)', '[7]'), 422, 'invalid_input', 'p_reports.0', 'a report is an object');
select tests.refuses(format('select public.report_delivery(%L)', reports), 422, 'invalid_input', 'p_reports', 'a list of them: ' || left(reports, 20))
from unnest(array['{}', 'null', '7', (select jsonb_agg(pg_temp.good())::text from generate_series(1, 101))]) reports;
select tests.refuses('select public.report_delivery(null)', 422, 'invalid_input', 'p_reports', 'nothing is no list');
select tests.reset();
select is((select sum(changes) from private.deliveries), 100010::numeric, 'what was refused has counted nowhere');

select * from finish();
rollback;
