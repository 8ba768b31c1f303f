/** What the widget says of itself when a dashboard asks it to describe itself: Markdown. */
import { FILTERS } from './token-condition.ts';

/** The dashboard takes the first YAML block for the widget's parameters. */
export const WIDGET_DOCUMENTATION = `## Latchkey: the tokens of a store

A list of OAuth tokens: whose they are, whether they work, what failed and when it is tried again,
with a link to each secret in Secrets Manager. It shows no secret and can read none.

- **Filter** by state, or **search** for exactly one user name or token id.
- **Refresh now** asks for a refresh, which the next sweep makes within a minute. A token that needs
  re-authorization is probed.
- **Mark checked** notes that somebody has looked at a failure, until the token works again.

Whoever may invoke this function may do both. Parameters:

\`\`\` yaml
state: failing
\`\`\`

Parameter | Meaning
---|---
**state** | What is shown at first: ${FILTERS.join(', ')}
`;
