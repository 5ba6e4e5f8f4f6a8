begin;
select plan(7);

select tests.create_user('ana'), tests.create_user('bo');
select tests.put_file('bo', 'dog.png');
insert into storage.objects (bucket_id, name, metadata) values
  ('outputs', tests.user_id('ana') || '/out.png', '{"mimetype": "image/png", "size": 1}'),
  ('inputs', tests.user_id('ana') || '-not/cat.png', '{"mimetype": "image/png", "size": 1}');

create function pg_temp.check_file(p_path text) returns text language sql as $$
  select format('select private.check_input_files(%L, %L, %L)', tests.user_id('ana'),
    '{"image": {"types": ["image/png"], "max_bytes": 1000}}', jsonb_build_object('image', p_path))
$$;
select tests.refuses(
  pg_temp.check_file(tests.user_id('ana') || '/nothing.png'), 422, 'file_not_found', 'image',
  'a file that is not there');
select tests.refuses(
  pg_temp.check_file(tests.user_id('bo') || '/dog.png'), 422, 'file_not_found', 'image',
  'somebody else''s, by the same answer');
select tests.refuses(
  pg_temp.check_file(tests.user_id('ana') || '/out.png'), 422, 'file_not_found', 'image',
  'a file in another bucket');
select tests.refuses(
  pg_temp.check_file(tests.user_id('ana') || '-not/cat.png'), 422, 'file_not_found', 'image',
  'a folder whose name begins with one''s own');
select tests.refuses(pg_temp.check_file(''), 422, 'file_not_found', 'image', 'an empty path');
select tests.refuses(
  format('select private.check_input_files(%L, %L, %L)', tests.user_id('ana'), '{"image": {"types": ["image/png"], "max_bytes": 1000}}', '{"image": 7}'),
  422, 'file_not_found', 'image', 'no path at all');
select throws_ok(
  pg_temp.check_file(tests.user_id('bo') || '/dog.png'),
  'PT422',
  'image names no file of yours in the inputs bucket.',
  'the message names the field');

select * from finish();
rollback;
