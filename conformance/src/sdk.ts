/**
 * The Zoho SDK that the store uses. The kit must use the very same copy: a token of another copy's
 * class is no OAuthToken to the SDK. So it is looked up from where the subject is.
 */
import { createRequire } from 'node:module';
import type * as ZohoSdk from '@zohocrm/typescript-sdk-8.0';

export type Sdk = typeof ZohoSdk;

const PACKAGE = '@zohocrm/typescript-sdk-8.0';

/** @param from - a file or a file URL whose imports find the SDK */
export function loadSdk(from: string | URL): Sdk {
  return createRequire(from)(PACKAGE) as Sdk;
}
