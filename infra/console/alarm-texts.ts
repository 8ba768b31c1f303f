/**
 * Which alarms a store has, and what its users feel when one goes off: one sentence each, which
 * the alarm's mail says. RUNBOOK.md has a section of the same name for each. No CDK here.
 */

export const ALARM_TEXTS = {
  'sweep-stopped':
    'Nobody refreshes tokens ahead of their expiry: callers wait for the provider, and idle hours end in expired tokens.',
  'tokens-overdue':
    'Tokens are refreshed late: the next ones may expire before their turn, and callers wait for the provider.',
  'workers-stuck':
    'Tokens that are due are handed out but not refreshed: callers wait for the provider.',
  'expired-token':
    'Somebody asked for a token and there was none that works: find gave an expired one, getAccessToken an error.',
  'needs-reauthorization':
    'A user has to log in again: the provider refuses the grant, twice and for good.',
  'client-fault':
    'The provider refuses an OAuth client or suddenly most of its grants: as its tokens expire, its users are locked out.',
  'provider-failing':
    'The provider fails or throttles: nothing yet for whoever has a valid token, no new tokens for the others.',
  'dead-letters':
    'A token or a tick failed again and again and was put aside: that token is not refreshed ahead of its expiry.',
  'operation-errors':
    'A caller got an error that is no answer of the contract: a bug or a time-out.',
  'background-errors':
    'Sweep, workers, housekeeper or token list ended in an error: refreshes may come later.',
  'store-unavailable':
    'Callers are told STORE_UNAVAILABLE: an AWS service fails, throttles or is too slow.',
  'lambda-throttled':
    'Lambda refuses invocations: callers wait for retries or fail, refreshes come late.',
  'table-throttled': 'DynamoDB throttles the index: calls are slow, and some fail.',
  'quota-headroom':
    'More is due than the pace of scheduled refreshes allows: tokens will be late as soon as more come.',
  housekeeper:
    'The housekeeper found what it cannot mend: single users may miss their token until a person decides.',
  'lost-events':
    'Applications were not told of some refreshes: who relies on Token Refreshed events has older tokens.',
} as const;

export type AlarmName = keyof typeof ALARM_TEXTS;
