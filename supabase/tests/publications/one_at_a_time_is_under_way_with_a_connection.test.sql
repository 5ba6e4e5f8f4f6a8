begin;
select plan(17);

select tests.create_user('ana'), tests.create_user('bo'), tests.enable_publishing(5);
select tests.connect('ana', 'anas'), tests.connect('bo', 'bos'), tests.connect('ana', 'hers', 'instagram');
select tests.freeze('2030-01-01 00:00:00Z');

select tests.publish('ana', 'one', 'anas');
select is(tests.line('anas'), 'one under way', 'the first begins at once');
select tests.publish('ana', 'two', 'anas'), tests.publish('ana', 'three', 'anas');
select is(tests.line('anas'), 'one under way, two held (connection_busy), three held (connection_busy)', 'others wait for it, and it is said why');
select tests.publish('bo', 'his', 'bos'), tests.publish('ana', 'picture', 'hers', 'instagram_feed');
select is(tests.running(), '{his,one,picture}', 'other connections go on beside it');
select is((tests.job('two')).run_at, (tests.job('two')).expires_at, 'who is held waits, for dispatch, until it expires');
select is((select count(*) from tests.messages('publication_queue')), 3::bigint, 'what is held is in no queue');
select tests.violates(
  $$ update public.publications set line = 'front', hold = null where job_id = (tests.job('two')).id $$,
  'one_at_a_time_per_connection');

select tests.cancel('one');
select is(tests.line('anas'), 'two under way, three held (connection_busy)', 'when it ends, the next begins in the same transaction');
select tests.post('two');
select is(tests.line('anas'), 'three under way', 'however it ends');
select tests.publish('ana', 'four', 'anas');
select tests.fail_publication('three', 'backoff', p_retry_after_ms => 60000);
select is(tests.line('anas'), 'four under way, three scheduled', 'one that waits for a retry lets the next go first');
select tests.freeze((tests.job('three')).run_at);
select private.dispatch('publication');
select is(tests.line('anas'), 'four under way, three held (connection_busy)', 'and joins the line again when its time has come');
select tests.fail_publication('four', 'never');
select is(tests.line('anas'), 'three under way', 'and then has its turn');

-- One lane, five slots.
select tests.publish('ana', 'next', 'anas');
delete from public.jobs where id = (tests.job('three')).id;
select private.dispatch('publication');
select is(tests.line('anas'), 'next under way', 'a front that is deleted holds up nobody');
select ok((tests.publication('four')).line = 'done' and (tests.publication('one')).line = 'done', 'what has ended is done');

select set_config('esteira.dispatch', 'later', true);
select tests.cancel('next');
select is(tests.line('anas'), null, 'nobody is left');
select is((select count(*) > 0 from private.freed_connections), true, 'it is noted for who dispatches next');
select set_config('esteira.dispatch', '', true);
select private.dispatch('publication');
select is((select count(*) from private.freed_connections), 0::bigint, 'who looks takes the note away');

-- Whoever is not a publication is an ordinary job.
select tests.enable_tool('tiktok_video', 'publication', 5);
select tests.create_job('ana', 'plain', 'tiktok_video');
select is((tests.job('plain')).status::text || (select count(*) from public.publications where job_id = (tests.job('plain')).id), 'processing0', 'a job that names no connection is in no line');

select * from finish();
rollback;
