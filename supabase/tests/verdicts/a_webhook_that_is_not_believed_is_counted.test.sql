begin;
select plan(22);
select tests.enable_echo(5);
select tests.create_user('ana');
select tests.create_job('ana', name) from unnest(array['forged', 'unsigned', 'stranger', 'heard', 'other']) name;
select tests.submit(name, 'task ' || name) from unnest(array['forged', 'unsigned', 'stranger', 'heard', 'other']) name;

select ok(worker.webhook_refused('echo', (tests.job('forged')).id, 'bad_signature'), 'a refusal is noted');
select ok(worker.webhook_refused('echo', (tests.job('forged')).id, 'bad_signature'), 'and again');
select results_eq($$ select reason, times, user_id from private.webhook_refusals $$,
  $$ values ('bad_signature', 2::bigint, tests.user_id('ana')) $$, 'in one row');
select is(tests.first_verdict('forged'), 'webhook_refused error', 'where none comes through, that is broken');
select matches((tests.verdict('forged', 'webhook_refused')).detail, '2 webhooks were refused: their signature does not hold',
  'how many and why is told');
select is((tests.verdict('forged', 'webhook_refused')).clears, 'by_operator', 'an operator has to act');
select worker.webhook_refused('echo', (tests.job('unsigned')).id, 'no_secret');
select is(tests.first_verdict('unsigned'), 'webhook_refused error', 'a secret that is not set is named');
select worker.webhook_refused('echo', (tests.job('stranger')).id, 'wrong_token');
select is(tests.first_verdict('stranger'), 'webhook_refused warn', 'a wrong token may be a stranger''s');
select worker.webhook_refused('echo', (tests.job('heard')).id, 'wrong_token');
select tests.webhook('heard', 'a', null, 1, 'task heard');
select is((tests.verdict('heard', 'webhook_refused')).level, 'info', 'where others come through it is no more than that');
select is(tests.first_verdict('heard'), 'webhook_refused info', 'it is said all the same');

-- One of before this attempt is none of its.
update private.webhook_refusals set first_at = first_at - interval '1 hour', last_at = last_at - interval '1 hour'
where job_id = (tests.job('heard')).id;
select ok((tests.verdict('heard', 'webhook_refused')).ruled_out, 'what was refused before the attempt began is not told of it');

-- Strangers leave nothing.
select ok(not worker.webhook_refused('echo', gen_random_uuid(), 'wrong_token'), 'a call about no job leaves nothing');
select ok(not worker.webhook_refused('kie', (tests.job('forged')).id, 'wrong_token'), 'nor one by another provider''s address');
select is((select count(*) from private.webhook_refusals), 4::bigint, 'there is no row of it');
select tests.refuses($$ select worker.webhook_refused('echo', gen_random_uuid(), 'whim') $$, 422, 'invalid_input', 'reason', 'reasons are known');

-- A webhook about another task
select tests.webhook('other', 'b', 'failed', 1, 'somebody''s');
select is(tests.first_verdict('other'), 'webhook_other_task warn', 'a webhook that names another task is told of');
select matches((tests.verdict('other', 'webhook_other_task')).detail, 'named task somebody''s, and the attempt''s is task other', 'with both');
select tests.webhook('other', 'c', null, 1, 'task other');
select is((tests.verdict('other', 'webhook_other_task')).code, null, 'until one comes that names the attempt''s');

-- They go with the job, and with time.
delete from public.jobs where id = (tests.job('forged')).id;
select is((select count(*) from private.webhook_refusals where reason = 'bad_signature'), 0::bigint, 'a deleted job leaves no refusals');
select is(jsonb_path_query_array(ops.export_user(tests.user_id('ana')), '$.jobs[*].refused_webhooks[*].reason'),
  '["no_secret", "wrong_token", "wrong_token"]', 'its user is handed what is kept');
update private.webhook_refusals set first_at = first_at - interval '40 days', last_at = last_at - interval '40 days'
where reason = 'no_secret';
select private.clean_up();
select is((select array_agg(distinct reason) from private.webhook_refusals), '{wrong_token}', 'after a month they are forgotten');
select ops.forget_user(tests.user_id('ana'));
select is_empty($$ select from private.webhook_refusals $$, 'who leaves leaves none');
select * from finish();
rollback;
