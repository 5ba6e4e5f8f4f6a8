-- Payloads go to screens as text: numbers that no browser can hold stay what they are.
begin;
select plan(4);
select tests.create_user('ana'), tests.enable_echo(1);
select public.create_job(tests.user_id('ana'), 'echo', '{"seed": 9007199254740993, "exact": 1.10, "text": "a \"b\" \u00e9"}',
  p_idempotency_key => 'one');
select tests.submit('one', 'task-1');
select tests.webhook('one', 'call-1', null);
select is((select body from ops_api.raw((tests.job('one')).id) where part = 'input'),
  e'{\n    "seed": 9007199254740993,\n    "text": "a \\"b\\" é",\n    "exact": 1.10\n}', 'as it is');
select is((select array_agg(distinct part order by part) from ops_api.raw((tests.job('one')).id)),
  '{answer,input,step_history,webhook}', 'all that there is');
select is((select max(attempt) from ops_api.raw((tests.job('one')).id) where part = 'webhook'), 1, 'and of which attempt');
select ok(not ops_api.job_facts((tests.job('one')).id)::text ~ '9007199254740993', 'the facts have no payloads');
select * from finish();
rollback;
