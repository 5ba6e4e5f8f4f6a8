create function private.words_of_standstill() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('never_can_run', 205, 'error', 'by_operator',
      'Make what is missing: the lane, its queue, its tool or an account with a key. Evidence names it.',
      array['Your job cannot start: something is not set up on our side.', 'We have to put that right.',
        'You can cancel it; you lose nothing.'],
      array['Seu trabalho não pode começar: falta algo do nosso lado.', 'Nós precisamos corrigir isso.',
        'Você pode cancelá-lo sem perder nada.']),
    ('account_has_no_slots', 210, 'error', 'by_operator',
      'Give an account of the lane a capacity: its number of slots is zero.',
      array['Your job cannot start: nothing of this kind may run at the moment.', 'We have to change that.',
        'You can cancel it; you lose nothing.'],
      array['Seu trabalho não pode começar: nada desse tipo pode rodar no momento.', 'Nós precisamos mudar isso.',
        'Você pode cancelá-lo sem perder nada.']),
    ('lane_paused', 220, 'wait', 'by_operator', 'Resume the lane when the reason for its pause is over.',
      array['Jobs of this kind are paused at the moment.', 'Yours starts by itself{when} once they go on.',
        'You can cancel it until then.'],
      array['Trabalhos desse tipo estão pausados no momento.', 'O seu começa sozinho{when}, assim que eles voltarem.',
        'Até lá, você pode cancelá-lo.']),
    ('account_paused', 225, 'warn', 'by_operator',
      'Look at the reason: top up the balance or replace the key of the account, then resume it.',
      array['The service that does this work does not accept jobs from us at the moment.',
        'Your job starts by itself{when} once that is solved on our side.', 'You can cancel it until then.'],
      array['O serviço que faz esse trabalho não está aceitando trabalhos nossos no momento.',
        'O seu começa sozinho{when}, assim que resolvermos isso.', 'Até lá, você pode cancelá-lo.']),
    ('circuit_open', 230, 'warn', 'by_provider', 'Look at the provider''s status page; it is tried again by itself.',
      array['The service that does this work is not answering.', 'Your job starts by itself once it is back.',
        'You can cancel it until then.'],
      array['O serviço que faz esse trabalho não está respondendo.', 'O seu começa sozinho quando ele voltar.',
        'Até lá, você pode cancelá-lo.'])
$$;
comment on function private.words_of_standstill() is 'The words of findings about lanes in which nothing starts.';
revoke execute on function private.words_of_standstill() from public;

create function private.words_of_times() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('scheduled_for', 240, 'wait', 'by_itself', null,
      array['Your job is scheduled for later.', 'It starts by itself{when}.', 'You can cancel it until then.'],
      array['Seu trabalho está agendado para depois.', 'Ele começa sozinho{when}.', 'Até lá, você pode cancelá-lo.']),
    ('retry_at', 245, 'wait', 'by_itself', null,
      array['A try of your job did not work.', 'It is tried again by itself{when}.', 'You can cancel it until then.'],
      array['Uma tentativa do seu trabalho não deu certo.', 'Ele é tentado de novo sozinho{when}.',
        'Até lá, você pode cancelá-lo.']),
    ('provider_busy', 250, 'wait', 'by_provider', null,
      array['The service that does this work is busy.',
        'Your job is offered to it again{when}, and that costs nothing.', 'You can cancel it until then.'],
      array['O serviço que faz esse trabalho está ocupado.', 'O seu é oferecido de novo{when}, sem custo.',
        'Até lá, você pode cancelá-lo.'])
$$;
comment on function private.words_of_times() is 'The words of findings about jobs that wait for a time.';
revoke execute on function private.words_of_times() from public;

create function private.words_of_the_line() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('user_limit', 255, 'wait', 'by_itself', null,
      array['You have as many jobs of this kind running as you may: {active}.',
        'This one starts by itself{when}, when one of them ends.', 'You can cancel one of them.'],
      array['Você já tem o máximo de trabalhos desse tipo em andamento: {active}.',
        'Este começa sozinho{when}, quando um deles terminar.', 'Você pode cancelar um deles.']),
    ('rate_limited_until', 260, 'wait', 'by_itself', null,
      array['Only so many jobs of this kind may start in a short time.', 'Yours starts by itself{when}.',
        'You can cancel it until then.'],
      array['Só um certo número de trabalhos desse tipo pode começar em pouco tempo.', 'O seu começa sozinho{when}.',
        'Até lá, você pode cancelá-lo.']),
    ('expires_in_line', 262, 'warn', 'by_operator', 'Raise the capacity of the lane, or more jobs end as expired.',
      array['There is so much to do that your job may not start in time.',
        'If it does not, it ends and you get its price back.', 'You can wait, or cancel it.'],
      array['Há tanto a fazer que seu trabalho pode não começar a tempo.',
        'Se não começar, ele termina e você recebe o valor de volta.', 'Você pode esperar ou cancelá-lo.']),
    ('queue_backlog', 265, 'warn', 'by_itself', 'Raise the capacity of the lane, or do nothing: it drains by itself.',
      array['There is a lot to do, and it takes longer than usual.', 'Your job starts by itself{when}.',
        'You can cancel it until then.'],
      array['Há muito a fazer, e está demorando mais que o normal.', 'Seu trabalho começa sozinho{when}.',
        'Até lá, você pode cancelá-lo.']),
    ('tool_disabled', 268, 'wait', 'by_operator', 'Switch the tool on again (is_enabled), if it is to take new jobs.',
      array['This tool is switched off for new jobs.', 'What was asked for before goes on.',
        'A job that has failed cannot be tried again until it is back.'],
      array['Esta ferramenta está desligada para novos trabalhos.', 'O que já foi pedido continua.',
        'Um trabalho que falhou só pode ser repetido quando ela voltar.']),
    ('waiting_for_slot', 270, 'wait', 'by_itself', null,
      array['Your job is waiting for its turn.', 'It starts by itself{when}.', 'You can cancel it until then.'],
      array['Seu trabalho está aguardando a vez.', 'Ele começa sozinho{when}.', 'Até lá, você pode cancelá-lo.']),
    ('not_dispatched', 280, 'warn', 'by_operator',
      'Its turn has come and nobody has started it: see whether the schedules run, then call private.tick().',
      array['It is your job''s turn, but it has not started yet.', 'We are looking into it.',
        'You can cancel it until then.'],
      array['É a vez do seu trabalho, mas ele ainda não começou.', 'Estamos verificando.',
        'Até lá, você pode cancelá-lo.'])
$$;
comment on function private.words_of_the_line() is 'The words of findings about jobs in line.';
revoke execute on function private.words_of_the_line() from public;

create function private.words_of_waiting() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  select * from private.words_of_standstill()
  union all select * from private.words_of_times()
  union all select * from private.words_of_the_line()
$$;
comment on function private.words_of_waiting() is 'The words of findings about jobs that wait.';
revoke execute on function private.words_of_waiting() from public;
