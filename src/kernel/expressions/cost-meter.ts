/** Adds up what evaluations may have cost, in steps. One for all evaluations of a call keeps their number from costing what none may alone. */
export class CostMeter {
  private spent = 0;

  /** @param most - steps that may be spent */
  constructor(private readonly most: number) {}

  get isExhausted(): boolean {
    return this.spent > this.most;
  }

  /** Takes steps for an evaluation; false when there are none left. */
  spend(steps: number): boolean {
    this.spent += steps;
    return !this.isExhausted;
  }
}
