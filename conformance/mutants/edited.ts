// The command of a testee or server with one edit, whatever language the edit is in.

import type { Edit } from "./bank.js";
import { buildEdited } from "./build.js";
import { editedGo } from "./edited-go.js";
import { editedPython } from "./edited-python.js";

/** @throws ToolchainMissing where this machine lacks what the language needs */
export async function editedCommand(edit: Edit): Promise<readonly string[]> {
  switch (edit.language) {
    case "typescript":
      return [process.execPath, await buildEdited(edit)];
    case "python":
      return editedPython(edit);
    case "go":
      return editedGo(edit);
  }
}
