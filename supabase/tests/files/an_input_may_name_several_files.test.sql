begin;
select plan(7);

select tests.create_user('ana');
select tests.put_file('ana', 'a.png'), tests.put_file('ana', 'b.png'), tests.put_file('ana', 'clip.mp4', 'video/mp4');
create function pg_temp.check_files(p_names jsonb) returns jsonb language sql as $$
  select private.check_input_files(tests.user_id('ana'), '{"images": {"types": ["image/png"], "max_bytes": 1000, "max_count": 2}}',
    jsonb_build_object('images', (select jsonb_agg(tests.user_id('ana') || '/' || name) from jsonb_array_elements_text(p_names) name)))
$$;

select is(
  (select array_agg(split_part(entry ->> 'fileName', '/', 2)) from jsonb_array_elements(pg_temp.check_files('["b.png", "a.png"]')) entry),
  '{b.png,a.png}', 'each has its entry, in the input''s order');
select tests.refuses($$ select pg_temp.check_files('["a.png", "nothing.png"]') $$, 422, 'file_not_found', 'images', 'each must be there');
select tests.refuses($$ select pg_temp.check_files('["a.png", "clip.mp4"]') $$, 415, 'unsupported_file_type', 'images', 'each of an allowed type');
select tests.refuses($$ select pg_temp.check_files('["a.png", "b.png", "a.png"]') $$, 422, 'invalid_input', 'images', 'no more than the tool takes');
select is(
  jsonb_array_length(private.check_input_files(tests.user_id('ana'), '{"images": {"types": ["image/png"], "max_bytes": 1000, "max_count": 2}}',
    jsonb_build_object('images', tests.user_id('ana') || '/a.png'))), 1,
  'one may be named without an array');
select is(
  private.check_input_files(tests.user_id('ana'), '{"images": {"types": ["image/png"], "max_bytes": 1000}}', '{"images": []}'), '[]',
  'none is none');
select tests.refuses(
  format('select private.check_input_files(%L, %L, %L)', tests.user_id('ana'), '{"image": {"types": ["image/png"], "max_bytes": 1000}}',
    jsonb_build_object('image', jsonb_build_array(tests.user_id('ana') || '/a.png', tests.user_id('ana') || '/b.png'))),
  422, 'invalid_input', 'image', 'a tool that says nothing of it takes one');

select * from finish();
rollback;
