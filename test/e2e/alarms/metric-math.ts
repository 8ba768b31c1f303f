/**
 * The metric math that the alarms use: sums, products and quotients of metrics and numbers, and
 * FILL. Anything else throws. As CloudWatch has it ("Using metric math"): a metric without data
 * counts as 0 beside one that has some, and a point that is divided by zero is dropped.
 */

/** A metric's points, oldest first, the same periods for all of them. */
export type Series = readonly (number | undefined)[];
type Operand = number | Series;

export function evaluateMath(
  expression: string,
  metrics: Readonly<Record<string, Series>>,
): Series {
  const tokens = [...expression.matchAll(/\s*([A-Za-z_]\w*|\d+(?:\.\d+)?|\S)/g)].map(
    ([, token = '']) => token,
  );
  const take = (expected?: string): string => {
    const token = tokens.shift();
    if (token === undefined || (expected !== undefined && token !== expected)) {
      throw new Error(`Metric math is not understood at "${token ?? 'its end'}": ${expression}`);
    }
    return token;
  };
  const sum = (): Operand => {
    let left = product();
    while (tokens[0] === '+' || tokens[0] === '-') left = combine(take(), left, product());
    return left;
  };
  const product = (): Operand => {
    let left = operand();
    while (tokens[0] === '*' || tokens[0] === '/') left = combine(take(), left, operand());
    return left;
  };
  const operand = (): Operand => {
    const token = take();
    if (token === '(') {
      const inner = sum();
      take(')');
      return inner;
    }
    if (token === 'FILL') return fill();
    if (/^\d/.test(token)) return Number(token);
    const series = metrics[token];
    if (series === undefined) throw new Error(`There is no metric ${token}: ${expression}`);
    return series;
  };
  const fill = (): Operand => {
    take('(');
    const series = sum();
    take(',');
    const value = Number(take());
    take(')');
    if (typeof series === 'number' || Number.isNaN(value)) {
      throw new Error(`FILL is not understood: ${expression}`);
    }
    // What it makes of a metric that has no point at all is not documented: the worse is assumed.
    if (series.every((point) => point === undefined)) return series;
    return series.map((point) => point ?? value);
  };
  const result = sum();
  if (tokens.length > 0 || typeof result === 'number') {
    throw new Error(`Metric math is not understood: ${expression}`);
  }
  return result;
}

function combine(operator: string, left: Operand, right: Operand): Operand {
  if (typeof left === 'number') {
    return typeof right === 'number'
      ? (calculate(operator, left, right) ?? Number.NaN)
      : right.map((point) => withNumber(point, (value) => calculate(operator, left, value)));
  }
  if (typeof right === 'number') {
    return left.map((point) => withNumber(point, (value) => calculate(operator, value, right)));
  }
  return left.map((point, at) => {
    const other = right[at];
    return point === undefined && other === undefined
      ? undefined
      : calculate(operator, point ?? 0, other ?? 0);
  });
}

function withNumber(
  point: number | undefined,
  change: (value: number) => number | undefined,
): number | undefined {
  return point === undefined ? undefined : change(point);
}

function calculate(operator: string, left: number, right: number): number | undefined {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    default:
      return right === 0 ? undefined : left / right;
  }
}
