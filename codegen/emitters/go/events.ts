import type { Application, ApplicationEvent, Contract } from "../../model.js";
import { LanguageError } from "../../problem.js";
import type { TypeProblem } from "../../problem.js";
import { eachType } from "../each-type.js";
import { shapesOf } from "./shapes.js";
import type { Shapes } from "./shapes.js";
import { commentOn, exported, headerOf, importsOf, stringLiteral } from "./text.js";

/** events.go: the application's events by name, for typed handlers and sends. */
export async function emitEvents(contract: Contract): Promise<string> {
  const { application } = contract;
  return Promise.resolve(application === undefined ? UNNAMED : named(contract, application));
}

/** The protocol alone names no events: any name and any payload will do. */
const UNNAMED = `${headerOf("latido", "asyncapi.yaml")}
// contractEvents is nil: the contract of this package names no events, and any name will do.
var contractEvents eventTable
`;

function named(contract: Contract, { events }: Application): string {
  const shapes = shapesOf(contract);
  // A payload that has no type in Go is refused here as in the other files: with its place.
  eachType(contract.types, ({ name }) => shapes.typeOf({ kind: "reference", name }));
  requireFunctions(events);
  const rows = events.map(({ name, sentByClients, payload }) => {
    const sent = sentByClients ? "sentByClients: true, " : "";
    return `\tcontractEvents[${stringLiteral(name)}] = eventRow{${sent}check: checked(protocol.Decode${exported(payload)})}\n`;
  });
  const functions = events.flatMap((event) => [
    handler(shapes, event),
    ...(event.sentByClients ? [send(shapes, event)] : []),
  ]);
  const body = [
    `// contractEvents holds the events that there are, with the check of each payload.
var contractEvents = make(eventTable, ${events.length})

func init() {
${rows.join("")}}
`,
    ...functions,
    GENERIC,
  ].join("\n");
  return [headerOf("latido", "the contract of the application"), importsOf(body), body].join("\n");
}

/** What only a package with events of its own uses; a linter finds it unused in the others. */
const GENERIC = `// checked makes a check of what decodes.
func checked[Payload any](decode func([]byte) (*Payload, error)) func([]byte) error {
	return func(payload []byte) error {
		_, err := decode(payload)
		return err
	}
}

// onTyped calls a handler with decoded payloads. What could not be decoded was told before.
func onTyped[Payload any](
	c *Client, name string, decode func([]byte) (*Payload, error),
	call func(context.Context, TypedEvent[Payload]) error, options []ListenOption,
) (remove func()) {
	return c.On(name, func(ctx context.Context, event Event) error {
		payload, err := decode(event.Payload)
		if err != nil {
			return err
		}
		return call(ctx, TypedEvent[Payload]{Event: event, Payload: *payload})
	}, options...)
}
`;

function handler(shapes: Shapes, event: ApplicationEvent): string {
  const name = exported(event.name);
  const type = payloadType(shapes, event);
  const about = commentOn(
    `On${name} calls a handler for every event ${event.name}, with its payload decoded. The answer removes it.`,
    event.description,
  );
  return `${about}func On${name}(
\tc *Client, call func(ctx context.Context, event TypedEvent[${type}]) error, options ...ListenOption,
) (remove func()) {
\treturn onTyped(c, ${stringLiteral(event.name)}, protocol.Decode${exported(event.payload)}, call, options)
}
`;
}

function send(shapes: Shapes, event: ApplicationEvent): string {
  const name = exported(event.name);
  const about = commentOn(
    `Send${name} sends ${event.name} as [Client.Send] does. A payload that the contract does not allow is a [*UsageError].`,
    event.description,
  );
  return `${about}func Send${name}(
\tctx context.Context, c *Client, payload ${payloadType(shapes, event)}, options ...SendOption,
) (SendResult, error) {
\treturn c.Send(ctx, ${stringLiteral(event.name)}, payload, options...)
}
`;
}

/** The type of a payload, as another package of the module names it. */
function payloadType(shapes: Shapes, { payload }: ApplicationEvent): string {
  const reference = { kind: "reference", name: payload } as const;
  return shapes.typeOf(reference).replace(/(?<![.\w])(?=[A-Z])/u, "protocol.");
}

/** What the package has beside the functions of events. */
const TAKEN = ["SendOption", "SendResult"];

/** @throws LanguageError for events whose functions cannot have a name of their own. */
function requireFunctions(events: readonly ApplicationEvent[]): void {
  const problems = events.flatMap(({ name, payload, sentByClients }, at): TypeProblem[] => {
    const inGo = exported(name);
    const refuse = (message: string) => [
      { type: payload, message, advice: "give the event another name" },
    ];
    const other = events.slice(0, at).find((each) => exported(each.name) === inGo);
    if (other !== undefined)
      return refuse(`Go calls both events ${other.name} and ${name} ${inGo}`);
    if (inGo === "") return refuse(`the event ${name} cannot name a function of Go`);
    if (!sentByClients || !TAKEN.includes(`Send${inGo}`)) return [];
    return refuse(`the package has something else of the name Send${inGo}`);
  });
  if (problems.length > 0) throw new LanguageError(problems);
}
