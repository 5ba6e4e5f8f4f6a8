begin;
select plan(3);

select tests.deploy();
delete from vault.secrets where name = 'worker_secret_key';
select private.create_lane('echo', 'echoes'), private.create_lane('other', 'others'), private.create_lane('third', 'thirds');
select private.poke('echo');
select is_empty('select * from tests.pokes()', 'no key, no call');
delete from vault.secrets where name = 'project_url';
select private.poke('other');
select is_empty('select * from tests.pokes()', 'neither, no call');
select tests.deploy();
select private.poke('third');
select is((select count(*) from tests.pokes()), 1::bigint, 'both, a call');

select * from finish();
rollback;
