// What the platform says of a file or a program that the user named, in words for people.

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is no folder",
  EEXIST: "a file of this name is there",
  EACCES: "permission is missing",
  EPERM: "permission is missing",
  EROFS: "nothing can be written there",
  ENOSPC: "no space is left",
};

/** Why a file cannot be read or written. Of a parser's text the first line, where no content of the file stands. */
export function fileFault(error: unknown): string {
  return wordsFor(error) ?? firstLine(error);
}

/** Why a file or a folder cannot be written or made, where the folder that it belongs in is there. */
export function writeFault(error: unknown): string {
  return codeOf(error) === "ENOENT" ? "nothing can be written there" : fileFault(error);
}

/** Why a program cannot be started. */
export function programFault(error: unknown): string {
  return codeOf(error) === "ENOENT" ? "there is no such program" : fileFault(error);
}

/** Why nobody answers at an address; where a name has several, the platform says nothing but a code. */
export function addressFault(error: unknown): string {
  const code = codeOf(error);
  if (code === "ECONNREFUSED") return "nothing listens there";
  return code === "ENOTFOUND" ? "there is no such host" : firstLine(error);
}

function wordsFor(error: unknown): string | undefined {
  const code = codeOf(error);
  return code === undefined ? undefined : WORDS[code];
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const [first = ""] = text.split("\n", 1);
  return first.replace(/:$/u, "");
}
