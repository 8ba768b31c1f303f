/** The environment of a program whose AWS is an emulator: Region and dummy credentials. */

export const REGION = 'us-east-1';
export const CREDENTIALS = { accessKeyId: 'emulator', secretAccessKey: 'emulator' };

/** A profile or a session token of the developer's must not meet the dummy credentials. */
export function emulatorEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'));
  return {
    ...Object.fromEntries(inherited),
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
