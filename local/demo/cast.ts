/** Who plays: two users of the application, and what each holds once logged in. */
import type { ZohoUser } from '../zoho/zoho-accounts.ts';
import type { SdkToken } from './sdk-task.ts';

export interface User extends ZohoUser {
  readonly name: string;
}

export const ADA: User = { name: 'Ada', email: 'ada@zylker.com', zgid: '7000' };
export const GRACE: User = { name: 'Grace', email: 'grace@zylker.com', zgid: '7000' };

/** What the SDK calls a user. */
export function userNameOf({ email, zgid }: ZohoUser): string {
  return `${email}:${zgid}`;
}

export interface Login {
  readonly user: User;
  readonly grantToken: string;
  readonly token: SdkToken;
}
