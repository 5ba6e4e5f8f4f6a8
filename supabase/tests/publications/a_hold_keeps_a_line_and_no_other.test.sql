begin;
select plan(15);

select tests.create_user('ana'), tests.create_user('bo'), tests.enable_publishing(5);
select tests.connect('ana', 'anas'), tests.connect('bo', 'bos'), tests.connect('ana', 'hers', 'instagram');
select tests.freeze('2030-01-01 00:00:00Z');

-- A connection that is limited.
select private.hold_connection(tests.connection_id('anas'), 'limited', '2030-01-01 01:00:00Z', 'rate_limited', 'Not now');
select tests.publish('ana', 'one', 'anas'), tests.publish('ana', 'two', 'anas'), tests.publish('bo', 'his', 'bos');
select is(tests.line('anas'), 'one held (limited), two held (limited)', 'nothing begins with a connection that is limited');
select is(tests.line('bos'), 'his under way', 'another goes on');
select is(tests.running(), '{his}', 'and has all the slots there are');
select tests.freeze('2030-01-01 01:00:00Z');
select private.run('esteira-connections');
select private.run('esteira-tick');
select is(tests.line('anas'), 'one under way, two held (connection_busy)', 'when its time is over its line goes on');

-- A platform that is paused.
select private.hold_platform('x', '2030-01-01 03:00:00Z', 'It is down');
select tests.publish('ana', 'picture', 'hers', 'instagram_feed');
select is(tests.line('hers'), 'picture under way', 'a pause of one platform is none of another');
select tests.post('one');
select is(tests.line('anas'), 'two held (platform_paused)', 'nothing begins at a platform that is paused');
select ops.resume_platform('x');
select private.dispatch('publication');
select is(tests.line('anas'), 'two under way', 'when it is resumed the lines go on');

-- A connection that has to be connected anew.
select tests.publish('ana', 'three', 'anas');
select is(tests.fail_publication('two', 'reconnect', 'connection'), 'retried', 'an access that is gone');
select is(tests.line('anas'), 'two held (reconnect_needed), three held (reconnect_needed)', 'keeps the line, and uses up no attempt');
select is((tests.job('two')).attempt, 0, 'its number is used again');
update public.connections set state = 'live', state_code = null, state_message = null where id = tests.connection_id('anas');
select private.connection_freed(tests.connection_id('anas'));
select private.dispatch('publication');
select is(tests.line('anas'), 'two under way, three held (connection_busy)', 'until its owner has connected it anew');

-- One that was ended.
select worker.disconnect(tests.connection_id('anas'), tests.user_id('ana'));
select tests.fail_publication('two', 'never');
select private.tend_publications();
select is(tests.ending('three'), 'failed, connection_revoked, refund paid, charge, refund, slot free, no row', 'what waits for a connection that was ended fails, and is paid back');
select is(tests.line('anas'), null, 'so that nobody waits for ever');
select is_empty('select * from ops.credit_drift()', 'and the ledger is right');
select is((select count(*) from private.freed_connections), 0::bigint, 'nothing is left to look at');

select * from finish();
rollback;
