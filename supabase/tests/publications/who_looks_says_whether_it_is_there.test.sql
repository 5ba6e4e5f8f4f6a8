begin;
select plan(30);

select tests.create_user('ana', 1000), tests.create_user('bo'), tests.enable_publishing(20);
select tests.connect('ana', n) from unnest(array['a', 'b', 'c', 'd', 'e']) n;
select tests.freeze('2030-01-01 00:00:00Z');
select tests.publish('ana', 'there', 'a'), tests.publish('ana', 'not there', 'b'), tests.publish('ana', 'forgotten', 'c'),
  tests.publish('ana', 'found', 'd'), tests.publish('ana', 'known', 'e');
select tests.commit(k) from unnest(array['there', 'not there', 'forgotten', 'found']) k;
select worker.submit_unknown((tests.job(k)).id, (tests.attempt(k)).token) from unnest(array['there', 'not there', 'forgotten', 'found']) k;
select is(tests.balance('ana'), 995, 'nothing is paid back yet');

create function pg_temp.resolve(p_key text, p_resolved text) returns text language sql as $$
  select format('select public.resolve_publication(%L, %L)', (tests.job(p_key)).id, p_resolved)
$$;
create temporary table calls as select 'there' as k, pg_temp.resolve('there', 'there') as call
  union all select 'not there', pg_temp.resolve('not there', 'not_there') union all select 'known', pg_temp.resolve('known', 'there')
  union all select 'odd', pg_temp.resolve('there', 'perhaps') union all select 'nothing', pg_temp.resolve('there', null);
grant select on calls to authenticated, service_role, anon;

select tests.refuses(call, 409, 'not_unknown', null, 'one that is under way is looked after by us') from calls where k = 'known';
select tests.as_user('bo');
select tests.refuses(call, 404, 'not_found', null, 'somebody else''s is not there') from calls where k = 'there';
select tests.as_user('ana');
select tests.refuses(call, 422, 'invalid_input', 'resolved', 'it is there or it is not: ' || k) from calls where k in ('odd', 'nothing');
select lives_ok(call, 'its owner has looked: it is there') from calls where k = 'there';
select tests.refuses(call, 409, 'already_resolved', '{"field": "resolved", "resolved": "there"}', 'that is said once') from calls where k = 'there';
select lives_ok(call, 'it is not there') from calls where k = 'not there';
select results_eq(
  'select resolved, resolved_how, resolved_by from public.publications where resolved is not null order by resolved',
  $$ values ('not_there', 'user', tests.user_id('ana')), ('there', 'user', tests.user_id('ana')) $$, 'it is kept who said so');
select tests.reset();
select is(tests.ending('there'), 'failed, outcome_unknown, refund withheld, charge, slot free, no row', 'what is there is paid for; its job stays as it ended');
select is(tests.ending('not there'), 'failed, outcome_unknown, refund paid, charge, refund (counted), slot free, no row', 'what is not there is paid back, and counted');
select is((tests.publication('there')).steps -> -1 ->> 'name', 'resolved', 'the steps tell of it');
select is(tests.balance('ana'), 996, 'once');

-- It was there after all, says the platform: a late answer.
select is(tests.post('found'), 'late', 'an answer that comes late');
select is((tests.publication('found')).resolved || (tests.publication('found')).resolved_how || (tests.publication('found')).permalink,
  'thereplatformhttps://platform.test/post-1', 'says that it is there');
select is(tests.ending('found'), 'failed, outcome_unknown, refund withheld, charge, slot free, no row', 'and is paid for');
select is(tests.post('not there'), 'late', 'somebody has said already that it is not');
select is((tests.job('not there')).refund, 'paid', 'then that stays');
select is((tests.publication('not there')).resolved, 'not_there', 'and so does what was said');

-- Until somebody has looked it counts as there.
select tests.refuses(format('select public.retry_job(%L)', (tests.job('forgotten')).id), 409, 'duplicate_content',
  format('{"field": "job_id", "job_id": "%s"}', (tests.job('forgotten')).id), 'what may be there is not done again');
select tests.refuses($$ select public.create_job(tests.user_id('ana'), 'x_post', tests.content('c', 'forgotten')) $$, 409, 'duplicate_content', 'allowDuplicate', 'nor anew');
select tests.refuses(format('select public.retry_job(%L)', (tests.job('there')).id), 409, 'duplicate_content', 'job_id', 'what is there is not either');
select lives_ok(format('select public.retry_job(%L)', (tests.job('not there')).id), 'what is not there is');
select is((select status::text from public.jobs where retried_from = (tests.job('not there')).id), 'processing', 'as a new job');

-- Nobody looks.
select tests.freeze('2030-01-07 23:59:59Z');
select private.tend_publications();
select is((tests.job('forgotten')).refund, 'due', 'for seven days');
select tests.freeze('2030-01-08 00:00:00Z');
select is(private.tend_publications(), 1, 'then it is taken for not there');
select is((tests.job('forgotten')).refund::text || (tests.publication('forgotten')).resolved_how, 'paidtime', 'and paid back');
select is_empty('select * from ops.credit_drift()', 'the ledger is right');

select tests.publish('ana', 'x', 'd');
select tests.commit('x');
select worker.submit_unknown((tests.job('x')).id, (tests.attempt('x')).token);
select is(ops.resolve_publication((tests.job('x')).id, 'there', 'I looked'), 'withheld', 'an operator says so as well');
select is((tests.publication('x')).resolved_how || ': ' || ((tests.publication('x')).steps -> -1 ->> 'reason'),
  'operator: I looked', 'and why');

select * from finish();
rollback;
