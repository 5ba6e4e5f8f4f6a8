begin;
select plan(23);
select tests.enable_echo(30);
select tests.create_user('ana');

-- Each class of failure has a code of its own, and words.
create temporary table kinds (error_code text, verdict text) on commit drop;
insert into kinds values ('1234', 'failed'), ('invalid_input', 'failed_input'), ('content_moderation', 'failed_content'),
  ('deadline_exceeded', 'failed_late'), ('submit_unknown', 'outcome_unknown'), ('output_too_large', 'failed_output'),
  ('expired', 'failed_expired'), ('lease_expired', 'failed_worker'), ('misconfigured', 'failed_setup'),
  ('internal_error', 'failed_internal');
select tests.create_job('ana', error_code) from kinds;
select worker.attempt_failed((tests.job(error_code)).id, (tests.attempt(error_code)).token, 'never', error_code, 'It did not work.') from kinds;
select is(tests.first_verdict(error_code), verdict || ' error', error_code || ' is told as ' || verdict) from kinds;
select is_empty($$ select verdict from kinds where not exists (
    select from private.verdict_words() w where w.code = verdict and cardinality(w.en) = 3 and cardinality(w.pt_br) = 3) $$,
  'each says what is wrong, whether it goes on, and what can be done, in both languages');
select is((tests.verdict('1234', 'failed')).detail, 'It failed at starting: It did not work (1234).', 'the step and the error are told');
select is((tests.verdict('1234', 'failed')).evidence ->> 'class', 'final', 'another try would have failed too');
select is((tests.verdict('1234', 'failed')).clears, 'by_you', 'its owner may try it again');
select is((tests.verdict('misconfigured', 'failed_setup')).clears, 'by_operator', 'what is set up wrong its owner cannot mend');
select is((tests.verdict('1234', 'refunded')).evidence ->> 'credits', '1', 'its price was paid back');

-- What it cost, and after how many tries
select tests.create_job('ana', 'tried');
select tests.submit('tried', 'task tried');
select worker.cost_noted((tests.job('tried')).id, (tests.attempt('tried')).token, 0.25, 'USD');
select tests.fail_task('tried', 'backoff');
update public.jobs set run_at = null where id = (tests.job('tried')).id;
select private.dispatch('echo');
select tests.submit('tried', 'task tried again');
select worker.cost_noted((tests.job('tried')).id, (tests.attempt('tried')).token, 0.5, 'USD');
select tests.fail_task('tried', 'never');
select is((tests.verdict('tried', 'failed')).evidence -> 'cost', '{"USD": 0.75}', 'what all its attempts have cost is told');
select is((tests.verdict('tried', 'failed')).evidence ->> 'class', 'tries_used_up', 'and that there were several');

-- Done again
select set_config('tests.again', (public.retry_job((tests.job('1234')).id)).id::text, true);
select is(tests.first_verdict('1234'), 'failed info', 'what was done again is no more than a note');
select is((tests.verdict('1234', 'failed')).evidence ->> 'retried_as', current_setting('tests.again'), 'with the job that does it');

-- Heard of too late: that is the reason.
select tests.create_job('ana', 'late');
select tests.submit('late', 'task late');
select tests.age('late', '1 hour');
update public.jobs set deadline_at = private.now() - interval '1 second' where id = (tests.job('late')).id;
select worker.deadline_passed((tests.job('late')).id, (tests.attempt('late')).token, 'It took too long.');
select is(tests.first_verdict('late'), 'failed_late error', 'a deadline that passed is the reason');
select tests.webhook('late', 'a', 'succeeded', 1, 'task late');
select is(tests.first_verdict('late'), 'webhook_late error', 'but that the provider was done after all is more of one');

-- In words
select set_config('tests.late', (tests.job('late')).id::text, true);
select tests.as_user('ana');
select is((select words ->> 'pt-BR' from public.why(current_setting('tests.late')::uuid) where rank = 2),
  'Seu trabalho demorou demais e foi encerrado. Ele não continua sozinho. Você pode tentar de novo.', 'its owner is told in Portuguese');
select * from finish();
rollback;
