begin;
select plan(38);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_user('ana', 10), tests.create_user('sue', 0), tests.create_user('root', 0), tests.create_user('max', 0);
update auth.users set raw_app_meta_data = '{"role": "support"}' where id = tests.user_id('sue');
update auth.users set raw_app_meta_data = '{"role": "admin"}' where id in (tests.user_id('root'), tests.user_id('max'));
create function pg_temp.asked(p_amount bigint, p_reference text, p_description text default 'For the trouble') returns text language sql as $$
  select format('select ops_api.grant_credits(%L, %L, %L, %L)', tests.user_id('ana'), p_amount, p_description, p_reference)
$$;
create function pg_temp.granted(p_amount bigint, p_reference text, p_description text default 'For the trouble') returns jsonb language sql as $$
  select ops_api.grant_credits(tests.user_id('ana'), p_amount, p_description, p_reference)
$$;

-- Who may.
select tests.as_anon();
select throws_ok(pg_temp.asked(5, 'r'), '42501', null, 'whoever is not signed in grants nothing');
select tests.as_user('ana');
select tests.refuses(pg_temp.asked(5, 'r'), 403, 'not_an_operator', null, 'nor does a user, to themselves');
select tests.as_gone('sue', 'support');
select tests.refuses(pg_temp.asked(5, 'r'), 403, 'not_an_operator', null, 'nor support');
select tests.reset();
select is(tests.balance('ana'), 10, 'nothing was given');
select is_empty('select from ops.audit', 'and nothing noted');

-- Once for each reference.
select tests.as_gone('root', 'admin');
select is(pg_temp.granted(5, ' pay-1 ') - 'user_id', '{"amount": 5, "balance": 15, "is_new": true, "left": {"credits_a_grant": 100000, "credits_a_day": 999995}}', 'an admin grants, and is told what there is');
select is(pg_temp.granted(5, 'pay-1') - 'user_id', '{"amount": 5, "balance": 15, "is_new": false, "left": {"credits_a_grant": 100000, "credits_a_day": 999995}}', 'the same once more is nothing more');
select tests.refuses(pg_temp.asked(6, 'pay-1'), 409, 'idempotency_conflict', 'reference', 'another amount is another grant');
select is(ops_api.statement(tests.user_id('ana')) #> '{entries,0}' @> '{"kind": "grant", "amount": 5, "reference": "pay-1", "note": "For the trouble"}', true, 'it stands on the statement');
select tests.reset();
select is((select count(*) from ops.audit), 1::bigint, 'in the audit once');
select is((select to_jsonb(a) - array['audit_id', 'at', 'run_id', 'actor', 'called_as'] from ops.audit a), jsonb_build_object('actor_email', 'root@example.test', 'actor_role', 'admin',
  'action', 'grant_credits', 'filter', jsonb_build_object('user_id', tests.user_id('ana'), 'amount', 5, 'reference', 'pay-1'), 'counts', '{"matched": 1, "qualified": 1}'::jsonb, 'credits', -5,
  'reason', 'For the trouble'), 'with who, to whom, how much and why');
select is_empty('select * from ops.credit_drift()', 'and the books are right');
select ops.grant_credits(tests.user_id('ana'), 3, 'by a payment', 'pay-2');
select tests.as_gone('root', 'admin');
select is(pg_temp.granted(3, 'pay-2') ->> 'is_new', 'false', 'what a server has granted with a reference is granted');
select is((select count(*) from ops_api.audit()), 1::bigint, 'and no act of an admin''s');

-- What it is asked with.
select tests.refuses(pg_temp.asked(0, 'r'), 422, 'invalid_amount', 'amount', 'nothing is no grant');
select tests.refuses(pg_temp.asked(-5, 'r'), 422, 'invalid_amount', 'amount', 'nor is less than nothing');
select tests.refuses(pg_temp.asked(null, 'r'), 422, 'invalid_amount', 'amount', 'nor any amount');
select tests.refuses(pg_temp.asked(5, ' '), 422, 'invalid_input', 'reference', 'without a reference it might be made twice');
select tests.refuses(pg_temp.asked(5, 'r', ' '), 422, 'reason_required', 'description', 'somebody has to say why');
select tests.refuses(pg_temp.asked(5, repeat('r', 201)), 422, 'invalid_input', 'reference', 'a reference is short');
select tests.refuses(pg_temp.asked(5, 'r', repeat('r', 501)), 422, 'invalid_input', 'description', 'and so is a description');
select tests.refuses(format('select ops_api.grant_credits(%L, 5, ''x'', ''r'')', gen_random_uuid()), 404, 'user_not_found', 'user_id', 'nobody is given nothing');

-- So many at once, so many a day, each admin.
select tests.refuses(pg_temp.asked(100001, 'r'), 422, 'invalid_amount', '{"field": "amount", "maximum": 100000}', 'no more at once');
select throws_ok('select ops.set_grant_limit(''credits_a_day'', 9)', '42501', null, 'an admin''s session does not lift its own limits');
select tests.reset();
select ops.set_grant_limit('credits_a_day', 20);
select tests.refuses('select ops.set_grant_limit(''credits_a_year'', 20)', 422, 'invalid_input', 'limit', 'there is no such limit');
select tests.refuses('select ops.set_grant_limit(''credits_a_day'', -1)', 422, 'invalid_amount', 'maximum', 'a limit is zero or more');
select is((select action from ops.audit order by audit_id desc limit 1), 'set_grant_limit', 'a limit that is set is noted');
select tests.as_gone('root', 'admin');
select tests.refuses(pg_temp.asked(16, 'r'), 422, 'invalid_amount', '{"field": "amount", "maximum": 15}', 'what was granted today counts');
select is(pg_temp.granted(15, 'pay-3') #>> '{left,credits_a_day}', '0', 'all that is left can be granted');
select is(pg_temp.granted(15, 'pay-3') ->> 'is_new', 'false', 'and what was granted is told when nothing is left');
select tests.as_gone('max', 'admin');
select is(pg_temp.granted(15, 'pay-4') ->> 'is_new', 'true', 'another admin has their own');
select tests.reset();
select tests.later('25 hours');
select tests.as_gone('root', 'admin');
select is(pg_temp.granted(1, 'pay-5') #>> '{left,credits_a_day}', '19', 'a day later there is as much again');

-- The bound of all grants of a user holds here as well, exactly.
select tests.reset();
select ops.set_grant_limit('credits_a_grant', 9007199254740991), ops.set_grant_limit('credits_a_day', 9007199254740991);
select tests.as_gone('max', 'admin');
select tests.refuses(pg_temp.asked(9007199254740991, 'big'), 422, 'invalid_amount', 'amount', 'no more than can be counted');
select is(pg_temp.granted(9007199254740991 - 49, 'big') ->> 'balance', '9007199254740991', 'as much as can');

-- When the user leaves, the grant leads to nobody.
select tests.reset();
select set_config('tests.tombstone', ops.forget_user(tests.user_id('ana')) ->> 'tombstone_id', true);
select is((select count(*) from ops.audit where filter = '{"forgotten": true}' and action = 'grant_credits'), 5::bigint, 'whom it was for is forgotten');
select is((select count(*) from ops.audit where action = 'grant_credits' and reason is not null), 0::bigint, 'and why');
select is((select array_agg(credits order by audit_id) from ops.audit where action = 'grant_credits'), array[-5, -15, -15, -1, -9007199254740942]::bigint[], 'how much stays, and who did it');
select is((select count(*) from ops.audit where to_jsonb(audit)::text ~ (tests.user_id('ana')::text || '|pay-|trouble')), 0::bigint, 'nothing of it is left');
select * from finish();
rollback;
