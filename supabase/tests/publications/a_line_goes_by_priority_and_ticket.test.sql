begin;
select plan(5);

select tests.create_user('ana', 1000), tests.enable_publishing(1), tests.connect('ana', 'anas'), tests.connect('ana', 'other');
select tests.freeze('2030-01-01 00:00:00Z');
select tests.publish('ana', 'first', 'anas'), tests.publish('ana', 'second', 'anas'), tests.publish('ana', 'third', 'anas'),
  tests.publish('ana', 'urgent', 'anas', p_priority => 5);
select tests.cancel('first');
select is(tests.line('anas'), 'urgent under way, second held (connection_busy), third held (connection_busy)', 'the urgent one goes first');
select tests.cancel('urgent');
select is(tests.line('anas'), 'second under way, third held (connection_busy)', 'then who came first');

-- Where all slots are taken, the front of a line is ready, and waits among the fronts of others by its ticket.
select tests.publish('ana', 'elsewhere', 'other');
select is(tests.line('other'), 'elsewhere ready', 'without a slot the front is ready and waits');
select tests.cancel('second');
select is(tests.line('other'), 'elsewhere ready', 'a slot goes to who came first, of whatever connection');
select is(tests.line('anas'), 'third under way', 'whose line moved in the same transaction');

select * from finish();
rollback;
