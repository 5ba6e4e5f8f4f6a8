-- Each action by each persona, over the Data API's door: somebody not signed in, an owner, a stranger, support, an admin,
-- a server.
begin;
select plan(85);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_user('ana', 50), tests.create_user('stranger', 0), tests.create_user('sue', 0), tests.create_user('root', 0);
update auth.users set raw_app_meta_data = jsonb_build_object('role', 'support') where id = tests.user_id('sue');
update auth.users set raw_app_meta_data = jsonb_build_object('role', 'admin') where id = tests.user_id('root');
select tests.enable_echo(1);
select tests.create_job('ana', 'failed');
select tests.fail('failed', 'never');
select tests.create_job('ana', 'runs');
select set_config('tests.failed', (tests.job('failed')).id::text, true), set_config('tests.account', tests.account_id('echo')::text, true);
select tests.enable_publishing(5), tests.connect('ana', 'blog');

create temp table actions (action text, filter jsonb, of_support boolean) on commit drop;
insert into actions
select action, jsonb_build_object('job_id', current_setting('tests.failed')) || more, action in ('retry', 'refund')
from (values ('retry', '{}'::jsonb), ('cancel', '{}'), ('redrive', '{}'), ('refund', '{}'), ('resolve', '{"resolved": "there"}'),
  ('set_priority', '{"priority": 5}'), ('replay_webhook', '{}'), ('quarantine', '{}'), ('release', '{}'), ('delete', '{}')) jobs (action, more)
union all
select action, filter, false from unnest(array['pause', 'resume']) action, (values ('{"lane": "echo"}'::jsonb), ('{"tool": "echo"}'),
  (jsonb_build_object('account_id', current_setting('tests.account')::integer)), (jsonb_build_object('user_id', tests.user_id('ana'))),
  (jsonb_build_object('connection_id', tests.connection_id('blog'))), ('{"platform": "x"}')) things (filter)
union all select 'set_capacity', jsonb_build_object('account_id', current_setting('tests.account')::integer, 'capacity', 2), false;
grant select on actions to public;

create function pg_temp.answer(p_call text) returns text language plpgsql as $$
begin
  execute p_call;
  return 'yes';
exception when others then
  return sqlstate;
end
$$;
create function pg_temp.may(p_action text, p_filter jsonb, p_dry boolean) returns text language sql as $$
  select pg_temp.answer(format('select ops_api.act(%L, %L, %L, %L)', p_action, p_filter, p_dry, 'for a test'))
$$;

-- Who is no operator does nothing.
select tests.as_anon();
select is(pg_temp.may(action, filter, false), '42501', format('anon: %s %s', action, filter - 'job_id')) from actions;
select tests.as_user('ana');
select is((select array_agg(distinct pg_temp.may(action, filter, is_dry)) from actions, unnest(array[true, false]) is_dry), '{PT403}', 'its owner: none of them');
select tests.as_user('stranger');
select is((select array_agg(distinct pg_temp.may(action, filter, is_dry)) from actions, unnest(array[true, false]) is_dry), '{PT403}', 'a stranger: none of them');
select tests.as_gone('nobody', 'admin');
select is((select array_agg(distinct pg_temp.may(action, filter, is_dry)) from actions, unnest(array[true, false]) is_dry), '{PT403}',
  'who is gone, whatever their token says: none of them');
select tests.as_gone('ana', 'admin');
select is((select array_agg(distinct pg_temp.may(action, filter, is_dry)) from actions, unnest(array[true, false]) is_dry), '{PT403}',
  'who is an admin no more, whatever their token says: none of them');
select tests.reset();
select is_empty('select from ops.audit', 'nothing of it has happened');

-- Support looks, and helps.
select tests.as_gone('sue', 'support');
select is(pg_temp.may(action, filter, is_dry), case when of_support then 'yes' else 'PT403' end,
  format('support: %s %s, %s', action, filter - 'job_id', case when is_dry then 'dry' else 'done' end))
from actions, unnest(array[true, false]) is_dry where is_dry or not of_support;
select is(pg_temp.may('retry', '{"tool": "echo"}', true), 'PT403', 'support: of single users alone');

-- Admins do everything; and so does a server.
select tests.as_gone('root', 'admin');
select is((select array_agg(distinct pg_temp.may(action, filter, true)) from actions), '{yes}', 'an admin: all of them');
select tests.as_service();
select is((select array_agg(distinct pg_temp.may(action, filter, true)) from actions), '{yes}', 'a secret key: all of them');

-- What there is to read.
create temp table readers (call text, of_support boolean) on commit drop;
select tests.reset();
insert into readers values
  ('select ops_api.me()', true), ('select * from ops_api.jobs()', true), ('select * from ops_api.runs()', true), ('select * from ops_api.audit()', true),
  (format('select ops_api.job(%L)', current_setting('tests.failed')), true), (format('select * from ops_api.diagnose(%L)', current_setting('tests.failed')), true),
  ('select * from ops_api.report(''counts'', ''{"p_since": "1 day"}'')', true), ('select * from ops_api.report(''quarantine'')', true),
  ('select * from ops_api.report(''dead_letters'')', true), ('select * from ops_api.report(''credit_drift'')', false),
  ('select * from ops_api.operators()', false),
  ('select * from ops_api.report(''realtime_doctor'')', false), ('select ops_api.repair(''partition'')', false),
  (format('select ops_api.set_operator(%L, ''support'')', tests.user_id('stranger')), false);
grant select on readers to public;
select tests.as_anon();
select is((select array_agg(distinct pg_temp.answer(call)) from readers), '{42501}', 'anon reads nothing');
select tests.as_user('ana');
select is((select array_agg(distinct pg_temp.answer(call)) from readers), '{PT403}', 'an owner reads nothing here');
select tests.as_gone('sue', 'support');
select is((select array_agg(distinct pg_temp.answer(call)) from readers where of_support), '{yes}', 'support reads');
select is((select array_agg(distinct pg_temp.answer(call)) from readers where not of_support), '{PT403}', 'but what is for admins');
select tests.as_gone('root', 'admin');
select is((select array_agg(distinct pg_temp.answer(call)) from readers), '{yes}', 'admins read everything');
select is(pg_temp.answer('select * from ops_api.report(''secrets'')'), 'PT404', 'and nothing else');
select is(pg_temp.answer('select * from ops_api.report(''counts'', ''{"p_x); drop table jobs; --": "1"}'')'), 'PT422', 'nor anything that is no argument');
select is(pg_temp.answer('select ops.act(''retry'', ''{"tool": "echo"}'')'), '42501', 'the schema ops itself stays closed to them');

-- A role that is taken away is away at once, whatever the token says.
select ops_api.set_operator(tests.user_id('sue'), null);
select tests.as_gone('sue', 'support');
select is(pg_temp.answer('select ops_api.me()'), 'PT403', 'support no more');
select tests.as_gone('stranger');
select is(ops_api.me() ->> 'role', 'support', 'and who was told, is support at once');
select tests.reset();
select * from finish();
rollback;
