/** A documentation comment on lines of its own, or nothing for an empty text. */
export function docComment(text: string): string {
  const safe = text.trim().replaceAll("*/", "*\\/");
  if (safe === "") return "";
  const lines = safe.split("\n");
  if (lines.length === 1) return `/** ${safe} */\n`;
  return ["/**", ...lines.map((line) => ` * ${line}`), " */", ""].join("\n");
}
