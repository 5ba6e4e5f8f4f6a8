-- As shipped: whoever sends as many as one request may hold is not refused, and an operator's change stays.
begin;
select plan(16);

select results_eq(
  'select limit_name, maximum from private.limits order by limit_name',
  $$ values ('creates_a_minute', 200::bigint), ('creates_a_minute_by_server', 2000), ('projects', 1000),
    ('stored_bytes', 1099511627776) $$, 'these are shipped');
select is_empty(
  $$ select lane from private.lanes where max_waiting_per_user is distinct from 2000 or max_active_per_user is distinct from 50
       or max_refunds_per_user is distinct from 50 $$, 'and these, in every lane');
select tests.create_user('ana', 10000), tests.create_user('bo', 10000);
select tests.enable_echo(60);
select is((select max_waiting_per_user from private.lanes where lane = 'echo'), 2000, 'a lane that an operator makes has them too');

alter table public.jobs disable trigger jobs_broadcast_trigger; -- thousands of broadcasts prove nothing here
create function pg_temp.batch(p_count integer, p_by_user boolean, p_user text) returns text language sql as $$
  select format('select count(*) from public.create_jobs(%L, %L, p_by_user => %L)', tests.user_id(p_user), (
    select jsonb_agg('{"tool": "echo", "input": {}}'::jsonb) from generate_series(1, p_count)), p_by_user)
$$;
select lives_ok(pg_temp.batch(100, true, 'bo'), 'a user''s batch of 100');
select is((select count(*) from public.jobs where status = 'processing'), 50::bigint, 'of which as many run as one user may have');
select lives_ok(pg_temp.batch(1000, false, 'ana'), 'a server''s batch of 1,000');
select is((select count(*) from public.jobs where status = 'processing'), 60::bigint, 'and there was room beside the other''s');
select lives_ok(pg_temp.batch(1000, false, 'ana'), 'and another');
select tests.refuses(pg_temp.batch(1, false, 'ana'), 429, 'too_many_creates', null, 'then a minute is full');
select tests.freeze(clock_timestamp() + interval '1 minute');
select tests.refuses(
  pg_temp.batch(11, true, 'ana'), 429, 'too_many_waiting', '{"lane": "echo", "limit": 2000}', 'and the user has too many waiting');
select lives_ok(pg_temp.batch(10, true, 'ana'), 'but for the last ones');

-- Rows that operators change.
select ops.set_limit('projects', 3), ops.set_limit('stored_bytes', null);
update private.lanes set max_waiting_per_user = null where lane = 'kie';
select is_empty(
  $$ select * from ops.install() where outcome not in ('unchanged', 'own') and coalesce(note, '') !~ 'as an operator has set it' $$,
  'installing again writes none of them');
select results_eq(
  $$ select maximum from private.limits where limit_name in ('projects', 'stored_bytes') order by limit_name $$,
  $$ values (3::bigint), (null) $$, 'and overwrites none of them');
select is((select max_waiting_per_user from private.lanes where lane = 'kie'), null, 'in lanes neither');
select tests.refuses($$ select ops.set_limit('luck', 1) $$, 422, 'invalid_input', 'limit', 'there is no other limit');
select tests.refuses($$ select ops.set_limit('projects', -1) $$, 422, 'invalid_amount', 'maximum', 'and none below nothing');

select * from finish();
rollback;
