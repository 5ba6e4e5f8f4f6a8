-- stored_bytes: the sum over all results is not made at every create, and is exact where it matters.
begin;
select plan(12);

select tests.create_user('ana', 1000);
select tests.enable_echo(1000), tests.enable_tool('large', 'echo', 1000);
update public.tools set max_output_bytes = 100 where tool = 'echo';
update private.lanes set max_active_per_user = null where true;
create function pg_temp.sum() returns bigint language sql as $$ select bytes::bigint from private.stored_sums where user_id = tests.user_id('ana') $$;
select ops.set_storage_limit(null, 2000000000);

select tests.create_job('ana', '1');
select is(pg_temp.sum(), 0::bigint, 'the first create adds up');
select tests.create_job('ana', '2');
select is(pg_temp.sum(), 0::bigint, 'one that cannot have come to the limit does not');
select tests.create_job('ana', n::text) from generate_series(3, 5) n;
select is(pg_temp.sum(), 400::bigint, 'one that might have does, as the largest tool would have it');
select ops.set_storage_limit(null, 9007199254740991);
select tests.create_job('ana', n::text) from generate_series(6, 105) n;
select is(pg_temp.sum(), 400::bigint, 'a hundred creates are counted');
select tests.create_job('ana', '106');
select is(pg_temp.sum(), 10500::bigint, 'then it is added up again');

-- A tool that may store more, jobs of before included.
select ops.set_storage_limit(null, 1000000);
select lives_ok($$ select tests.create_job('ana', 'before') $$, 'there is room');
update public.tools set max_output_bytes = 10000 where tool = 'echo';
select is(pg_temp.sum(), null, 'what was added up is forgotten with it');
select tests.refuses(
  $$ select tests.create_job('ana', 'after') $$, 413, 'storage_full', '{"limit": 1000000, "used": 0, "reserved": 1070000, "required": 10000}',
  'and there is none any more');

-- To the byte, however it came to be known.
update public.tools set max_output_bytes = 100 where tool = 'echo';
update public.tools set max_output_bytes = 100 where tool = 'large';
select ops.set_storage_limit(null, 10899);
select lives_ok($$ select tests.create_job('ana', 'last but one') $$, 'one of 100 bytes');
select tests.refuses(
  $$ select tests.create_job('ana', 'too much') $$, 413, 'storage_full', '{"limit": 10899, "used": 0, "reserved": 10800, "required": 100}', 'and a byte too little for another');
select ops.set_storage_limit(null, 10900);
select lives_ok($$ select tests.create_job('ana', 'last') $$, 'to the last byte');
select tests.freeze('2020-01-01 00:00Z');
select tests.refuses(
  $$ select tests.create_job('ana', 'too much') $$, 413, 'storage_full', null, 'and a clock that is set back makes no room');

select * from finish();
rollback;
