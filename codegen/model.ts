import type { Json } from "./contract/json.js";

/** The whole contract as plain data: all that an emitter of any language may look at. */
export interface Contract {
  readonly title: string;
  /** Version of the contract document, for example `1.0.0`. */
  readonly version: string;
  /** Version that CONNECT announces, for example `1.0`. */
  readonly protocolVersion: string;
  /** Subprotocol that speaks this version, for example `latido.v1`. */
  readonly subprotocol: string;
  /** What stands before the token in a bearer subprotocol entry. */
  readonly bearerPrefix: string;
  /** Every frame, in the order of the AsyncAPI document. */
  readonly frames: readonly Frame[];
  /** HTTP bodies and the URL query, in the order of the AsyncAPI document. */
  readonly bodies: readonly Body[];
  /** The HTTP interface beside the socket. */
  readonly routes: readonly Route[];
  /** Every named type, in the order in which it is first met. */
  readonly types: readonly NamedType[];
  readonly policy: Policy;
  readonly machines: readonly Machine[];
  readonly requirements: readonly Requirement[];
  /** The events of a document that builds on the protocol; absent where it is the protocol itself. */
  readonly application?: Application;
}

/** What a team's own document adds to the protocol. */
export interface Application {
  readonly title: string;
  readonly version: string;
  /** In order of name. */
  readonly events: readonly ApplicationEvent[];
}

/** One event of an application. */
export interface ApplicationEvent {
  /** As EVENT and MESSAGE carry it, for example `order_created`. */
  readonly name: string;
  /** Module that takes it (ROUTE-4). */
  readonly module: string;
  /** Whether clients may send it as a MESSAGE (MSG-34); the application may always publish it. */
  readonly sentByClients: boolean;
  /** Name of its payload's type. */
  readonly payload: string;
  readonly description: string;
}

/** Who sends a frame. */
export type Sender = "client" | "server";

/** One message of the WebSocket. */
export interface Frame {
  /** Name of its type, for example `ConnectFrame`. */
  readonly name: string;
  /** Value of its `type` member, for example `CONNECT`. */
  readonly type: string;
  readonly sender: Sender;
  readonly description: string;
  readonly requirements: readonly string[];
  readonly examples: readonly Json[];
  readonly invalidExamples: readonly InvalidExample[];
}

/** An HTTP body, or the query of the WebSocket URL. */
export interface Body {
  readonly name: string;
  readonly description: string;
  readonly examples: readonly Json[];
  readonly invalidExamples: readonly InvalidExample[];
}

/** One route of the HTTP interface; bodies are named by their types. */
export interface Route {
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly request?: string;
  readonly response?: string;
  readonly error?: string;
  readonly requirements: readonly string[];
}

/** A value that its schema refuses. */
export interface InvalidExample {
  readonly value: Json;
  /** JSON pointer that the validator reports. */
  readonly path: string;
  /** Why, for people. */
  readonly because: string;
}

/** A type with a name of its own in every language. */
export interface NamedType {
  readonly name: string;
  readonly description: string;
  readonly shape: Shape;
  /** Where the contract defines it, for example `schemas/shared.json#/definitions/Epoch`. */
  readonly source: string;
}

/** What values a type has. A reference names another type. */
export type Shape =
  | AnyShape
  | LiteralShape
  | BooleanShape
  | NumberShape
  | StringShape
  | EnumShape
  | ArrayShape
  | MapShape
  | ObjectShape
  | ReferenceShape;

/** Any JSON value, null included. */
export interface AnyShape {
  readonly kind: "any";
}

/** Exactly one value. */
export interface LiteralShape {
  readonly kind: "literal";
  readonly value: string | number | boolean;
}

export interface BooleanShape {
  readonly kind: "boolean";
}

/** A number within bounds, both inclusive. Integers are always bounded. */
export interface NumberShape {
  readonly kind: "integer" | "number";
  readonly minimum?: number;
  readonly maximum?: number;
}

/** A string. Lengths count code points; a pattern is ECMAScript with the flag `u`. */
export interface StringShape {
  readonly kind: "string";
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

/** A string out of a list. An open one keeps unknown values within its bounds; a closed one refuses them. */
export interface EnumShape {
  readonly kind: "enum";
  readonly values: readonly string[];
  readonly open: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

export interface ArrayShape {
  readonly kind: "array";
  readonly items: Shape;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
}

/** An object whose member names are data. */
export interface MapShape {
  readonly kind: "map";
  readonly values: Shape;
  readonly names?: Shape;
  readonly minProperties?: number;
  readonly maxProperties?: number;
}

/** An object with known members. */
export interface ObjectShape {
  readonly kind: "object";
  readonly fields: readonly Field[];
  /** Whether members beyond the fields are ignored (true) or refused (false). */
  readonly open: boolean;
  readonly minProperties?: number;
  readonly maxProperties?: number;
}

/** A type by its name. */
export interface ReferenceShape {
  readonly kind: "reference";
  readonly name: string;
}

/** A member of an object. Absent is not null: only a required member must be there. */
export interface Field {
  readonly name: string;
  readonly required: boolean;
  readonly description: string;
  readonly shape: Shape;
}

/** What a client does after an end of its connection. */
export type ReconnectRule =
  "stop" | "stop_if_asked" | "backoff" | "backoff_spread" | "token" | "fresh_token_once";

/** Every number and table of spec/policy.yaml. */
export interface Policy {
  readonly closeCodes: readonly CloseCode[];
  readonly closeCodeRanges: readonly CloseCodeRange[];
  /** The rule for a code in neither table. */
  readonly otherwise: ReconnectRule;
  readonly errorCodes: readonly ErrorCode[];
  readonly timers: readonly Timer[];
  readonly limits: readonly Limit[];
}

export interface CloseCode {
  readonly code: number;
  readonly name: string;
  readonly meaning: string;
  readonly reconnect: ReconnectRule;
  readonly sentBy: readonly string[];
  readonly requirements: readonly string[];
}

/** The rule for codes from `from` to `to`, both included, that have no row of their own. */
export interface CloseCodeRange {
  readonly from: number;
  readonly to: number;
  readonly reconnect: ReconnectRule;
}

export interface ErrorCode {
  readonly code: string;
  readonly meaning: string;
  /** Where several apply, the lowest is answered. */
  readonly precedence: number;
  readonly retryable: boolean;
  readonly countsAsViolation: boolean;
  readonly requirements: readonly string[];
}

/** A duration in milliseconds. */
export interface Timer {
  readonly name: string;
  readonly description: string;
  readonly default: number;
  readonly min?: number;
  readonly max?: number;
  /** Where in CONNECT the server announces its own value, for example `sync.timeoutMs`. */
  readonly announcedIn?: string;
  readonly requirements: readonly string[];
}

export interface Limit {
  readonly name: string;
  readonly description: string;
  readonly default: number;
  readonly unit: string;
  readonly min?: number;
  readonly max?: number;
  readonly announcedIn?: string;
  readonly requirements: readonly string[];
}

/** A state machine of spec/lifecycle.yaml. A state × input that is not listed is ignored. */
export interface Machine {
  readonly name: string;
  readonly description: string;
  readonly role: Sender;
  readonly initial: string;
  readonly states: readonly MachineState[];
  readonly inputs: readonly MachineInput[];
  readonly transitions: readonly Transition[];
}

export interface MachineState {
  readonly name: string;
  readonly description: string;
  readonly final: boolean;
}

export interface MachineInput {
  readonly name: string;
  readonly description: string;
}

export interface Transition {
  readonly from: string;
  readonly input: string;
  readonly to: string;
  /** The condition, for people, where one state × input has several rows. */
  readonly when?: string;
  readonly effects: readonly string[];
  readonly requirements: readonly string[];
}

/** One rule of spec/protocol.md. */
export interface Requirement {
  readonly id: string;
  readonly level: "MUST" | "MUST NOT" | "SHOULD" | "SHOULD NOT" | "MAY";
  readonly role: "client" | "server" | "both";
  readonly area: string;
  readonly sentence: string;
  readonly since: string;
  readonly observable: "wire" | "driven" | "server" | "review";
  readonly reason?: string;
}
