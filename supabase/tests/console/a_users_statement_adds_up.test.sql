begin;
select plan(39);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_user('ana', 100), tests.create_user('anabel', 7), tests.create_user('bo', 0), tests.create_user('sue', 0);
update auth.users set email = 'an%a_x@example.test' where id = tests.user_id('bo');
update auth.users set raw_app_meta_data = '{"role": "support"}' where id = tests.user_id('sue');
select tests.enable_echo(5);
update public.tools set credit_cost = 10 where tool = 'echo';
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two'), tests.fail('one', 'never');
select ops.grant_credits(tests.user_id('ana'), 5, 'For the trouble', 'order-1');
select set_config('tests.two', (tests.job('two')).id::text, true);
create function pg_temp.emails(p_query text, p_limit integer default 20) returns text[] language sql as $$
  select coalesce(array_agg(split_part(u ->> 'email', '@', 1) order by n), '{}') from jsonb_array_elements(ops_api.users(p_query, p_limit) -> 'users') with ordinality e (u, n)
$$;
create function pg_temp.pages(p_user uuid, p_limit integer) returns setof jsonb language sql as $$
  with recursive pages as (
    select ops_api.statement(p_user, p_limit) as page union all
    select ops_api.statement(p_user, p_limit, page -> 'next') from pages where page ->> 'next' is not null)
  select e from pages, jsonb_array_elements(page -> 'entries') e
$$;

-- Who is meant.
select tests.as_admin();
select is(pg_temp.emails('ana'), '{ana,anabel}', 'users are found by how their address begins');
select is(pg_temp.emails('  ANAB '), '{anabel}', 'however it is written');
select is(pg_temp.emails('an%'), '{an%a_x}', 'what it says is what is looked for');
select is(pg_temp.emails('nobody'), '{}', 'nobody is nobody');
select is(pg_temp.emails('bel@'), '{}', 'nor is it looked for in the middle');
select is(pg_temp.emails(tests.user_id('ana')::text), '{ana}', 'or by their id');
select is(pg_temp.emails(current_setting('tests.two')), '{ana}', 'or by the id of a job of theirs');
select is(pg_temp.emails(gen_random_uuid()::text), '{}', 'no id is nobody''s');
select is(pg_temp.emails('ana', 1), '{ana}', 'so many of them');
select is(ops_api.users('ana', 1) ->> 'is_complete', 'false', 'and it says that there are more');
select is(ops_api.users('ana') ->> 'is_complete', 'true', 'or that there are not');
select is(ops_api.users('ana@') #>> '{users,0,balance}', '95', 'with what they have');
select is(ops_api.users('sue') #>> '{users,0,role}', 'support', 'and what they are as operators');
select tests.refuses('select ops_api.users('' '')', 422, 'invalid_input', 'query', 'everybody is nobody');
select tests.refuses('select ops_api.users(''a'', 0)', 422, 'invalid_input', 'limit', 'a page has something on it');
select ops_api.act('pause', jsonb_build_object('user_id', tests.user_id('ana')), false, 'Looks like a robot');
select is(ops_api.users('ana@') #> '{users,0}' @> '{"is_paused": true, "paused_until": "infinity", "pause_reason": "Looks like a robot", "paused_ms": 0}', true, 'one who is paused, and why');
select ops_api.act('resume', jsonb_build_object('user_id', tests.user_id('ana')), false);
select is(ops_api.users('ana@') #>> '{users,0,is_paused}', 'false', 'and no more');

-- What came and went.
select is((select array_agg(concat_ws(' ', e ->> 'kind', e ->> 'amount', e ->> 'balance')) from jsonb_array_elements(ops_api.statement(tests.user_id('ana')) -> 'entries') e),
  '{grant 5 95,refund 10 90,charge -10 80,charge -10 90,grant 100 100}', 'the last first, each with what there was after it');
select is(ops_api.statement(tests.user_id('ana')) -> 'next', 'null', 'that was all');
select is(ops_api.statement(tests.user_id('ana')) #> '{entries,0}' @> '{"reference": "order-1", "note": "For the trouble", "job_id": null, "is_off": false}', true, 'a grant says why');
select is(ops_api.statement(tests.user_id('ana')) #>> '{entries,2,tool}', 'echo', 'a charge for what');
select is((select array_agg(e ->> 'balance') from pg_temp.pages(tests.user_id('ana'), 1) e), '{95,90,80,90,100}', 'one by one it is the same');
select is((select array_agg(e ->> 'balance') from pg_temp.pages(tests.user_id('ana'), 2) e), '{95,90,80,90,100}', 'and by twos');
select is(ops_api.statement(tests.user_id('bo')) -> 'entries', '[]', 'who had nothing has no entries');
select tests.refuses(format('select ops_api.statement(%L)', gen_random_uuid()), 404, 'user_not_found', 'user_id', 'nobody has no statement');
select tests.refuses(format('select ops_api.statement(%L, 201)', tests.user_id('ana')), 422, 'invalid_input', 'limit', 'a page has an end');
select tests.refuses(format($$ select ops_api.statement(%L, 5, '{"entry_id": "x"}') $$, tests.user_id('ana')), 422, 'invalid_input', 'before', 'and a place to begin');

-- Numbers beyond 2^53 stay what they are: they are SQL's all the way, and text in JSON.
select tests.reset();
alter table public.credit_accounts disable trigger user;
insert into public.credit_entries (user_id, kind, amount, balance_after, reference) values (tests.user_id('bo'), 'grant', 9007199254740993, 9007199254740993, 'a'),
  (tests.user_id('bo'), 'grant', 9000000000000000003, 9009007199254740996, 'b');
insert into public.credit_accounts (user_id, balance) values (tests.user_id('bo'), 9009007199254740996) on conflict (user_id) do update set balance = excluded.balance;
select tests.as_admin();
select is(ops_api.statement(tests.user_id('bo'), 1) -> 'next' ->> 'balance', '9007199254740993', 'a balance beyond 2^53 is exact');
select is(ops_api.statement(tests.user_id('bo'), 1, jsonb_build_object('entry_id', ops_api.statement(tests.user_id('bo'), 1) #> '{next,entry_id}', 'balance', '9007199254740993'))
  #>> '{entries,0,balance}', '9007199254740993', 'also as text, as a screen sends it back');
select is(ops_api.statement(tests.user_id('bo')) #>> '{entries,0,amount}', '9000000000000000003', 'and so is an amount');

-- What was tampered with shows where.
select tests.reset();
update public.credit_accounts set balance = balance + 1 where user_id = tests.user_id('anabel');
select tests.as_admin();
select is(ops_api.statement(tests.user_id('anabel')) #> '{entries,0}' @> '{"balance": 8, "noted_balance": 7, "is_off": true}', true, 'a balance that is not the sum of its entries is off');
select is((select count(*) from ops_api.report('credit_drift') r where r ->> 'user_id' = tests.user_id('anabel')::text), 1::bigint, 'which the drift report says as well');
select tests.reset();
update public.credit_accounts set balance = balance - 1 where user_id = tests.user_id('anabel');

-- Support reads it; whoever is no operator does not.
select tests.as_gone('sue', 'support');
select is(ops_api.statement(tests.user_id('ana')) #>> '{user,balance}', '95', 'support reads it');
select tests.as_user('ana');
select tests.refuses(format('select ops_api.statement(%L)', tests.user_id('ana')), 403, 'not_an_operator', null, 'its owner has a door of their own');
select tests.refuses('select ops_api.users(''a'')', 403, 'not_an_operator', null, 'and looks for nobody');

-- Who has left leaves the sums.
select tests.reset();
select set_config('tests.tombstone', ops.forget_user(tests.user_id('ana')) ->> 'tombstone_id', true);
select tests.as_admin();
select is(pg_temp.emails('ana'), '{anabel}', 'who has left is not found');
select is(ops_api.users(current_setting('tests.tombstone')) #> '{users,0}' @> '{"is_tombstone": true, "email": null}', true, 'but the tombstone is');
select is((select array_agg(e ->> 'balance') from pg_temp.pages(current_setting('tests.tombstone')::uuid, 2) e), '{95,90,80,90,100}', 'and its entries add up');
select is((select count(*) from pg_temp.pages(current_setting('tests.tombstone')::uuid, 2) e where e ->> 'note' is not null or e ->> 'reference' not like 'sha256:%' or e ->> 'is_off' = 'true'), 0::bigint, 'without a word of whose they were');
select * from finish();
rollback;
