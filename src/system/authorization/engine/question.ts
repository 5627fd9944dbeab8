/** The four ids that name who acts, and whether a User has to stand behind them. */
export interface QuestionActor {
  readonly userId: string;
  readonly memberId: string;
  readonly userMemberId: string;
  readonly spaceId: string;
  /** A machine credential that is bound to the Member acts: there is no User and no binding to be in order. Never set from input. */
  readonly isMachine?: true;
}

/** May this actor do this action on this resource? */
export interface Question {
  readonly actor: QuestionActor;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly action: string;
}
