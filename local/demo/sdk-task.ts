/** What a process with the Zoho SDK can be asked to do, and what it answers. Types only. */

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** How an application names the token it wants, as the SDK's builder takes it. */
export type Wanted =
  | { readonly by: 'user'; readonly userName: string }
  | { readonly by: 'refresh token'; readonly refreshToken: string; readonly client: Credentials }
  | { readonly by: 'id'; readonly id: string };

export interface SdkToken {
  readonly id: string;
  readonly userName: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Unix epoch in milliseconds. */
  readonly expiresAt: number;
  /** Whose token the CRM takes the access token for: an email address. */
  readonly account: string;
}

/** The SDK has a token now, or said why not. */
export type Outcome =
  | { readonly token: SdkToken }
  | { readonly refused: { readonly code: string; readonly message: string } };

/** Each task with its input; the result of both is an `Outcome`. */
export interface SdkTasks {
  logIn: { readonly grantToken: string; readonly client: Credentials };
  find: Wanted;
}

export type SdkTaskName = keyof SdkTasks;

export type SdkOrder = {
  [Name in SdkTaskName]: {
    readonly task: Name;
    readonly input: SdkTasks[Name];
    /** How far the story's time is ahead of the process's own. Milliseconds. */
    readonly aheadMs: number;
  };
}[SdkTaskName];
