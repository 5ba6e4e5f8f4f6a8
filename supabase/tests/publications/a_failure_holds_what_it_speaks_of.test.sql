begin;
select plan(24);

select tests.create_user('ana', 1000), tests.enable_publishing(20);
select tests.connect('ana', n) from unnest(array['a', 'b', 'c', 'd', 'e', 'f', 'g']) n;
select tests.freeze('2030-01-01 00:00:00Z');
select tests.publish('ana', n, n) from unnest(array['a', 'b', 'c', 'd', 'e', 'f', 'g']) n;
create function pg_temp.stands(p_key text) returns text language sql as $$
  select concat_ws(' ', j.status, p.line, p.hold, c.state, to_char(c.held_until at time zone 'UTC', 'HH24:MI'), 'tries', j.retry_count)
  from tests.job(p_key) j join public.publications p on p.job_id = j.id join public.connections c on c.id = p.connection_id
$$;

select is(tests.fail_publication('a', 'wait', 'publication', 120000), 'retried', 'a wait of its own');
select is(pg_temp.stands('a'), 'pending scheduled live tries 0', 'lets it alone wait, and uses up no attempt');
select is((tests.job('a')).run_at, '2030-01-01 00:02:00Z', 'for as long as the platform asks');
select is(tests.fail_publication('b', 'backoff'), 'retried', 'an error that passes');
select is(pg_temp.stands('b'), 'pending scheduled live tries 1', 'uses one up');
select is(tests.fail_publication('c', 'wait', 'connection', 900000), 'retried', 'a limit of the account');
select is(pg_temp.stands('c'), 'pending held limited limited 00:15 tries 0', 'holds the connection for as long as the platform asks');
select is((select state_code || state_message from public.connections where id = tests.connection_id('c')), 'out_of_luckIt did not work.', 'and says why');
select is(tests.fail_publication('d', 'wait', 'connection'), 'retried', 'one that says no time');
select is(pg_temp.stands('d'), 'pending held limited limited 00:01 tries 0', 'is tried again in a minute');
select is(tests.fail_publication('d', 'wait', 'connection'), 'duplicate', 'said twice it is told apart');
select is(tests.fail_publication('e', 'reconnect', 'connection'), 'retried', 'an access that is gone');
select is(pg_temp.stands('e'), 'pending held reconnect_needed reconnect_needed tries 0', 'is its owner''s to renew');
select is(tests.fail_publication('f', 'never'), 'failed', 'what cannot be published');
select is(tests.ending('f'), 'failed, out_of_luck, refund paid, charge, refund, slot free, no row', 'fails and is paid back');
select is(tests.fail_publication('g', 'pause', 'platform'), 'retried', 'what nobody can publish');
select is((select to_char(paused_until at time zone 'UTC', 'HH24:MI') || ' ' || pause_reason from private.platforms where platform = 'x'), '00:15 out_of_luck: It did not work.', 'pauses the platform');
select is(pg_temp.stands('g'), 'pending held platform_paused live tries 0', 'and waits with all others');
select is((select count(*) from private.accounts where paused_until is not null), 0::bigint, 'the lane''s account is none of it');
select is((select circuit_failures from private.lanes where lane = 'publication'), 0, 'nor is its circuit');

select tests.refuses($$ select tests.fail_publication('a', 'shrug') $$, 422, 'invalid_retry_class', 'failure', 'a class that there is not');
select tests.refuses($$ select tests.fail_publication('a', 'wait', 'galaxy') $$, 422, 'invalid_retry_class', 'failure', 'nor a scope');
select tests.refuses($$ select worker.publication_failed((tests.job('a')).id, (tests.attempt('a')).token, '{"class": "wait", "retry_after_ms": "soon"}') $$, 422, 'invalid_retry_class', 'failure', 'nor a time');
select tests.freeze('2030-01-01 00:30:00Z');
select private.run('esteira-connections'), private.run('esteira-tick');
select is(tests.running(), '{a,b,c,d,g}', 'all go on when their time has come, but for who has to be connected anew');

select * from finish();
rollback;
