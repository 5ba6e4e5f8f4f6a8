begin;
select plan(9);

select tests.create_user('ana'), tests.enable_publishing(5), tests.connect('ana', 'anas');
select tests.freeze('2030-01-01 00:00:00Z');
select tests.publish('ana', 'later', 'anas', p_run_at => '2030-01-01 02:00:00Z');
select is(tests.line('anas'), 'later scheduled', 'it waits for its time');
select is((tests.job('later')).run_at, '2030-01-01 02:00:00Z', 'which it shows');
select tests.publish('ana', 'now', 'anas');
select is(tests.line('anas'), 'now under way, later scheduled', 'and holds up nobody');
select tests.freeze('2030-01-01 02:00:00Z');
select private.tick();
select is(tests.line('anas'), 'now under way, later held (connection_busy)', 'when its time has come it is in the line');
select tests.post('now');
select is(tests.line('anas'), 'later under way', 'and has its turn');
select tests.cancel('later');

-- A clock that is set back moves nobody out of the line.
select tests.publish('ana', 'a', 'anas'), tests.publish('ana', 'b', 'anas');
select private.move_jobs(array[(tests.job('b')).id], '3 hours');
update public.jobs set dispatches = 1, run_at = run_at - interval '3 hours' where id = (tests.job('b')).id;
select is(tests.line('anas'), 'a under way, b held (connection_busy)', 'a publication that is held stays so');
select is((tests.job('b')).run_at, (tests.job('b')).expires_at, 'until it expires');

-- What expires in its line is ended by the reaper, and looked at by nobody else.
select tests.freeze((tests.job('b')).expires_at + interval '1 second');
select private.dispatch('publication');
select cmp_ok((tests.job('b')).run_at, '>', private.now(), 'one that has expired is not admitted over and over');
select worker.reap();
select is((tests.job('b')).error_code, 'expired', 'but ended');

select * from finish();
rollback;
