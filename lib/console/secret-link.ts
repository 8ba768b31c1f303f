/** Where a token's secret is found in the Secrets Manager console. Pure. */

export interface SecretLink {
  readonly name: string;
  /** Absent in a partition whose console is not known. */
  readonly href?: string;
}

/** https://docs.aws.amazon.com/general/latest/gr/mgmt-console.html, and the other partitions' */
const CONSOLE_OF_PARTITION: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
  'aws-eusc': 'console.amazonaws-eusc.eu',
};

/** Secrets Manager ends an ARN with a hyphen and six characters of its own. */
const SECRET_ARN =
  /^arn:(?<partition>[a-z-]+):secretsmanager:(?<region>[a-z0-9-]+):\d+:secret:(?<name>.+)-\w{6}$/;

export function secretLink(secretArn: string): SecretLink {
  const {
    partition = '',
    region = '',
    name = secretArn,
  } = SECRET_ARN.exec(secretArn)?.groups ?? {};
  const host = Object.hasOwn(CONSOLE_OF_PARTITION, partition) && CONSOLE_OF_PARTITION[partition];
  if (!host) return { name };
  const query = `name=${encodeURIComponent(name)}&region=${region}`;
  return { name, href: `https://${region}.${host}/secretsmanager/secret?${query}` };
}
