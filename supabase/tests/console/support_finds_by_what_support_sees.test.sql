-- Who is no operator finds nothing. Support finds by what support sees: no text and no path tells what is in a payload.
begin;
select plan(49);
select tests.create_user('ana'), tests.create_user('sue', 0), tests.enable_echo(1);
update auth.users set raw_app_meta_data = '{"role": "support"}' where id = tests.user_id('sue');
select public.create_job(tests.user_id('ana'), 'echo', '{"prompt": "a secret", "scale": 4, "is_private": true}',
  p_metadata => '{"note": "hidden"}', p_idempotency_key => 'one');
select tests.submit('one', 'task-1');
select tests.webhook('one', 'call-1', null);
select set_config('tests.job', (tests.job('one')).id::text, true);
create temp table calls (call text) on commit drop;
insert into calls values ('find_jobs()'), ('find_words()'), ('timeline(current_setting(''tests.job'')::uuid)'),
  ('raw(current_setting(''tests.job'')::uuid)'), ('job_facts(current_setting(''tests.job'')::uuid)'),
  ('verdicts(current_setting(''tests.job'')::uuid)');
grant select on calls to public;
create function pg_temp.answer(p_call text) returns text language plpgsql as $$
begin
  execute 'select ops_api.' || p_call;
  return 'yes';
exception when others then
  return sqlstate;
end
$$;
select tests.as_anon();
select is(pg_temp.answer(call), '42501', 'anon: ' || call) from calls;
select tests.as_user('ana');
select is(pg_temp.answer(call), 'PT403', 'its owner, who is no operator: ' || call) from calls;
select tests.as_gone('ana', 'admin');
select is(pg_temp.answer(call), 'PT403', 'who is an admin by their token alone: ' || call) from calls;
select tests.as_service();
select is(pg_temp.answer(call), 'yes', 'a secret key: ' || call) from calls;

create function pg_temp.finds(p_filter jsonb) returns boolean language sql as $$
  select jsonb_array_length(ops_api.find_jobs(p_filter) -> 'jobs') = 1
$$;
create temp table oracles (filter jsonb, is_seen boolean) on commit drop;
insert into oracles values ('{"text": "a secret"}', false), ('{"text": "hidden"}', false), ('{"text": "prompt"}', false),
  ('{"path": "$.input.prompt starts with \"a\""}', false), ('{"path": "$.input.scale == 4"}', false),
  ('{"path": "$.input.scale ? (@ > 3)"}', false), ('{"path": "$.metadata.note like_regex \"^h\""}', false),
  ('{"path": "$.**.note == \"hidden\""}', false), ('{"path": "$.input.prompt.size() == 8"}', false),
  ('{"path": "$.input.prompt == \"•••\""}', true), ('{"path": "$.input.is_private == true"}', true),
  ('{"path": "$.input.prompt"}', true), ('{"text": "task-1"}', true), ('{"text": "ana@"}', true);
grant select on oracles to public;
select tests.as_gone('sue', 'support');
select is(pg_temp.answer(call), 'yes', 'support: ' || call) from calls;
select is(pg_temp.finds(filter), is_seen, format('support: %s', filter)) from oracles;
select ok(not exists (select from ops_api.raw(current_setting('tests.job')::uuid) where body ~ 'secret|hidden|task_status|4'
  and part <> 'step_history'), 'support is shown no payload');
select ok(exists (select from ops_api.raw(current_setting('tests.job')::uuid) where part = 'input' and body like '%"prompt": "•••"%'), 'but its keys');
select ok(ops_api.job_facts(current_setting('tests.job')::uuid)::text !~ 'secret|hidden', 'nor among the facts');
select tests.as_admin();
select ok(pg_temp.finds('{"text": "a secret"}') and pg_temp.finds('{"path": "$.input.scale == 4"}'), 'an admin finds by what is there');
select ok(exists (select from ops_api.raw(current_setting('tests.job')::uuid) where body ~ 'a secret'), 'and is shown it');
select tests.reset();
select * from finish();
rollback;
