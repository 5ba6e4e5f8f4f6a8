begin;
select plan(9);

select tests.create_user('ana');
select tests.put_file('ana', 'cat.gif', 'image/gif', 1000), tests.put_file('ana', 'cat.png', 'image/png', 1000),
  tests.put_file('ana', 'large.png', 'image/png', 1001), tests.put_file('ana', 'huge.gif', 'image/gif', 5000000000);

create function pg_temp.check_file(p_name text) returns text language sql as $$
  select format('select private.check_input_files(%L, %L, %L)', tests.user_id('ana'),
    '{"image": {"types": ["image/png", "image/jpeg"], "max_bytes": 1000}}', jsonb_build_object('image', tests.user_id('ana') || '/' || p_name))
$$;
select tests.refuses(
  pg_temp.check_file('cat.gif'), 415, 'unsupported_file_type', 'image',
  'a type that the tool does not take');
select throws_ok(
  pg_temp.check_file('cat.gif'), 'PT415', 'image is image/gif, which this tool does not take.',
  'the message names it');
select tests.refuses(pg_temp.check_file('large.png'), 413, 'file_too_large', 'image', 'one byte too many');
select tests.refuses(
  pg_temp.check_file('huge.gif'), 415, 'unsupported_file_type', 'image',
  'the type is looked at first');
select lives_ok(pg_temp.check_file('cat.png'), 'the largest file that is allowed');

select lives_ok(pg_temp.check_file(name), 'a type is the same however it is written: ' || type) from (
  select tests.put_file('ana', n || '.jpg', type), n || '.jpg' as name, type
  from unnest(array['image/jpg', 'IMAGE/JPEG', 'image/jpeg; charset=utf-8']) with ordinality t (type, n)) files;

select lives_ok(
  format('select private.check_input_files(%L, %L, %L)', tests.user_id('ana'), '{"image": {"types": ["IMAGE/JPG"], "max_bytes": 1000}}',
    jsonb_build_object('image', tests.user_id('ana') || '/1.jpg')), 'also in a tool''s rules');

select * from finish();
rollback;
