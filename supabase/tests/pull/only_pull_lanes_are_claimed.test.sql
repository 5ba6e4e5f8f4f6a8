begin;
select plan(7);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one');
select tests.refuses($$ select worker.claim('echo', 'w1', 1) $$, 409, 'lane_not_pull', 'lane', 'a provider''s jobs are not for claiming');
select is((tests.job('one')).current_step, 'starting', 'they stay as they are');
select tests.refuses($$ select worker.claim('nowhere', 'w1', 1) $$, 404, 'lane_not_found', 'lane', 'a lane must exist');
select tests.enable_pull(1);
select tests.refuses($$ select worker.claim('echo', '', 1) $$, 422, 'invalid_input', 'worker', 'a worker says who it is');
select tests.refuses($$ select worker.claim('echo', null, 1) $$, 422, 'invalid_input', 'worker', 'always');
select tests.refuses($$ select worker.claim('echo', 'w1', 0) $$, 422, 'invalid_input', 'quantity', 'and how many it can do');
select tests.refuses($$ select worker.claim('echo', 'w1', 101) $$, 422, 'invalid_input', 'quantity', 'within reason');

select * from finish();
rollback;
