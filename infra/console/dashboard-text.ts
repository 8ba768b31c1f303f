/** What stands on the dashboard: how to read it, and where to go from there. Names, never tokens. */
import { Aws } from 'aws-cdk-lib';
import { alarmName, secretPrefix } from '../resource-names.ts';
import type { StoreSettings } from '../store-settings.ts';
import { runbookLink } from './runbook-link.ts';

export function dashboardText(settings: StoreSettings): string {
  const runbook = runbookLink(settings);
  const aws = `https://${Aws.REGION}.console.aws.amazon.com`;
  const alarms = `${aws}/cloudwatch/home?region=${Aws.REGION}#alarmsV2:?search=${alarmName(settings, '')}`;
  const logs = `${aws}/cloudwatch/home?region=${Aws.REGION}#logsV2:logs-insights`;
  const secrets = `${aws}/secretsmanager/listsecrets?region=${Aws.REGION}&search=all%3D${encodeURIComponent(secretPrefix(settings))}`;
  return [
    `# Latchkey: ${settings.store}`,
    '**Is it well?** No alarm is red, the least life stays above its line, and the sweep has a ' +
      'line near 0.',
    '**If not:** open the red alarm. Its text says what users feel, and which section of the ' +
      `runbook says what to do: ${settings.runbookUrl === '' ? `\`${runbook}\`` : `[${runbook}](${runbook})`}.`,
    'Below, row by row: refreshes on time · limits · functions · index and provider · cost · ' +
      'housekeeping.',
    `[Alarms](${alarms}) · [Logs](${logs}) · [Secrets](${secrets})`,
  ].join('\n\n');
}
