/** One step of the story from its number to the AWS calls it took. */
import { countByService, type ServiceCounts } from '../call-counts.ts';
import { type Stage, tokenRequests } from '../stage.ts';

export interface PlayedScene {
  readonly title: string;
  readonly counts: readonly ServiceCounts[];
  readonly zohoTokenRequests: number;
}

export class Scenes {
  readonly played: PlayedScene[] = [];
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Which step is on: 0 before the first. */
  number = 0;

  async play<Value>(title: string, scene: (stage: Stage) => Promise<Value>): Promise<Value> {
    const { narrator, deployment, zoho } = this.#stage;
    this.number += 1;
    narrator.step(this.number, title);
    deployment.aws.calls.length = 0;
    zoho.clearLog();
    const value = await scene(this.#stage);
    const counts = countByService(deployment.aws.calls);
    const { bySdk, byStore } = tokenRequests(this.#stage);
    this.played.push({ title, counts, zohoTokenRequests: bySdk + byStore });
    narrator.gap();
    narrator.aside('AWS calls');
    const called = counts.filter(({ total }) => total > 0);
    narrator.table(called.map(({ service, actions }) => [service, actions]));
    return value;
  }
}
