/**
 * Pure: the little of the CRM API that a token needs to prove itself: who the user is, the
 * organisation, and one module to read. Everything else is INVALID_URL_PATTERN, as at Zoho.
 */
import type { ZohoUser } from './zoho-accounts.ts';
import type { ZohoReply } from './zoho-reply.ts';

const INVALID_TOKEN: ZohoReply = {
  status: 401,
  body: { code: 'INVALID_TOKEN', details: {}, message: 'invalid oauth token', status: 'error' },
};

/** The SDK reads a module's fields before its first record. */
const LAST_NAME_FIELD = {
  id: '4150868000000000593',
  api_name: 'Last_Name',
  data_type: 'text',
  json_type: 'string',
  field_label: 'Last Name',
};

/** `user` is whose access token came with the request; undefined where it is not live. */
export function crmReply(path: string, user: ZohoUser | undefined): ZohoReply {
  if (user === undefined) return INVALID_TOKEN;
  switch (path) {
    case '/crm/v8/users':
      return page('users', { id: '4150868000000225013', email: user.email, full_name: user.email });
    case '/crm/v8/org':
      return { status: 200, body: { org: [{ id: '4150868000000225014', zgid: user.zgid }] } };
    case '/crm/v8/settings/fields':
      return page('fields', LAST_NAME_FIELD);
    case '/crm/v8/Leads':
      return page('data', { id: '4150868000000376008', Last_Name: 'Boyle' });
    default:
      return {
        status: 404,
        body: {
          code: 'INVALID_URL_PATTERN',
          details: {},
          message: 'no such path',
          status: 'error',
        },
      };
  }
}

function page(name: string, record: Record<string, unknown>): ZohoReply {
  return {
    status: 200,
    body: {
      [name]: [record],
      info: { per_page: 200, count: 1, page: 1, more_records: false },
    },
  };
}
