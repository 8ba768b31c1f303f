/** Which findings call a person: what stays as it is, or what is lost, after a repair. */
import {
  emptyReport,
  FINDING_KINDS,
  type FindingKind,
  type Handled,
  unmended,
  withHandled,
} from '../../../../lib/housekeeping/housekeeping-report.ts';

const found = (kind: FindingKind, outcome: 'repaired' | 'left', tooManyOrphans = false) => {
  const handled: Handled = { kind, id: '1', outcome };
  return unmended(withHandled({ ...emptyReport('repair', 0), tooManyOrphans }, [handled, handled]));
};

test('what was mended calls nobody, but for tokens that are lost', () => {
  const calling = FINDING_KINDS.filter((kind) => found(kind, 'repaired') > 0);
  expect(calling).toEqual(['dangling-row', 'conflicting-key']);
});

test('what others got ahead of calls nobody: the next run looks again', () => {
  const calling = FINDING_KINDS.filter((kind) => found(kind, 'left') > 0);
  expect(calling).toEqual(['dangling-row', 'conflicting-key']);
});

test('orphans call somebody where they were too many to be touched, each of them', () => {
  expect(found('orphan-secret', 'left', true)).toBe(2);
  expect(found('orphan-secret', 'repaired', true)).toBe(0);
});
