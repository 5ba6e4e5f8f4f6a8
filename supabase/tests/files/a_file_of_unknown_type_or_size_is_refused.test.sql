begin;
select plan(3);

select tests.create_user('ana');
select tests.put_file('ana', 'typeless', null, 10), tests.put_file('ana', 'boundless', 'image/png', null);
insert into storage.objects (bucket_id, name) values ('inputs', tests.user_id('ana') || '/bare');

create function pg_temp.check_file(p_name text) returns text language sql as $$
  select format('select private.check_input_files(%L, %L, %L)', tests.user_id('ana'),
    '{"image": {"types": ["image/png"], "max_bytes": 1000}}', jsonb_build_object('image', tests.user_id('ana') || '/' || p_name))
$$;
select tests.refuses(pg_temp.check_file('typeless'), 415, 'unsupported_file_type', 'image', 'a file without a type');
select tests.refuses(pg_temp.check_file('boundless'), 413, 'file_too_large', 'image', 'a file without a size');
select tests.refuses(
  pg_temp.check_file('bare'), 415, 'unsupported_file_type', 'image',
  'a file of which nothing is known');

select * from finish();
rollback;
