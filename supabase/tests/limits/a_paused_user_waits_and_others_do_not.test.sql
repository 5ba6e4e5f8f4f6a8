begin;
select plan(17);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_user('ana'), tests.create_user('bia');
select tests.enable_echo(1);

select ops.pause_user(tests.user_id('ana'), 'Looks like a robot', '1 hour');
select tests.create_job('ana', 'hers');
select is((tests.job('hers')).status, 'pending', 'a new job of a paused user waits beside a free slot');
select tests.create_job('bia', 'other');
select is((tests.job('other')).status, 'processing', 'and keeps nobody waiting');
select results_eq($$ select code, level, clears, expected_at from ops.diagnose((tests.job('hers')).id) where rank = 1 $$,
  $$ values ('user_paused', 'warn', 'by_operator', private.now() + interval '1 hour') $$, 'which is the first verdict');
select tests.later('1 second');
select tests.complete('other');
select private.tick();
select is((tests.job('hers')).status, 'pending', 'though slots come free');
select is(private.wait_for_others((select l from private.lanes l where lane = 'echo')), false, 'and nobody waits for whom nobody has');
select matches((select words ->> 'pt_BR' || (words ->> 'en') from (select jsonb_build_object('en', w.en[1], 'pt_BR', w.pt_br[1]) as words
  from private.verdict_words() w where code = 'user_paused') w), 'pausou.*paused', 'she is told so in her language');
select is((select code from ops.diagnose((tests.job('other')).id) where code = 'user_paused'), null, 'nothing is said of a pause where a job has ended');
select tests.create_job('bia', 'next'), tests.create_job('bia', 'later');
select is((select bool_and(ruled_out) from ops.diagnose((tests.job('later')).id) where code = 'user_paused'), true, 'who is not paused is told that it is not that');

-- It ends by itself, or by an operator.
select tests.later('61 minutes');
select tests.complete('next');
select private.tick();
select is(tests.running(), '{hers}', 'when the pause is over it is their turn as ever');
select ops.pause_user(tests.user_id('bia'), 'Until we have talked');
select tests.complete('hers');
select is(tests.running(), '{}', 'a pause without a time lasts');
select is(ops.resume_user(tests.user_id('bia')), 1, 'until it is ended, which starts what can');
select is(tests.running(), '{later}', 'at once');
select is(ops.resume_user(tests.user_id('bia')), 0, 'who is not paused is let be');
select tests.refuses($$ select ops.pause_user(gen_random_uuid(), 'nobody') $$, 404, 'user_not_found', 'user_id', 'nobody cannot be paused');

-- Where a lane counts what a user has going, and where it does not.
update private.lanes set max_active_per_user = null where lane = 'echo';
select ops.pause_user(tests.user_id('bia'), 'Again');
select tests.create_job('bia', 'hers too'), tests.create_job('ana', 'goes'), tests.complete('later');
select is(tests.running(), '{goes}', 'so in a lane without a limit for each user');

-- A pause goes with its user, and is told them.
select is(ops.export_user(tests.user_id('bia')) #>> '{pause,reason}', 'Again', 'a pause is in what is exported');
delete from auth.users where id = tests.user_id('bia');
select is_empty('select from private.user_pauses where user_id = tests.user_id(''bia'')', 'and goes with its user');
select * from finish();
rollback;
