begin;
select plan(16);

select tests.create_user('ana', 10), tests.create_user('poor', 3);
select tests.enable_upscaler(1);
update public.tools set credit_cost = 4 where tool = 'upscaler';
insert into public.tools (tool, lane, titles, is_enabled) values ('switched_off', 'runninghub', '{"en": "Off"}', false);
select tests.put_file('ana', 'cat.png'), tests.put_file('poor', 'cat.png'), tests.put_file('ana', 'cat.gif', 'image/gif'),
  tests.put_file('ana', 'huge.png', 'image/png', 31457281);

create function pg_temp.creation(p_user text, p_tool text, p_file text, p_key text default null) returns text language sql as $$
  select format('select public.create_job(%L, %L, %L, p_idempotency_key => %L)', tests.user_id(p_user), p_tool,
    jsonb_build_object('image', tests.user_id(p_user) || '/' || p_file), p_key)
$$;
select tests.refuses(pg_temp.creation('ana', 'teleporter', 'cat.png'), 404, 'unknown_tool', 'tool', 'no such tool');
select tests.refuses(pg_temp.creation('ana', null, 'cat.png'), 404, 'unknown_tool', 'tool', 'no tool at all');
select tests.refuses(
  pg_temp.creation('ana', 'switched_off', 'cat.png'), 409, 'tool_disabled', 'tool',
  'a tool that is off');
select tests.refuses(
  format('select public.create_job(%L, ''upscaler'', ''[1]'')', tests.user_id('ana')), 422, 'invalid_input', 'input',
  'an input that is no object');
select tests.refuses(
  format('select public.create_job(%L, ''upscaler'', null)', tests.user_id('ana')), 422, 'invalid_input', 'input',
  'no input');
select tests.refuses(
  pg_temp.creation('ana', 'upscaler', 'dog.png'), 422, 'file_not_found', 'image',
  'a file that is not there');
select tests.refuses(
  pg_temp.creation('ana', 'upscaler', 'cat.gif'), 415, 'unsupported_file_type', 'image',
  'a file of another type');
select tests.refuses(
  pg_temp.creation('ana', 'upscaler', 'huge.png'), 413, 'file_too_large', 'image',
  'a file that is too large');
select tests.refuses(
  pg_temp.creation('poor', 'upscaler', 'cat.png', 'key'), 402, 'insufficient_credits', null,
  'more than there is to spend');

update private.lanes set max_waiting_per_user = 1 where lane = 'runninghub';
select private.set_capacity(tests.account_id('runninghub'), 0);
select tests.create_job('ana', 'waiting', 'upscaler');
select tests.refuses(
  pg_temp.creation('ana', 'upscaler', 'cat.png'), 429, 'too_many_waiting', null,
  'one too many that wait');

select results_eq(
  'select idempotency_key from public.jobs', array['waiting'],
  'there is no job but the one that was not refused');
select results_eq(
  $$ select user_id, amount from public.credit_entries where kind <> 'grant' $$,
  $$ values (tests.user_id('ana'), -4::bigint) $$,
  'no charge but for that one');
select is(tests.balance('poor'), 3, 'the poor keep what they have');
select is_empty('select * from public.job_attempts', 'no attempt');
select is_empty($$ select * from tests.messages('runninghub_queue') $$, 'no message');
select lives_ok(
  $$ select ops.grant_credits(tests.user_id('poor'), 1); select public.create_job(tests.user_id('poor'), 'upscaler',
       jsonb_build_object('image', tests.user_id('poor') || '/cat.png'), p_idempotency_key => 'key') $$,
  'and the key of a refused job can be used again');

select * from finish();
rollback;
