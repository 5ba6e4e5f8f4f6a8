-- A provider may name the addresses at which its task is asked after: whoever settles it is another worker.
begin;
select plan(3);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one');
select worker.checkpoint((tests.job('one')).id, (tests.attempt('one')).token, '{"files": {"images": ["https://a.example/1"]}}');
select worker.submitted(
  (tests.job('one')).id, (tests.attempt('one')).token, 'task-1', '{"code": 0}', p_checkpoint => '{"status_url": "https://a.example/s"}');
select is(
  (tests.attempt('one')).checkpoint, '{"files": {"images": ["https://a.example/1"]}, "status_url": "https://a.example/s"}',
  'it is laid over what was known before');
select is(
  private.work_item(tests.job('one'), tests.attempt('one')) #>> '{attempt,checkpoint,status_url}', 'https://a.example/s',
  'and handed to whoever works on the attempt next');

select worker.submitted((tests.job('one')).id, (tests.attempt('one')).token, 'task-1', null);
select is(
  (tests.attempt('one')).checkpoint ->> 'status_url', 'https://a.example/s', 'a worker that knows nothing of it leaves it there');

select * from finish();
rollback;
