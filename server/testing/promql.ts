// The part of PromQL that docs/operations uses, as a tree. Whatever is not listed here is an error, so
// that a slip of the pen in a dashboard is one too.

export interface Matcher {
  readonly label: string;
  readonly op: "=" | "!=" | "=~" | "!~";
  readonly text: string;
}

export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | {
      readonly kind: "selector";
      readonly name: string;
      readonly matchers: readonly Matcher[];
      /** As it is written, `5m` for example; absent for an instant. */
      readonly range: string | undefined;
    }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] }
  | {
      readonly kind: "aggregation";
      readonly op: string;
      readonly by: readonly string[];
      readonly of: Expression;
    }
  | {
      readonly kind: "binary";
      readonly op: string;
      readonly left: Expression;
      readonly right: Expression;
    };

/** How many arguments each function takes. */
export const FUNCTIONS: Readonly<Record<string, number>> = {
  rate: 1,
  increase: 1,
  histogram_quantile: 2,
  clamp_min: 2,
  time: 0,
};
export const AGGREGATIONS: readonly string[] = ["sum", "max", "min", "count"];
/** Loosest first. */
const LEVELS: readonly (readonly string[])[] = [
  ["or"],
  ["and", "unless"],
  [">", "<", ">=", "<=", "==", "!="],
  ["+", "-"],
  ["*", "/"],
];
const TOKEN =
  /\s*(?:(\d+(?:\.\d+)?(?:e-?\d+)?)|([a-zA-Z_:][a-zA-Z0-9_:]*)|"((?:[^"\\]|\\.)*)"|\[([0-9]+[smhd])\]|([=!]~|[=!<>]=|[-+*/()<>{},=]))/y;

interface Token {
  readonly kind: "number" | "word" | "text" | "range" | "sign";
  readonly text: string;
}

/** @throws Error that names the expression and what is wrong with it */
export function parseExpression(source: string): Expression {
  const tokens = tokensOf(source);
  let next = 0;
  const fail = (): never => {
    throw new Error(`${source}: unexpected ${tokens[next]?.text ?? "end"}`);
  };
  const isNext = (...texts: readonly string[]): boolean => {
    const token = tokens[next];
    return token !== undefined && token.kind !== "text" && texts.includes(token.text);
  };
  const take = (kind?: Token["kind"]): string => {
    const token = tokens[next];
    if (token === undefined || (kind !== undefined && token.kind !== kind)) return fail();
    next += 1;
    return token.text;
  };
  const expect = (text: string): void => {
    if (isNext(text)) next += 1;
    else fail();
  };
  const list = <Item>(open: string, close: string, item: () => Item): Item[] => {
    const items: Item[] = [];
    expect(open);
    while (!isNext(close)) {
      items.push(item());
      if (!isNext(close)) expect(",");
    }
    expect(close);
    return items;
  };
  const matcher = (): Matcher => {
    const label = take("word");
    if (!isNext("=", "!=", "=~", "!~")) fail();
    return { label, op: take() as Matcher["op"], text: take("text") };
  };
  const atom = (): Expression => {
    const token = tokens[next];
    if (token?.kind === "number") return { kind: "number", value: Number(take()) };
    if (isNext("(")) {
      expect("(");
      const inner = level(0);
      expect(")");
      return inner;
    }
    const name = take("word");
    if (AGGREGATIONS.includes(name)) {
      const by = isNext("by") ? (take(), list("(", ")", () => take("word"))) : [];
      const [of, ...more] = list("(", ")", () => level(0));
      return of === undefined || more.length > 0
        ? fail()
        : { kind: "aggregation", op: name, by, of };
    }
    if (isNext("(")) {
      const args = list("(", ")", () => level(0));
      const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
      if (known !== args.length)
        throw new Error(`${source}: ${name} with ${args.length} arguments`);
      return { kind: "call", name, args };
    }
    const matchers = isNext("{") ? list("{", "}", matcher) : [];
    const range = tokens[next]?.kind === "range" ? take() : undefined;
    return { kind: "selector", name, matchers, range };
  };
  const level = (depth: number): Expression => {
    const signs = LEVELS[depth];
    if (signs === undefined) return atom();
    let left = level(depth + 1);
    while (isNext(...signs)) {
      left = { kind: "binary", op: take(), left, right: level(depth + 1) };
    }
    return left;
  };
  const parsed = level(0);
  if (next < tokens.length) fail();
  return parsed;
}

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const trimmed = source.trimEnd();
  while (TOKEN.lastIndex < trimmed.length) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(trimmed);
    if (found === null) throw new Error(`${source}: cannot read from "${trimmed.slice(at)}"`);
    const kinds = ["number", "word", "text", "range", "sign"] as const;
    const index = kinds.findIndex((_, group) => found[group + 1] !== undefined);
    tokens.push({ kind: kinds[index] ?? "sign", text: found[index + 1] ?? "" });
  }
  return tokens;
}

/** Every metric that an expression reads, with the labels that it names there or around it. */
export function metricsOf(
  expression: Expression,
  around: readonly string[] = [],
): {
  readonly name: string;
  readonly labels: readonly string[];
  readonly matchers: readonly Matcher[];
}[] {
  switch (expression.kind) {
    case "number":
      return [];
    case "selector": {
      const { name, matchers } = expression;
      return [{ name, matchers, labels: [...matchers.map(({ label }) => label), ...around] }];
    }
    case "call": {
      const more = expression.name === "histogram_quantile" ? ["le"] : [];
      return expression.args.flatMap((arg) => metricsOf(arg, [...around, ...more]));
    }
    case "aggregation":
      return metricsOf(expression.of, [...around, ...expression.by]);
    case "binary":
      return [...metricsOf(expression.left, around), ...metricsOf(expression.right, around)];
  }
}
