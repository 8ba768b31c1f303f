/** The operator's token list in a CloudWatch dashboard: see lib/console/token-widget.ts. */
import { TokenWidget } from '../lib/console/token-widget.ts';
import { widget } from './runtime/widget.ts';
import { consoleParts } from './runtime/wiring.ts';

const tokens = new TokenWidget(consoleParts());

export const handler = widget((event, endpoint, deadline) =>
  tokens.answer(event, endpoint, deadline),
);
