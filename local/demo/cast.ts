/** Who plays: the users of the application, and what each holds once logged in. */
import type { ZohoUser } from '../zoho/zoho-accounts.ts';
import type { SdkToken } from './sdk-task.ts';

export interface User extends ZohoUser {
  readonly name: string;
}

export const ADA: User = { name: 'Ada', email: 'ada@zylker.com', zgid: '7000' };
export const GRACE: User = { name: 'Grace', email: 'grace@zylker.com', zgid: '7000' };

/** Eight more, for a while; none of them is anything but a name and an address. */
export const [ALAN, JOAN, IVAN, MARY, KEN, LIN, OMAR, ROSA] = [
  'Alan',
  'Joan',
  'Ivan',
  'Mary',
  'Ken',
  'Lin',
  'Omar',
  'Rosa',
].map(colleague) as [User, User, User, User, User, User, User, User];

function colleague(name: string): User {
  return { name, email: `${name.toLowerCase()}@zylker.com`, zgid: '7000' };
}

/** What the SDK calls a user. */
export function userNameOf({ email, zgid }: ZohoUser): string {
  return `${email}:${zgid}`;
}

export interface Login {
  readonly user: User;
  readonly grantToken: string;
  readonly token: SdkToken;
}
