/**
 * What a function of the application does with the installed client, in the environment that its
 * grants gave it: one operation, whose answer it prints. `node caller.mjs findToken '{…}'`
 */
import { LatchkeyClient } from 'latchkey/client';

const [operation = '', event = '{}'] = process.argv.slice(2);
const client = LatchkeyClient.fromEnvironment();
const answer = await client[operation](JSON.parse(event)).catch(({ code, name, message }) => ({
  refused: { code, name, message },
}));
console.log(JSON.stringify(answer));
