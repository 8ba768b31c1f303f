/** Everything that takes input from outside. */
import { OPERATIONS } from './operations.ts';
import type { Target } from './target.ts';

export const TARGETS: readonly Target[] = [...OPERATIONS];
