/** The functions' bundles with leaks planted in the project's sources on their way to the bundler. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { BUNDLE_OPTIONS } from '../../../infra/bundling/bundle.ts';
import type { FunctionName } from '../../../infra/bundling/bundles.ts';
import type { Plant } from './plants.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

export class PlantedBundles {
  readonly #folder = mkdtempSync(join(tmpdir(), 'latchkey-planted-'));
  readonly #plants: readonly Omit<Plant, 'found'>[];

  constructor(plants: readonly Omit<Plant, 'found'>[]) {
    this.#plants = plants;
  }

  /** @throws Error where a plant's line is no longer in its file */
  async build(name: FunctionName): Promise<string> {
    const outfile = join(this.#folder, `${name}.mjs`);
    const sources = new Map<string, string>();
    for (const { file, line, instead } of this.#plants) {
      const path = join(ROOT, file);
      const before = sources.get(path) ?? readFileSync(path, 'utf8');
      const parts = before.split(line);
      if (parts.length !== 2)
        throw new Error(`${file} has this ${parts.length - 1} times: ${line}`);
      sources.set(path, parts.join(instead));
    }
    await build({
      ...BUNDLE_OPTIONS,
      entryPoints: [join(ROOT, 'lambdas', `${name}.ts`)],
      outfile,
      plugins: [
        {
          name: 'planted',
          setup: ({ onLoad }) =>
            onLoad({ filter: /\.ts$/ }, ({ path }) => {
              const contents = sources.get(path);
              return contents === undefined ? undefined : { contents, loader: 'ts' };
            }),
        },
      ],
    });
    return outfile;
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
