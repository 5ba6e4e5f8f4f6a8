begin;
select plan(16);

select tests.create_user('ana', 20), tests.create_user('bo', 10);
select tests.enable_effect('model', 5);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job_for('ana', 'hers', '{"of": "ana"}', '{"prompt": "a face"}'), tests.commit();
select tests.submit('hers'), tests.webhook('hers', 'e-1', null), tests.complete('hers'), tests.commit();
select tests.create_job_for('bo', 'his', '{}', '{"prompt": "zebra"}'), tests.commit();
select tests.submit('his', 'task-2'), tests.webhook('his', 'e-2', null, p_external_id => 'task-2');
select tests.create_project('ana', 'canvas'), tests.create_project('bo', 'zebra');
select tests.put_file('ana', 'face.png'), tests.put_file('bo', 'zebra.png');
select ops.set_storage_limit(tests.user_id('ana'), 1000000);
insert into private.deliveries (user_id, hour, channel, reports, changes, terminal, missed, late, late_max_ms)
select tests.user_id(name), private.now(), 'poll', 1, 7, 0, 0, array_fill(0, array[12]), 0 from unnest(array['ana', 'bo']) name;
create temporary table data as select ops.export_user(tests.user_id('ana')) as data;

select set_eq('select jsonb_object_keys(data) from data', array['user', 'exported_at', 'jobs', 'balance', 'credits', 'models',
  'projects', 'connections', 'effects', 'limits', 'pause', 'acts', 'deliveries', 'files'], 'all that is kept, by kind');
select is(data #>> '{user,email}', 'ana@example.test', 'who it is') from data;
select is(data #> '{jobs,0,input}', '{"prompt": "a face"}', 'what was asked for') from data;
select is(data #> '{jobs,0,metadata}', '{"of": "ana"}', 'with what') from data;
select is(data #> '{jobs,0,output,files,0,path}', '"a.png"', 'what came of it') from data;
select is(data #> '{jobs,0,attempts,0,raw_webhook_payload}', '{"event": "TASK_END"}', 'what the provider said') from data;
select is(data #> '{jobs,0,webhooks,0,payload}', '{"event": "TASK_END"}', 'as it came') from data;
select is((data ->> 'balance')::integer, 19, 'what there is') from data;
select is(jsonb_array_length(data -> 'credits'), 2, 'and where it went') from data;
select is(jsonb_array_length(data -> 'models'), 1, 'models') from data;
select is((select array_agg(d ->> 'changes') from jsonb_array_elements(data -> 'deliveries') d), '{7}', 'how late screens were') from data;
select is(data #>> '{projects,0,name}', 'canvas', 'projects') from data;
select is(data -> 'files', jsonb_build_array(jsonb_build_object('bucket', 'inputs', 'path', tests.user_id('ana') || '/face.png',
  'bytes', 1000, 'content_type', 'image/png', 'created_at', data #> '{files,0,created_at}')), 'files') from data;
select ok(data::text !~ 'zebra|token"|the-api-key' and data::text not like '%' || tests.user_id('bo') || '%',
  'nothing of anybody else''s, and nothing secret') from data;
select ok(not exists (select from public.job_attempts where strpos(data::text, token::text) > 0), 'no token') from data;
select tests.refuses('select ops.export_user(gen_random_uuid())', 404, 'user_not_found', null, 'of nobody there is nothing');

select * from finish();
rollback;
