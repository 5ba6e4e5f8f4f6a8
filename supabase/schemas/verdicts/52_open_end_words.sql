create function private.words_of_open_ends() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('credits_drift', 722, 'error', 'by_operator',
      'See ops.credit_drift() and the entries of the job; mend by ops.grant_credits.',
      array['What you paid for this job does not add up.', 'It is our mistake, and we have to mend it.'],
      array['O que você pagou por este trabalho não confere.', 'O erro é nosso, e precisamos corrigi-lo.']),
    ('task_winding_down', 725, 'wait', 'by_itself', null,
      array['The service is still stopping what it had begun.', 'That is over by itself, at the latest{when}.'],
      array['O serviço ainda está parando o que tinha começado.', 'Isso termina sozinho, no máximo{when}.']),
    ('refund_due', 730, 'wait', 'by_itself', null,
      array['Whether you get back what it cost is not decided yet.', 'That is decided by itself, at the latest{when}.'],
      array['Ainda não está decidido se você recebe de volta o que ele custou.',
        'Isso se decide sozinho, no máximo{when}.']),
    ('refunded', 731, 'info', 'never', null,
      array['You got back what it cost (credits: {credits}).'],
      array['Você recebeu de volta o que ele custou (créditos: {credits}).']),
    ('refund_withheld', 732, 'info', 'never', null,
      array['What it cost is not given back.', 'The service had done the work before it could be stopped.'],
      array['O que ele custou não é devolvido.', 'O serviço fez o trabalho antes que pudesse ser parado.']),
    ('effect_failed', 740, 'error', 'by_operator', 'Mend what the message says; the job itself is what it is.',
      array['Your job is over, but could not be shown where it belongs.', 'You find it among your jobs.'],
      array['Seu trabalho terminou, mas não pôde ser mostrado no lugar dele.', 'Ele está entre os seus trabalhos.']),
    ('node_missing', 742, 'warn', 'never', null,
      array['What your job was made for is not there any more.', 'You find the job among your jobs.'],
      array['Aquilo para que o trabalho foi feito não existe mais.', 'Ele está entre os seus trabalhos.']),
    ('effect_pending', 745, 'wait', 'by_itself', null,
      array['Your job is over, and is about to be shown where it belongs.', 'That happens by itself{when}.'],
      array['Seu trabalho terminou e logo será mostrado no lugar dele.', 'Isso acontece sozinho{when}.']),
    ('result_expired', 748, 'info', 'never', null,
      array['The files of this job were deleted after their time.', 'You can do it again.'],
      array['Os arquivos deste trabalho foram apagados após o prazo.', 'Você pode refazê-lo.'])
$$;
comment on function private.words_of_open_ends() is
  'The words of findings about what a job that has ended leaves behind: money, task, effect, files.';
revoke execute on function private.words_of_open_ends() from public;
