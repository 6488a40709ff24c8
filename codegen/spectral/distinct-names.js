/** Finds entries of a map of which one member has the value that an earlier entry has. */
export default function distinctNames(entries, { member }, { path }) {
  const owners = new Map();
  return Object.entries(entries).flatMap(([key, entry]) => {
    const name = entry[member];
    const owner = owners.get(name);
    if (owner === undefined) {
      owners.set(name, key);
      return [];
    }
    const message = `the ${member} ${name} stands twice; give it a ${member} of its own, ${owner} has this one`;
    return [{ message, path: [...path, key, member] }];
  });
}
