begin;
select plan(12);

select tests.create_user('ana'), tests.enable_publishing(5), tests.connect('ana', 'a');
select tests.freeze('2030-01-01 00:00:00Z');
select tests.publish('ana', 'one', 'a');
select is(tests.commit('one'), 'commit', 'committed');
select is(tests.take('one', '1900000000000000001'), 'processing', 'taken');
select is((tests.job('one')).current_step::text || (tests.job('one')).request_id, 'running1900000000000000001', 'it runs, by the name of the platform');
select is((select count(*) from tests.messages('publication_queue')), 1::bigint, 'the message stays with who observes');
select is((select count(*) from tests.messages('settle_queue')), 0::bigint, 'there is no other');
delete from pgmq.q_publication_queue where true;
select tests.freeze('2030-01-01 00:10:00Z');
select is(private.resend_lost_messages(), 1, 'one that is lost is sent again');
select is(worker.published((tests.job('one')).id, (tests.attempt('one')).token, null, 'https://x.test/1', '[{"code": "thumbnail_refused", "message": "m"}]', '{"raw": 1}', 'publication_queue', (select msg_id from tests.messages('publication_queue'))), 'completed', 'it is there');
select is((tests.job('one')).output, '{"files": [], "data": {"platform": "x", "post_id": "1900000000000000001", "permalink": "https://x.test/1", "warnings": [{"code": "thumbnail_refused", "message": "m"}]}}', 'which is what came out');
select is((tests.publication('one')).post_id || (tests.publication('one')).permalink, '1900000000000000001https://x.test/1', 'and kept');
select is((select array_agg(s ->> 'step' || ' ' || (s ->> 'name')) from jsonb_array_elements((tests.publication('one')).steps) s), '{commit allowed,commit accepted,observe published}', 'step by step');
select is((select count(*) from tests.messages('publication_queue')), 0::bigint, 'nothing is left to do');
select is(tests.post('one', 'other'), 'duplicate', 'said twice it is told apart');

select * from finish();
rollback;
