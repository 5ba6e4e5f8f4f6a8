-- What a filter of ops_api.find_jobs finds: each column, free text as it was typed, a path in what is JSON.
begin;
select plan(59);
select tests.freeze('2030-01-01 12:00:00Z');
select tests.create_user('ana'), tests.create_user('bia');
select tests.enable_echo(1), tests.enable_tool('draw', 'canvas', 0);
create function pg_temp.put(p_user text, p_key text, p_tool text, p_input jsonb, p_metadata jsonb default '{}') returns void
language sql as $$
  select public.create_job(tests.user_id(p_user), p_tool, p_input, p_metadata => p_metadata, p_idempotency_key => p_key)
$$;
select pg_temp.put('ana', 'failed', 'echo', '{"prompt": "A Red Fox"}');
select tests.submit('failed', 'Task-1'), tests.fail('failed', 'never');
select tests.later('1 minute');
select pg_temp.put('ana', 'runs', 'echo', '{"prompt": "100% sure", "scale": 4, "seed": 9007199254740993}', '{"note": "a_b"}');
select tests.later('1 minute');
select pg_temp.put('bia', 'waits', 'draw', '{"prompt": "100 times sure", "scale": 2, "has_face": false}', '{"note": "axb"}');
select tests.later('1 minute');
select pg_temp.put('bia', 'quotes', 'draw', '{"prompt": "she said \"no\" to C:\\temp", "scale": "4"}');
select tests.later('1 minute');
select public.retry_job((tests.job('failed')).id, p_user_id => tests.user_id('ana'));
select tests.later('1 minute');

create function pg_temp.found(p_filter jsonb) returns text language sql as $$
  select coalesce(string_agg(coalesce(j.idempotency_key, 'again'), ' ' order by line.n), '')
  from jsonb_array_elements(ops_api.find_jobs(p_filter) -> 'jobs') with ordinality line (line, n)
  join public.jobs j on j.id = (line ->> 'id')::uuid
$$;
create function pg_temp.refused(p_filter jsonb) returns text language plpgsql as $$
declare
  v_detail text;
  v_hint text;
begin
  perform ops_api.find_jobs(p_filter);
  return 'no';
exception when others then
  get stacked diagnostics v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return concat_ws(' ', sqlstate, v_detail, v_hint);
end
$$;
select is(pg_temp.found(filter), found, what) from (values
  ('{}'::jsonb, 'again quotes waits runs failed', 'nothing named: all, the newest first'),
  (jsonb_build_object('job_id', (tests.job('runs')).id), 'runs', 'one'),
  (jsonb_build_object('job_ids', jsonb_build_array((tests.job('runs')).id, (tests.job('failed')).id)), 'runs failed', 'some'),
  (jsonb_build_object('user_id', tests.user_id('bia')), 'quotes waits', 'of a user'),
  ('{"user_email": " BIA@example.test "}', 'quotes waits', 'of a user by e-mail'),
  ('{"user_email": "bia@example"}', '', 'which is the whole of it'),
  (jsonb_build_object('user_email', 'bia@example.test', 'user_id', tests.user_id('ana')), '', 'and not one user''s and another''s'),
  ('{"tool": "draw"}', 'quotes waits', 'of a tool'),
  ('{"tool": ["draw", "echo"]}', 'again quotes waits runs failed', 'of several'),
  ('{"tool": []}', '', 'of none'),
  ('{"lane": "canvas"}', 'quotes waits', 'of a lane'),
  ('{"status": "processing"}', 'runs', 'of a status'),
  ('{"status": ["processing", "failed"]}', 'runs failed', 'of two'),
  ('{"status": ["pending", "processing"]}', 'again quotes waits runs', 'that are open'),
  ('{"status": "failed"}', 'failed', 'that failed'),
  ('{"step": "queued"}', 'again quotes waits', 'at a step'),
  ('{"failed_step": "running"}', 'failed', 'that failed at a step'),
  ('{"failed_step": "starting"}', '', 'at another'),
  (jsonb_build_object('error_code', (tests.job('failed')).error_code), 'failed', 'by an error'),
  (jsonb_build_object('refund', (tests.job('failed')).refund, 'status', 'failed'), 'failed', 'by what became of its price'),
  ('{"has_retry": true}', 'failed', 'done again'),
  ('{"has_retry": false, "status": "failed"}', '', 'not done again'),
  ('{"is_retry": true}', 'again', 'that does another again'),
  ('{"created_from": "2030-01-01T12:02:00Z"}', 'again quotes waits', 'created from then on'),
  ('{"created_to": "2030-01-01T12:02:00Z"}', 'runs failed', 'created before then'),
  ('{"slower_than_ms": 200000}', 'runs', 'that take longer'),
  ('{"waited_over_ms": 100000}', 'quotes waits', 'that wait longer'),
  ('{"ran_over_ms": 100000}', 'runs', 'that run longer'),
  ('{"text": "red fox"}', 'again failed', 'a text of what was put in, in whatever letters'),
  ('{"text": "Task-1"}', 'failed', 'a task''s id is a name'),
  ('{"text": "task-"}', 'failed', 'and a text'),
  ('{"text": "a_b"}', 'runs', 'an underscore is one'),
  ('{"text": "100%"}', 'runs', 'so is a percent sign'),
  ('{"text": "100% sure\\"}', '', 'and a backslash'),
  ('{"text": "C:\\temp"}', 'quotes', 'which is found as it was typed'),
  ('{"text": "\"no\" to"}', 'quotes', 'as are quotes'),
  ('{"text": "BIA@ex"}', 'quotes waits', 'a part of an e-mail'),
  ('{"text": "  "}', 'again quotes waits runs failed', 'blanks are no text'),
  (jsonb_build_object('text', (tests.job('waits')).id), 'waits', 'the id of a job is it'),
  (jsonb_build_object('text', tests.user_id('bia')), 'quotes waits', 'the id of a user is all that are theirs'),
  ('{"text": "fox", "tool": "echo", "status": "failed"}', 'failed', 'all of a filter counts'),
  ('{"path": "$.input.has_face"}', 'waits', 'a path that is there, whatever it has'),
  ('{"path": "$.input.scale > 3"}', 'runs', 'a path that is so'),
  ('{"path": "$.input.scale ? (@ == \"4\")"}', 'quotes', 'a text is no number'),
  ('{"path": "$.input.seed == 9007199254740993"}', 'runs', 'large numbers are whole'),
  ('{"path": "strict $.input.prompt like_regex \"^she\""}', 'quotes', 'a pattern'),
  ('{"path": "$.step_history[*] ? (@.step == \"failed\").error_code"}', 'failed', 'in the history'),
  ('{"path": "$.input.prompt > 3"}', '', 'what cannot be compared is not so'),
  ('{"path": "strict $.input.nothing"}', '', 'what is not there is no error')) cases (filter, found, what);
select is(pg_temp.refused(filter), answer, what) from (values
  ('{"toool": "echo"}'::jsonb, 'PT422 invalid_filter toool', 'a misspelt filter'),
  ('[]', 'PT422 invalid_filter filter', 'a list'),
  ('{"status": "lost"}', 'PT422 invalid_filter filter', 'a status that there is not'),
  ('{"path": "$.input["}', 'PT422 invalid_filter path', 'a path that is none'),
  ('{"path": "$.input ? (@ == $secret)"}', 'PT422 invalid_filter path', 'a path with variables'),
  ('{"path": "$.**.**.a"}', 'PT422 invalid_filter path', 'a path that goes everywhere, everywhere'),
  ('{"path": "$.input.prompt like_regex \"(a*)*\\\\1\""}', 'PT422 invalid_filter path', 'a pattern without measure'),
  (jsonb_build_object('path', '$.' || repeat('a', 500)), 'PT422 invalid_filter path', 'a long path'),
  (jsonb_build_object('text', repeat('a', 201)), 'PT422 invalid_filter text', 'a long text')) cases (filter, answer, what);
select is(ops_api.find_words() -> 'error_codes' -> 0 ->> 'code', (tests.job('failed')).error_code, 'what can be named is told');
select * from finish();
rollback;
