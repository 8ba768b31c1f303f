/**
 * Table settings that dynalite does not know: time to live and point-in-time recovery. They are
 * accepted and described, and nothing more: no item expires, no backup is made.
 */

export class TableSettings {
  readonly #timeToLiveAttributes = new Map<string, string>();
  readonly #recoverable = new Set<string>();

  updateTimeToLive(request: Record<string, unknown>): Record<string, unknown> {
    const table = String(request['TableName']);
    const specification = request['TimeToLiveSpecification'] as {
      AttributeName: string;
      Enabled: boolean;
    };
    if (specification.Enabled) this.#timeToLiveAttributes.set(table, specification.AttributeName);
    else this.#timeToLiveAttributes.delete(table);
    return { TimeToLiveSpecification: specification };
  }

  describeTimeToLive(request: Record<string, unknown>): Record<string, unknown> {
    const attribute = this.#timeToLiveAttributes.get(String(request['TableName']));
    return {
      TimeToLiveDescription:
        attribute === undefined
          ? { TimeToLiveStatus: 'DISABLED' }
          : { TimeToLiveStatus: 'ENABLED', AttributeName: attribute },
    };
  }

  updateContinuousBackups(request: Record<string, unknown>): Record<string, unknown> {
    const table = String(request['TableName']);
    const specification = request['PointInTimeRecoverySpecification'] as {
      PointInTimeRecoveryEnabled: boolean;
    };
    if (specification.PointInTimeRecoveryEnabled) this.#recoverable.add(table);
    else this.#recoverable.delete(table);
    return this.describeContinuousBackups(request);
  }

  describeContinuousBackups(request: Record<string, unknown>): Record<string, unknown> {
    const on = this.#recoverable.has(String(request['TableName']));
    return {
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: 'ENABLED',
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: on ? 'ENABLED' : 'DISABLED' },
      },
    };
  }
}
