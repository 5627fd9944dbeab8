import { Field, Float, ID, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../../shared/resolvers/index.js';
import { CapabilityStateName } from './enums.js';

@ObjectType({ simpleResolvers: true, description: 'Why a capability failed.' })
export class CapabilityError {
  @Field(() => String, { description: 'Stable code.' })
  code!: string;

  @Field(() => String, { description: 'A sentence for operators.' })
  message!: string;
}

@ObjectType('Capability', { simpleResolvers: true, description: 'A building block of the system.' })
export class Capability {
  @Field(() => ID, { description: 'Its id, such as identity.business.' })
  id!: string;

  @Field(() => String, { description: 'Its name for people.' })
  name!: string;

  @Field(() => String, { description: 'Its semantic version.' })
  version!: string;

  @Field(() => String, { description: 'experimental, preview or stable.' })
  stability!: string;

  @Field(() => CapabilityStateName, { description: 'Where it stands.' })
  state!: CapabilityStateName;

  @Field(() => String, { nullable: true, description: 'Why it stands there, or what it waits for.' })
  reason?: string | null;

  @Field(() => Float, { nullable: true, description: 'How long its start took, in milliseconds.' })
  startDurationMs?: number | null;

  @Field(() => CapabilityError, { nullable: true, description: 'Why it failed.' })
  error?: CapabilityError | null;

  @Field(() => DateTimeScalar, { description: 'Since when it stands there.' })
  since!: number;
}

@ObjectType({ simpleResolvers: true, description: 'A permission of the control plane that grants and API keys may hold.' })
export class ControlPlanePermission {
  @Field(() => String, { description: 'Its key, domain:action.' })
  key!: string;

  @Field(() => String, { description: 'What its holder may do.' })
  description!: string;

  @Field(() => String, { description: 'Capability that enforces it.' })
  owner!: string;
}
