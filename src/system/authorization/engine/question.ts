/** The four ids that name who acts, and whether a User has to stand behind them. */
export interface QuestionActor {
  readonly userId: string;
  readonly memberId: string;
  readonly userMemberId: string;
  readonly spaceId: string;
  /** A machine credential that is bound to the Member acts: there is no User and no binding to be in order. Never set from input. */
  readonly isMachine?: true;
}

type Properties = Readonly<Record<string, unknown>>;

/**
 * What a request says beside who, what and where: JSON that conditions read and nothing else does. It never takes the place of a
 * stored Space, Group, owner or status.
 */
export interface ConditionInput {
  readonly actor?: Properties;
  readonly resource?: Properties;
  readonly action?: Properties;
  /** Surroundings of the request, such as the address of the user. */
  readonly context?: Properties;
}

/** May this actor do this action on this resource? */
export interface Question {
  readonly actor: QuestionActor;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly action: string;
  readonly input?: ConditionInput;
}
