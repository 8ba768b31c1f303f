/** Which findings call a person: what stays as it is, or what is lost, after a repair. */
import {
  emptyReport,
  FINDING_KINDS,
  type FindingKind,
  type Handled,
  unmended,
  withHandled,
} from '../../../../lib/housekeeping/housekeeping-report.ts';

function found(kind: FindingKind, outcome: 'repaired' | 'left', looksRestored = false): number {
  const handled: Handled = { kind, id: '1', outcome };
  return unmended(withHandled({ ...emptyReport('repair', 0), looksRestored }, [handled, handled]));
}

const calling = (outcome: 'repaired' | 'left', looksRestored = false) =>
  FINDING_KINDS.filter((kind) => found(kind, outcome, looksRestored) > 0);

test('what was mended calls nobody, but for tokens that are lost', () => {
  expect(calling('repaired')).toEqual(['dangling-row']);
  expect(calling('repaired', true)).toEqual(['dangling-row']);
});

test('what others got ahead of calls nobody: the next run looks again', () => {
  expect(calling('left')).toEqual(['lost-row', 'behind-row', 'dangling-row', 'conflicting-key']);
});

test('where the table looks restored, what is left on its word calls somebody too', () => {
  expect(calling('left', true)).toEqual([
    'undeleted-secret',
    'orphan-secret',
    'lost-row',
    'behind-row',
    'secret-in-deletion',
    'dangling-row',
    'conflicting-key',
  ]);
  expect(found('orphan-secret', 'left', true)).toBe(2);
});
