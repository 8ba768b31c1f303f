/**
 * Whom the alarms tell: a topic of the store's own with one mail address, a topic that there is
 * already, both or nobody. SNS encrypts topics at rest with AWS's own keys; what is sent names
 * alarms, functions and metrics, never a user or a token.
 */
import { Aws, Stack } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { alarmName, alarmTopicName } from '../resource-names.ts';
import type { StoreSettings } from '../store-settings.ts';

export function alarmActions(scope: Construct, settings: StoreSettings): IAlarmAction[] {
  const { alarmEmail, alarmTopicArn } = settings;
  const topics = [
    ...(alarmEmail === '' ? [] : [ownTopic(scope, settings)]),
    ...(alarmTopicArn === '' ? [] : [Topic.fromTopicArn(scope, 'GivenTopic', alarmTopicArn)]),
  ];
  return topics.map((topic) => new SnsAction(topic));
}

function ownTopic(scope: Construct, settings: StoreSettings): Topic {
  const topic = new Topic(scope, 'Topic', {
    topicName: alarmTopicName(settings),
    displayName: `Latchkey ${settings.store}`,
    enforceSSL: true,
  });
  // A topic with a policy of its own is open to nobody whom it does not name.
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsOfThisStore',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: {
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
        ArnLike: { 'aws:SourceArn': alarmArns(scope, settings) },
      },
    }),
  );
  topic.addSubscription(new EmailSubscription(settings.alarmEmail));
  return topic;
}

function alarmArns(scope: Construct, settings: StoreSettings): string {
  return Stack.of(scope).formatArn({
    service: 'cloudwatch',
    resource: `alarm:${alarmName(settings, '*')}`,
  });
}
