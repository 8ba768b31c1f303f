/** Everything that takes input from outside. */
import { BACKGROUND } from './background.ts';
import { OPERATIONS } from './operations.ts';
import { PROVIDERS } from './providers.ts';
import type { Target } from './target.ts';
import { WIDGET } from './widget.ts';

export const TARGETS: readonly Target[] = [...OPERATIONS, ...BACKGROUND, WIDGET, ...PROVIDERS];
