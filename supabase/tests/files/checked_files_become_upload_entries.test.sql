-- @acceptance 004:47, 004:137
begin;
select plan(5);

select tests.create_user('ana');
select tests.put_file('ana', 'cat.png', 'image/png', 10), tests.put_file('ana', 'mask.png', 'image/png', 20);
update storage.objects set created_at = '2026-01-01 00:00:00Z' where name = tests.user_id('ana') || '/cat.png';

create function pg_temp.checked(p_files jsonb, p_input jsonb) returns jsonb language sql as $$
  select private.check_input_files(tests.user_id('ana'), p_files, p_input)
$$;
select is(
  pg_temp.checked('{"image": {"types": ["image/png"], "max_bytes": 100}}', jsonb_build_object('image', tests.user_id('ana') || '/cat.png')),
  jsonb_build_array(jsonb_build_object('step', 'upload', 'timestamp', '2026-01-01T00:00:00.000000Z',
    'fileName', tests.user_id('ana') || '/cat.png', 'bytes', 10)),
  'an entry tells which file came, how large it is and when it came');
select is(
  jsonb_array_length(pg_temp.checked(
    '{"image": {"types": ["image/png"], "max_bytes": 100}, "mask": {"types": ["image/png"], "max_bytes": 100}}',
    jsonb_build_object('image', tests.user_id('ana') || '/cat.png', 'mask', tests.user_id('ana') || '/mask.png', 'scale', 2))),
  2, 'one for each file');
select is(
  pg_temp.checked('{"image": {"types": ["image/png"], "max_bytes": 100}}', '{"scale": 2}'), '[]'::jsonb,
  'a field that is left out is not looked at');
select is(pg_temp.checked(null, '{"image": "anything"}'), '[]'::jsonb, 'nor is anything where a tool has no files');
select is(pg_temp.checked('{}', '{}'), '[]'::jsonb, 'or names none');

select * from finish();
rollback;
