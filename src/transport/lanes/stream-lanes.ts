import type { Plan } from '../../graphql/index.js';
import { metricsRef } from '../../system/shared/contracts/index.js';
import type { EventFeed, IndexedEvent } from '../../system/shared/services/index.js';
import { LaneMember, type Subscription } from './lane-member.js';
import { SharedView } from './shared-view.js';

/** The shared executions of the open subscriptions of a process. */
export class StreamLanes {
  private readonly views = new Map<Plan, Map<EventFeed<IndexedEvent>, Map<string, SharedView>>>();

  /** Views that are open now. */
  get size(): number {
    return [...this.views.values()].flatMap((feeds) => [...feeds.values()]).reduce((sum, { size }) => sum + size, 0);
  }

  /** Lets a subscription share whenever it may. */
  offer(subscription: Subscription): void {
    subscription.source.attach(new LaneMember(subscription, (member) => this.find(member)));
  }

  private find({ plan, context, variables, source: { feed }, seat: { results } }: Subscription): SharedView | undefined {
    const execution = plan.share(context, variables);
    if (execution === undefined) return undefined;
    const metrics = context.services.get(metricsRef);
    const feeds = this.views.get(plan) ?? new Map<EventFeed<IndexedEvent>, Map<string, SharedView>>();
    const views = feeds.get(feed) ?? new Map<string, SharedView>();
    const known = views.get(execution.key);
    if (known !== undefined) return known;
    const onEmpty = (): void => {
      views.delete(execution.key);
      if (views.size === 0) feeds.delete(feed);
      if (feeds.size === 0) this.views.delete(plan);
    };
    const view = new SharedView({ feed, execution, finish: results.sharedFinish(), countDeliveries: (count) => metrics.countStreamDeliveries('shared', count), onEmpty });
    this.views.set(plan, feeds);
    feeds.set(feed, views);
    views.set(execution.key, view);
    return view;
  }
}
