/**
 * A failing program without the operations that it fails without. fast-check keeps one for each
 * container, since there are no programs with idle ones.
 */
import type { Operation, Program } from './operation.ts';

export async function withoutSpare(
  program: Program,
  fails: (program: Program) => Promise<boolean>,
): Promise<Program> {
  let smallest = program;
  for (let spared = true; spared; ) {
    spared = false;
    for (const smaller of oneLess(smallest)) {
      if (!(await fails(smaller))) continue;
      smallest = smaller;
      spared = true;
      break;
    }
  }
  return smallest;
}

function* oneLess(program: Program): Generator<Program> {
  const { before, containers, background } = program;
  for (const fewer of without(before)) yield { ...program, before: fewer };
  for (const fewer of without(background)) yield { ...program, background: fewer };
  for (const [place, operations] of containers.entries()) {
    for (const fewer of without(operations)) {
      yield { ...program, containers: containers.with(place, fewer) };
    }
  }
}

function without(operations: readonly Operation[]): (readonly Operation[])[] {
  return operations.map((_, place) => operations.toSpliced(place, 1));
}
