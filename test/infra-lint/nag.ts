/**
 * cdk-nag over an app: its packs as plugins of the synthesis, and once more without regard to
 * acknowledgements, to tell which of those nothing needs.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, type NagPack, ServerlessChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';

/** A rule that something breaks, with the id by which it is acknowledged. */
export interface Finding {
  readonly id: string;
  readonly path: string;
  readonly text: string;
}

export interface NagResult {
  /** What no acknowledgement explains. */
  readonly unexplained: readonly Finding[];
  /** Acknowledgements, with their reason, of what is not found (any more). */
  readonly unused: readonly Finding[];
  /** Acknowledgements that say why, and for what. */
  readonly explained: readonly Finding[];
}

const packsFor = (app: App) => [new AwsSolutionsChecks(app), new ServerlessChecks(app)];

export function nag(app: App): NagResult {
  Validations.of(app).addPlugins(...packsFor(app));
  const unexplained = synthesize(app);
  const found = packsFor(app).flatMap((pack) => everyFinding(pack, app));
  const acknowledged = acknowledgements(app);
  const isUsed = ({ id, path }: Finding) =>
    found.some((finding) => finding.id === id && `${finding.path}/`.startsWith(`${path}/`));
  return {
    unexplained,
    unused: acknowledged.filter((one) => !isUsed(one)),
    explained: acknowledged.filter(isUsed),
  };
}

/** What the report of the synthesis says; a synthesis that fails for another reason still throws. */
function synthesize(app: App): Finding[] {
  try {
    app.synth();
  } catch (error) {
    if ((error as Error).name !== 'ValidationFailed') throw error;
  }
  const report = JSON.parse(
    readFileSync(join(app.outdir, 'validation-report.json'), 'utf8'),
  ) as Report;
  return report.pluginReports.flatMap(({ violations }) =>
    violations.flatMap(({ ruleName, description, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => ({
        id: ruleName,
        path: constructPath ?? '',
        text: description,
      })),
    ),
  );
}

interface Report {
  readonly pluginReports: readonly {
    readonly violations: readonly {
      readonly ruleName: string;
      readonly description: string;
      readonly violatingConstructs: readonly { readonly constructPath?: string }[];
    }[];
  }[];
}

/** The pack asks itself what is acknowledged, in a method that TypeScript calls private. */
function everyFinding(pack: NagPack, app: App): Finding[] {
  if (!('isAcknowledged' in pack)) throw new Error('cdk-nag does not look up acknowledgements.');
  Reflect.set(pack, 'isAcknowledged', () => false);
  return pack
    .validateScope(app)
    .violations.flatMap(({ ruleName, description, violatingResources }) =>
      violatingResources.map(({ constructPath }) => ({
        id: ruleName,
        path: constructPath ?? '',
        text: description,
      })),
    );
}

function acknowledgements(app: App): Finding[] {
  const all: IConstruct[] = app.node.findAll();
  return all.flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .map(([id, text]) => ({ id: id.replace(/^annotation::/i, ''), path: node.path, text })),
  );
}
