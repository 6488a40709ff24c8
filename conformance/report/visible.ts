// Text of a testee made safe to look at: nothing in it moves the cursor, turns the writing direction or hides.

// Controls and formats (bidi, invisible spaces; not the joiners that scripts need), separators of lines,
// fillers that look like nothing, lone surrogates.
const HIDDEN =
  /(?![\n\t])\p{Cc}|(?![\u200c\u200d])\p{Cf}|[\u2028\u2029\u115f\u1160\u3164\uffa0]|\p{Cs}/gu;

function named(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
}

/** Keeps line ends and tabs. */
export function visibleLines(text: string): string {
  return text.replaceAll("\r\n", "\n").replaceAll(HIDDEN, named);
}

/** One line, whatever was in it. */
export function visible(text: string): string {
  return visibleLines(text).replaceAll("\n", "⏎").replaceAll("\t", " ");
}

/** At most `length` characters, and says so when there were more. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length).replace(/\p{Surrogate}$/u, "")}…`;
}
