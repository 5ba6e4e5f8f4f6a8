begin;
select plan(10);

select tests.deploy();
select is(ops_api.setup() ->> 'version', public.esteira_version(), 'the version of the schema');
select is((select count(*) from jsonb_array_elements(ops_api.setup() -> 'lines') l where l ->> 'area' = 'functions' and l ->> 'verdict' = 'asked'),
  cardinality(private.functions())::bigint, 'the functions are asked');
select is((select array_agg(distinct key order by key) from jsonb_array_elements(ops_api.setup() -> 'lines') l, jsonb_object_keys(l) key),
  '{area,detail,line,name,repair,verdict}', 'a line has what ops.setup_check() has');
select is((select array_agg((l ->> 'line')::integer = n) from jsonb_array_elements(ops_api.setup() -> 'lines') with ordinality e (l, n)) @> '{f}', false,
  'in its order');
select isnt(ops_api.setup() -> 'asked_at', 'null', 'when they were');
select cmp_ok((ops_api.setup() ->> 'ask_again_in_ms')::bigint, '<=', 60000::bigint, 'and in which time they are again');
update private.throttles set passed_at = clock_timestamp() - interval '59 seconds' where name = 'setup';
select cmp_ok((ops_api.setup() ->> 'ask_again_in_ms')::bigint, '<=', 1000::bigint, 'less and less');

select tests.create_user('sue', 0), tests.make_operator('sue', 'support'), tests.create_user('root', 0), tests.make_operator('root', 'admin');
select tests.as_gone('sue', 'support');
select tests.refuses('select ops_api.setup()', 403, 'not_an_operator', null, 'support does not ask');
select tests.as_gone('root', 'admin');
select lives_ok('select ops_api.setup()', 'an admin does');
select tests.as_anon();
select throws_ok('select ops_api.setup()', '42501', null, 'nobody else');
select tests.reset();

select * from finish();
rollback;
