begin;
select plan(24);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_user('ana', 100), tests.create_user('sue', 0), tests.create_user('tom', 0);
update auth.users set raw_app_meta_data = '{"role": "support"}' where id in (tests.user_id('sue'), tests.user_id('tom'));
select tests.enable_echo(5);
update public.tools set credit_cost = 10 where tool = 'echo';
select tests.create_job_for('ana', key, '{"of": "ana"}', '{"prompt": "a secret wish", "n": 7, "flags": [true, null, "x"]}') from unnest('{j1,j2,j3,j4}'::text[]) key;
select tests.submit('j4'), tests.webhook('j4', 'e1');
select set_config('tests.j' || n, (tests.job('j' || n)).id::text, true) from generate_series(1, 4) n;
select tests.fail('j1', 'never'), tests.fail('j2', 'never'), tests.submit('j3'), tests.cancel('j3');
select ops.set_support_limit('retries_a_day', 2), ops.set_support_limit('refunds_a_day', 1), ops.set_support_limit('refunded_credits_a_day', 15);

-- So many a day.
select tests.as_gone('sue', 'support');
select is(ops_api.me() - '{user_id,lanes}'::text[], '{"role": "support", "actions": ["retry", "refund"],
  "left": {"retries_a_day": 2, "refunds_a_day": 1, "refunded_credits_a_day": 15}}', 'support knows what it may do');
select is(ops_api.act('retry', jsonb_build_object('user_id', tests.user_id('ana'))) #>> '{left,retries_a_day}', '2', 'a dry run uses nothing up');
select is(ops_api.act('retry', jsonb_build_object('job_id', current_setting('tests.j1')), false, 'She asked') ->> 'done', '1', 'a retry for a user');
select is(ops_api.me() #>> '{left,retries_a_day}', '1', 'is one of a day');
select is(ops_api.act('retry', jsonb_build_object('job_id', current_setting('tests.j1')), false) -> 'skipped', '{"already_retried": 1}', 'what is not done');
select is(ops_api.me() #>> '{left,retries_a_day}', '1', 'is none');
select tests.refuses(format($$ select ops_api.act('retry', '{"job_ids": ["%s", "%s"]}', false) $$, current_setting('tests.j2'), current_setting('tests.j3')),
  429, 'support_limit', '{"left": {"refunds_a_day": 1, "retries_a_day": 1, "refunded_credits_a_day": 15}}', 'more than is left is nothing');
select is(ops_api.act('refund', jsonb_build_object('job_id', current_setting('tests.j3')), false, 'It took too long') ->> 'done', '1', 'a refund');
select is(ops_api.me() -> 'left', '{"retries_a_day": 1, "refunds_a_day": 0, "refunded_credits_a_day": 5}', 'counts, and so does what it gave back');
select tests.as_gone('tom', 'support');
select is(ops_api.me() #>> '{left,refunds_a_day}', '1', 'each has their own');
select tests.reset();
select is((tests.job('j3')).refund, 'paid', 'it is paid');
select tests.create_job('ana', 'dear');
update public.tools set credit_cost = 20 where tool = 'echo';
select tests.create_job('ana', 'dearer'), tests.submit('dearer'), tests.cancel('dearer');
select set_config('tests.dearer', (tests.job('dearer')).id::text, true);
select tests.as_gone('tom', 'support');
select tests.refuses(format($$ select ops_api.act('refund', '{"job_id": "%s"}', false, 'x') $$, current_setting('tests.dearer')),
  429, 'support_limit', '{"left": {"refunds_a_day": 1, "retries_a_day": 2, "refunded_credits_a_day": 15}}', 'no more credits than one may give back');
select tests.reset();
select tests.later('25 hours');
select tests.as_gone('sue', 'support');
select is(ops_api.me() #>> '{left,refunds_a_day}', '1', 'a day later there is as much again');

-- Payloads are masked.
select is(ops_api.job(current_setting('tests.j4')::uuid) #> '{job,input}', '{"prompt": "•••", "n": "•••", "flags": [true, null, "•••"]}', 'support sees the shape of what was asked for');
select is(ops_api.job(current_setting('tests.j4')::uuid) #> '{attempts,0,raw_webhook_payload}', '{"event": "•••"}', 'and of what came back');
select is(ops_api.job(current_setting('tests.j4')::uuid) #> '{webhooks,0,payload}', '{"event": "•••"}', 'as it came');
select is(ops_api.job(current_setting('tests.j4')::uuid) #>> '{job,current_step}', 'webhook_received', 'and where it stands');
select is(ops_api.job(current_setting('tests.j4')::uuid) #>> '{user,email}', 'ana@example.test', 'and whose it is');
select is((select count(*) from ops_api.audit()), 3::bigint, 'of the audit, what they did themselves');
select tests.reset();
update auth.users set raw_app_meta_data = '{"role": "admin"}' where id = tests.user_id('tom');
select tests.as_gone('tom', 'admin');
select is(ops_api.job(current_setting('tests.j4')::uuid) #>> '{job,input,prompt}', 'a secret wish', 'an admin sees it');
select ok(ops_api.job(current_setting('tests.j4')::uuid)::text !~ '"token":|"checkpoint":|"outputs":|"facts":', 'but no token, nor where a result lies');
select is((select count(distinct actor_email) from ops_api.audit() where actor is not null), 1::bigint, 'and all of the audit');
select is((select count(*) from ops_api.jobs(jsonb_build_object('user_id', tests.user_id('ana')), 3)), 3::bigint, 'jobs are listed by pages');
select is((select count(*) from ops_api.jobs('{}', 200, (select id from ops_api.jobs('{}', 3) offset 2))), 4::bigint, 'each after the one before');
select * from finish();
rollback;
