begin;
select plan(3);

select throws_ok($$ select private.refuse(404, 'no_such_thing', 'There is no thing 7.') $$, 'PT404', 'There is no thing 7.',
  'the SQLSTATE carries the HTTP status, the message speaks to people');
select tests.refuses($$ select private.refuse(422, 'invalid_scale', 'Too big.', 'scale') $$, 422, 'invalid_scale', 'scale',
  'detail is the code for machines, hint the field');
select tests.refuses($$ select private.refuse(409, 'taken', 'Too late.') $$, 409, 'taken', null,
  'a hint is not needed');

select * from finish();
rollback;
