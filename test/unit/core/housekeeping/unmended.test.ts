/** Which findings call a person: what stays as it is, or what is lost, after a repair. */
import {
  emptyReport,
  FINDING_KINDS,
  type FindingKind,
  type Handled,
  SPARED_IN_DOUBT,
  unmended,
  withHandled,
} from '../../../../lib/housekeeping/housekeeping-report.ts';

const found = (kind: FindingKind, outcome: 'repaired' | 'left', looksRestored = false) => {
  const handled: Handled = { kind, id: '1', outcome };
  return unmended(withHandled({ ...emptyReport('repair', 0), looksRestored }, [handled, handled]));
};

test('what was mended calls nobody, but for tokens that are lost', () => {
  const calling = FINDING_KINDS.filter((kind) => found(kind, 'repaired') > 0);
  expect(calling).toEqual(['dangling-row', 'conflicting-key']);
});

test('what others got ahead of calls nobody: the next run looks again', () => {
  const calling = FINDING_KINDS.filter((kind) => found(kind, 'left') > 0);
  expect(calling).toEqual(['dangling-row', 'conflicting-key']);
});

test('what an index that looks restored is not believed about calls somebody, each of it', () => {
  for (const kind of SPARED_IN_DOUBT) {
    expect({ kind, count: found(kind, 'left', true) }).toEqual({ kind, count: 2 });
    expect({ kind, count: found(kind, 'repaired', true) }).toEqual({ kind, count: 0 });
  }
});
